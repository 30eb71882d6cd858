"""What is known of a clan's histories, step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.weapon import Coverage
from db.pool import Connection, Pool
from db.queries.coverage import select_coverage
from tests.db.weapon_world import CLAN, NOW, OTHER, add_world, make_world

LONG_AGO = NOW - timedelta(days=3000)


async def read_account(conn: Connection, member: int, waiting: int = 0) -> None:
    await conn.execute(
        "insert into history_member (membership_id, account_read_at, waiting) values ($1, $2, $3)", member, NOW, waiting
    )


async def walk(conn: Connection, member: int, character: int, *, whole: bool, back: int = 0) -> None:
    """A character whose backfill has come so many days further back than LONG_AGO, and is done or not."""
    await conn.execute(
        """insert into history (membership_id, character_id, found_at, backfill_until, backfilled_at)
        values ($1, $2, $3, $4, case when $5 then $3::timestamptz end)""",
        member,
        character,
        NOW,
        LONG_AGO - timedelta(days=back),
        whole,
    )


async def everything_read(conn: Connection) -> None:
    """The clan's members 1, 2 and 3 to the end of all their characters; 8, who is 1, was never looked for."""
    for member in (1, 2, 3):
        await read_account(conn, member)
        for character in (member * 10, member * 10 + 1):
            await walk(conn, member, character, whole=True, back=member)


async def of_clan(conn: Connection) -> Coverage:
    return await select_coverage(conn, CLAN, None)


async def test_nothing_is_known_of_members_nobody_has_looked_for(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        found = await of_clan(conn)
    assert (found.complete, found.members, found.private, found.since) == (0, 3, 0, None)
    assert found.growing
    assert found.as_of is None


async def test_a_clan_is_complete_when_every_history_is_and_says_since_when(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        await conn.execute("insert into loop (name, interval_seconds, last_ok_at) values ('matches', 300, $1)", NOW)
        found = await of_clan(conn)
        stored = await conn.fetchval(
            "select count(*) from match_player p join clan_counted c using (membership_id) where c.group_id = $1", CLAN
        )
    assert (found.complete, found.members, found.growing) == (3, 3, False)
    assert found.since == LONG_AGO - timedelta(days=3)
    assert found.as_of == NOW
    assert found.stored == found.known == stored > 0


@pytest.mark.parametrize(
    "missing",
    [
        "update history set backfilled_at = null where character_id = 21",
        "update history_member set account_read_at = null where membership_id = 2",
        "update history_member set waiting = 5 where membership_id = 2",
        "delete from history where membership_id = 2; delete from history_member where membership_id = 2",
    ],
)
async def test_one_thing_that_is_missing_keeps_a_history_open(pool: Pool, missing: str) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        await conn.execute(missing)
        found = await of_clan(conn)
    assert (found.complete, found.members, found.since, found.growing) == (2, 3, None, True)


async def test_reports_that_wait_are_known_and_not_stored(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        before = await of_clan(conn)
        await conn.execute("update history_member set waiting = membership_id")
        found = await of_clan(conn)
    assert (found.stored, found.known) == (before.stored, before.stored + 1 + 2 + 3)


async def test_who_hides_their_history_is_counted_apart_and_waited_for_by_nobody(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        await conn.execute("update history set backfilled_at = null where membership_id = 3")
        await conn.execute("update history_member set private_since = $1 where membership_id = 3", NOW)
        found = await of_clan(conn)
    assert (found.complete, found.private, found.members, found.growing) == (2, 1, 3, False)
    assert found.since == LONG_AGO - timedelta(days=2)


async def test_an_earlier_membership_that_is_looked_for_must_be_complete_too(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        await read_account(conn, 8)
        await walk(conn, 8, 80, whole=False)
        assert (await of_clan(conn)).complete == 2
        await conn.execute("update history set backfilled_at = $1", NOW)
        assert (await of_clan(conn)).complete == 3


async def test_all_clans_together_count_a_member_of_two_once(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        every = await select_coverage(conn, None, None)
        other = await select_coverage(conn, OTHER, None)
    assert (every.complete, every.members) == (3, 4)
    assert (other.complete, other.members) == (1, 2)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ("select", 3),
        ("update history set recent_at = null where character_id = 21", 2),
        ("update history_member set counted_at = '2020-01-01' where membership_id = 2", 2),
        ("update history_member set counted_at = null where membership_id = 2", 2),
        ("update history_member set waiting = 5, waiting_newest = $1::timestamptz - interval '40 days'", 3),
        ("update history_member set waiting = 5, waiting_newest = $1::timestamptz - interval '20 days'", 0),
        ("update history_member set waiting = 5", 0),
        ("update history_member set account_read_at = null where membership_id = 2", 3),
    ],
)
async def test_the_last_30_days_are_whole_before_the_past_is(pool: Pool, change: str, covered: int) -> None:
    """Each reading of 30 days is done, with its reports, and nothing behind them was read."""
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        await conn.execute("update history set backfilled_at = null, recent_at = $1", NOW - timedelta(minutes=20))
        await conn.execute("update history_member set counted_at = $1", NOW - timedelta(minutes=5))
        await (conn.execute(change, NOW) if "$1" in change else conn.execute(change))
        recent = await select_coverage(conn, CLAN, None, NOW - timedelta(days=30))
        longer = await select_coverage(conn, CLAN, None, NOW - timedelta(days=31))
        ever = await of_clan(conn)
    assert (recent.complete, recent.covered, recent.growing) == (0, covered, covered < 3)
    assert (longer.covered, ever.covered, ever.growing) == (0, 0, True)


@pytest.mark.parametrize("asked", [1, 8])
async def test_one_person_is_asked_for_by_any_of_their_memberships(pool: Pool, asked: int) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(8))
        await everything_read(conn)
        found = await select_coverage(conn, None, asked)
        stored = await conn.fetchval("select count(*) from match_player where membership_id in (1, 8)")
    assert (found.complete, found.members, found.stored) == (1, 1, stored)


async def test_a_clan_without_members_has_nothing_to_know(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await of_clan(conn) == Coverage(0, 0, 0, 0, None, 0, 0, None)
