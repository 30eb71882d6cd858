"""Sums made anew: whatever was wrong with them is found, counted and put right, and nothing else is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.services import unseen
from db.pool import Connection, Pool
from db.queries.clan_follow import follow_members
from db.queries.recompute import Recomputed, recompute_weapons
from db.queries.report import store_reports
from tests.db import match_make as make
from tests.db.match_make import NOON, fetched, player
from tests.db.roster_rows import CLAN, add_clan, add_member

ROSE, ROSE_AGAIN, ACE = 347366834, 1366834347, 2907129556
REPORTS = [
    fetched(n, player(1, {ROSE: n + 1, ROSE_AGAIN: 2}), player(2, {ACE: 3}), period=NOON + n * timedelta(days=13))
    for n in range(1, 6)
]
SUMS = ("member_stat", "member_weapon", "clan_weapon")


@pytest.fixture
async def conn(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection:
        await add_clan(connection)
        for member in (1, 2):
            await add_member(connection, member)
        await follow_members(connection)
        async with connection.transaction():
            await store_reports(connection, REPORTS, NOON)
        yield connection


async def sums_are_right(conn: Connection, family: dict[int, int]) -> None:
    tracked = {each.report.details.instance_id: (1, 2) for each in REPORTS}
    assert await make.stored_member_stats(conn) == make.member_stats(REPORTS, tracked)
    assert await make.stored_member_weapons(conn) == make.member_weapons(REPORTS, tracked, family)
    assert await make.stored_clan_weapons(conn) == make.clan_weapons(REPORTS, tracked, {CLAN: {1: 1, 2: 2}}, family)


async def test_what_is_right_is_not_written(pool: Pool, conn: Connection) -> None:
    before = [await conn.fetch(f"select xmin::text, ctid::text, * from {table}") for table in SUMS]
    assert await recompute_weapons(pool, unseen) == Recomputed(0, 0, members_followed=False)
    assert [await conn.fetch(f"select xmin::text, ctid::text, * from {table}") for table in SUMS] == before


@pytest.mark.parametrize(
    ("damage", "stats", "weapons"),
    [
        ("update member_stat set wins = wins + 1 where level = 2 and mode = 0", 2, 0),
        ("delete from member_stat where level = 1 and mode = 0 and membership_id = 1", 3, 0),
        ("insert into member_stat select 1, 3, 0, '2020-02-02', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1", 1, 0),
        ("insert into member_stat select 77, 3, 0, '2020-02-02', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1", 1, 0),
        ("delete from member_weapon where mode = 0 and membership_id = 2", 0, 1),
        ("update clan_weapon set kills = 0 where mode = 0 and level = 0 and weapon_hash = 2907129556", 0, 5),
        ("update clan_weapon set players = ~players where mode = 0 and level = 1 and weapon_hash = 2907129556", 0, 3),
        ("delete from clan_weapon where mode = 0 and level = 2", 0, 3),
        (
            (
                "insert into clan_weapon select group_id, mode, level, '2020-02-02', weapon_hash, 1, 1, 1, 1, players "
                "from clan_weapon where level = 0 and mode = 0 and weapon_hash = 2907129556 limit 1"
            ),
            0,
            1,
        ),
        (
            (
                "insert into clan_weapon select group_id, 10, level, start, 5, 1, 1, 1, 1, players "
                "from clan_weapon where level = 2 and mode = 0 and weapon_hash = 2907129556"
            ),
            0,
            1,
        ),
    ],
)
async def test_damage_is_found_and_mended(pool: Pool, conn: Connection, damage: str, stats: int, weapons: int) -> None:
    await conn.execute(damage)
    assert await recompute_weapons(pool, unseen) == Recomputed(stats, weapons, members_followed=False)
    await sums_are_right(conn, {})


async def test_sums_that_are_all_gone(pool: Pool, conn: Connection) -> None:
    await conn.execute("truncate member_stat, member_weapon, clan_weapon, clan_counted")
    found = await recompute_weapons(pool, unseen)
    assert found.members_followed
    await sums_are_right(conn, {})


async def test_a_family_that_changes(pool: Pool, conn: Connection) -> None:
    await conn.execute(
        "insert into weapon (hash, name, position, family) select hash, 'Rose', 1, $1 from unnest($2::bigint[]) hash",
        ROSE_AGAIN,
        [ROSE, ROSE_AGAIN],
    )
    found = await recompute_weapons(pool, unseen)
    assert found.differed
    await sums_are_right(conn, {ROSE: ROSE_AGAIN, ROSE_AGAIN: ROSE_AGAIN})
    rows = await conn.fetch(
        "select matches, family_matches from clan_weapon where level = 2 and mode = 0 and weapon_hash <> $1 order by 2",
        ACE,
    )
    assert [tuple(row) for row in rows] == [(5, 0), (5, 5)]
    assert not (await recompute_weapons(pool, unseen)).differed


async def test_the_wish_for_it_is_fulfilled_and_steps_are_told(pool: Pool, conn: Connection) -> None:
    await conn.execute("insert into match_chore (name, wanted) values ('weapons', true)")
    steps: list[tuple[int, int]] = []
    await recompute_weapons(pool, lambda done, total: steps.append((done, total)))
    assert steps[-1] == (5, 5)  # two members, three months
    assert tuple(await conn.fetchrow("select wanted, done_at is not null from match_chore")) == (False, True)
