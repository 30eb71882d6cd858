"""Reports as they are stored: each once, whatever comes twice, late, changed or out of order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.match import FetchedReport, StoreResult
from db.pool import Connection, Pool
from db.queries.clan_follow import follow_members
from db.queries.report import adoptable, delete_old_bodies, select_report_body, store_reports
from tests.db import match_make as make
from tests.db.match_make import NOON, RAID, RUMBLE, fetched, player
from tests.db.roster_rows import CLAN, OTHER, add_clan, add_member

ROSE, ACE, FATEBRINGER = 347366834, 2907129556, 2171478765
LATER = timedelta(minutes=90)
DAY = timedelta(days=1)


@pytest.fixture
async def conn(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection:
        await add_clan(connection)
        for member in (1, 2):
            await add_member(connection, member)
        await follow_members(connection)
        yield connection


async def store(conn: Connection, *reports: FetchedReport, now: datetime = NOON) -> StoreResult:
    async with conn.transaction():
        return await store_reports(conn, reports, now)


async def sums_are_of(conn: Connection, *reports: FetchedReport, members: tuple[int, ...] = (1, 2)) -> None:
    tracked = {each.report.details.instance_id: members for each in reports}
    assert await make.stored_member_stats(conn) == make.member_stats(reports, tracked)
    assert await make.stored_member_weapons(conn) == make.member_weapons(reports, tracked, {})
    people = {CLAN: {each: each for each in members}}
    assert await make.stored_clan_weapons(conn) == make.clan_weapons(reports, tracked, people, {})


async def match_row(conn: Connection, instance_id: int = 10) -> Any:
    return await conn.fetchrow("select * from match where instance_id = $1", instance_id)


def duel(**other: Any) -> FetchedReport:
    return fetched(10, player(1, {ROSE: 7, ACE: 2}), player(2, {ROSE: 1}, standing=1), player(99, {ACE: 4}), **other)


@pytest.mark.parametrize("count", [1, 30])
async def test_facts_and_sums_of_one_and_of_many(conn: Connection, count: int) -> None:
    reports = [
        fetched(10 + n, player(1, {ROSE: n + 1, ACE: 2}), player(99, {ACE: 4}), period=NOON + n * DAY)
        for n in range(count)
    ]
    assert await store(conn, *reports) == StoreResult(new=frozenset(range(10, 10 + count)))
    await sums_are_of(conn, *reports)
    rows = await conn.fetch("select instance_id, membership_id, tracked, weapon_kills from match_player order by 1, 2")
    assert [tuple(row) for row in rows[:2]] == [(10, 1, True, 3), (10, 99, False, 4)]
    assert {row[0] for row in await conn.fetch("select membership_id from weapon_kill")} == {1}


async def test_a_replay_changes_only_when_it_was_fetched(conn: Connection) -> None:
    await store(conn, duel())
    row = await match_row(conn)
    assert (row["final"], row["again_at"]) == (False, row["ends_at"] + timedelta(hours=1))
    assert await store(conn, duel(after=LATER, body=b"other"), now=NOON + DAY) == StoreResult(unchanged=frozenset({10}))
    again = await match_row(conn)
    changed = {name for name, value in row.items() if value != again[name]}
    assert changed == {"fetched_at", "final", "again_at"}
    assert (again["final"], again["again_at"], again["stored_at"]) == (True, None, NOON)
    await sums_are_of(conn, duel())


async def test_a_changed_report_replaces_its_rows_and_its_share(conn: Connection) -> None:
    other = fetched(11, player(1, {ACE: 5}))
    await store(conn, duel(), other)
    more = fetched(10, player(1, {ROSE: 7}), player(2, {FATEBRINGER: 3}), after=LATER, body=b"more")
    assert await store(conn, more) == StoreResult(changed=frozenset({10}))
    await sums_are_of(conn, more, other)
    assert await select_report_body(conn, 10) == b"more"


async def test_one_fetched_earlier_is_left_aside(conn: Connection) -> None:
    late = fetched(10, player(1, {ROSE: 9}), after=LATER)
    await store(conn, late)
    assert await store(conn, duel()) == StoreResult(unchanged=frozenset({10}))
    await sums_are_of(conn, late)
    assert (await match_row(conn))["final"] is True


async def test_of_one_instance_twice_the_last_counts(conn: Connection) -> None:
    first, last = duel(), fetched(10, player(2, {ACE: 1}))
    assert await store(conn, first, last) == StoreResult(new=frozenset({10}))
    await sums_are_of(conn, last)


async def test_nothing_is_stored_of_nothing(conn: Connection) -> None:
    assert await store(conn) == StoreResult()
    assert await store(conn, fetched(10)) == StoreResult(new=frozenset({10}))
    assert (await match_row(conn))["player_count"] == 0


async def test_what_the_report_tells_of_its_match_wins(conn: Connection) -> None:
    await conn.execute(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at, error)
        values (10, $1, $1, 5, '{5}', 3, 'failed', 'live', $1, 'Bungie.net said so.')
        """,
        NOON - DAY,
    )
    await conn.execute("insert into history_entry values (1, 10, 11, $1, 3, 1, 1, 1, null, 0, true, 60)", NOON - DAY)
    await store(conn, fetched(10, player(1, {ROSE: 1}), modes=RAID, teams=()))
    row = await match_row(conn)
    assert (row["period"], row["ends_at"], row["modes"]) == (NOON, NOON + timedelta(minutes=10), list(RAID))
    assert (row["state"], row["found_by"], row["error"], row["stored_at"]) == ("done", "live", None, NOON)
    assert await conn.fetchval("select period from history_entry") == NOON - DAY


@pytest.mark.parametrize(
    ("modes", "teams", "standing", "completed", "reason", "wins"),
    [
        (make.TRIALS, make.SIDES, 0, True, 0, 1),
        (make.TRIALS, make.SIDES, 1, True, 0, 0),
        (make.TRIALS, make.SIDES, 0, False, 0, 0),
        (make.TRIALS, make.SIDES, 0, False, 255, 0),
        (make.TRIALS, make.SIDES, 0, False, 3, 1),
        (make.TRIALS, make.SIDES, None, True, 0, 0),
        (RUMBLE, (), 0, True, 0, 0),
        (RAID, (), 0, True, 0, 0),
    ],
)
async def test_a_win_is_the_first_place_between_teams(
    conn: Connection, modes: Any, teams: Any, standing: int | None, completed: bool, reason: int, wins: int
) -> None:
    who = player(1, standing=standing, completed=completed, completion_reason=reason)
    await store(conn, fetched(10, who, modes=modes, teams=teams))
    assert await conn.fetchval("select wins from member_stat where mode = 0 and level = 2") == wins


async def test_without_a_list_of_modes_the_mode_counts(conn: Connection) -> None:
    await store(conn, fetched(10, player(1, {ROSE: 1}), modes=()))
    assert (await match_row(conn))["modes"] == [4]
    modes = await conn.fetch("select mode from clan_weapon where level = 2 order by 1")
    assert [row["mode"] for row in modes] == [0, 9]


async def test_weapons_without_kills_are_not_kept(conn: Connection) -> None:
    await store(conn, fetched(10, player(1, {ROSE: 0, ACE: 1})))
    assert [row[0] for row in await conn.fetch("select weapon_hash from weapon_kill")] == [ACE]


async def test_someone_who_joined_later_is_taken_up(conn: Connection) -> None:
    await store(conn, duel())
    assert await adoptable(conn, 10) == ()
    await add_member(conn, 99)
    await follow_members(conn)
    assert await adoptable(conn, 10) == (10,)
    assert await store(conn, duel()) == StoreResult(changed=frozenset({10}))
    await sums_are_of(conn, duel(), members=(1, 2, 99))
    assert await adoptable(conn, 10) == ()


async def test_two_memberships_of_one_person_in_one_match(conn: Connection) -> None:
    """Both rows are facts; the clan counts the match once for the person."""
    await conn.execute("update member set moved_to = 1 where membership_id = 2")
    await conn.execute("update stint set left_at = joined_at where membership_id = 2")
    await follow_members(conn)
    await store(conn, duel())
    rows = await conn.fetch(
        "select weapon_hash, kills, matches, family_matches from clan_weapon where mode = 0 and level = 2 order by 1"
    )
    assert [tuple(row) for row in rows] == [(ROSE, 8, 1, 1), (ACE, 2, 1, 1)]
    assert await conn.fetchval("select sum(matches) from member_stat where mode = 0 and level = 2") == 2


async def test_both_clans_count_a_member_of_both(conn: Connection) -> None:
    await add_clan(conn, OTHER)
    await add_member(conn, 1, group_id=OTHER)
    await follow_members(conn)
    await store(conn, duel())
    rows = await conn.fetch(
        "select group_id, kills from clan_weapon where mode = 0 and level = 2 and weapon_hash = $1", ROSE
    )
    assert {tuple(row) for row in rows} == {(CLAN, 8), (OTHER, 7)}


async def test_old_bodies_are_dropped_oldest_first(conn: Connection) -> None:
    await store(conn, *(fetched(10 + n, player(1), period=NOON + n * DAY) for n in range(4)))
    before = NOON + 2 * DAY + timedelta(hours=1)
    assert [await delete_old_bodies(conn, before, 2) for _ in range(3)] == [2, 1, 0]
    assert [await select_report_body(conn, instance_id) for instance_id in (12, 13)] == [None, b"raw"]


async def test_two_that_store_at_once_do_not_hinder_each_other(pool: Pool, conn: Connection) -> None:
    """Overlapping batches in any order, new and changed: no deadlock, and each report counts once, the latest."""
    chance = random.Random(4)
    versions = [
        fetched(
            n, player(1, {ROSE: k + 1, ACE + k: 2}), player(2, {ROSE: 3, FATEBRINGER - n % 3: k + 1}), after=k * LATER
        )
        for n in range(1, 13)
        for k in range(4)
    ]

    async def keep_storing(batches: list[list[FetchedReport]]) -> None:
        async with pool.acquire() as own:
            for batch in batches:
                await store(own, *batch)

    lots = [[chance.sample(versions, chance.choice((1, 8))) for _ in range(12)] for _ in range(2)]
    await asyncio.wait_for(asyncio.gather(*map(keep_storing, lots)), 20)
    await store(conn, *versions)
    await sums_are_of(conn, *versions[3::4])
