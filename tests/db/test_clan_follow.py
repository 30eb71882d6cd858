"""Whom a clan's sums count: joins, leaves, switches and moves, many at once, and slots that are used again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.match import FetchedReport
from db.pool import Connection, Pool
from db.queries.clan_follow import follow_members
from db.queries.report import store_reports
from db.queries.stint import update_moved, update_moved_back
from tests.db import match_make as make
from tests.db.match_make import NOON, fetched, player
from tests.db.roster_rows import CLAN, OTHER, add_clan, add_member

ROSE, ACE = 347366834, 2907129556
EVERYONE = range(1, 101)


@pytest.fixture
async def conn(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection:
        await add_clan(connection)
        await add_clan(connection, OTHER)
        yield connection


async def leave(conn: Connection, *ids: int, group_id: int = CLAN) -> None:
    await conn.execute(
        "update stint set left_at = joined_at where group_id = $1 and membership_id = any ($2::bigint[])", group_id, ids
    )


def a_match_each() -> list[FetchedReport]:
    return [
        fetched(n, player(n, {ROSE: n, ACE: 1}), player(n % 100 + 1, {ROSE: 1}), period=NOON + n * timedelta(hours=9))
        for n in EVERYONE
    ]


async def counts(conn: Connection, group_id: int, people: dict[int, int]) -> None:
    """The sums of the clan are those of these people in `a_match_each`, when everyone is tracked."""
    stored = {key: row for key, row in (await make.stored_clan_weapons(conn)).items() if key[0] == group_id}
    tracked = dict.fromkeys(EVERYONE, EVERYONE)
    assert stored == make.clan_weapons(a_match_each(), tracked, {group_id: people}, {})


async def slots(conn: Connection) -> dict[int, int]:
    return {row[0]: row[1] for row in await conn.fetch("select membership_id, slot from clan_counted")}


async def test_a_clan_with_a_past_a_purge_and_newcomers(conn: Connection) -> None:
    for each in EVERYONE:
        await add_member(conn, each)
    async with conn.transaction():
        await store_reports(conn, a_match_each(), NOON)
    assert await make.stored_clan_weapons(conn) == {}
    assert await follow_members(conn)
    await counts(conn, CLAN, {each: each for each in EVERYONE})
    await leave(conn, *range(11, 41))
    await follow_members(conn)
    await counts(conn, CLAN, {each: each for each in EVERYONE if not 11 <= each <= 40})
    await leave(conn, *range(1, 101))
    await follow_members(conn)
    assert await conn.fetchval("select count(*) from clan_weapon") == 0
    assert await slots(conn) == {}


async def test_the_lowest_free_slot_is_used_again(conn: Connection) -> None:
    for each in (1, 2, 3):
        await add_member(conn, each)
    await follow_members(conn)
    assert await slots(conn) == {1: 0, 2: 1, 3: 2}
    await leave(conn, 2)
    for each in (4, 5):
        await add_member(conn, each)
    await follow_members(conn)
    assert await slots(conn) == {1: 0, 4: 1, 3: 2, 5: 3}


async def test_who_finds_no_slot_waits_for_one(conn: Connection) -> None:
    for each in range(1, 259):
        await add_member(conn, each)
    await follow_members(conn)
    assert len(await slots(conn)) == 256
    await leave(conn, 1, 2)
    await follow_members(conn)
    assert sorted((await slots(conn)).values()) == list(range(256))


async def test_someone_who_plays_on_elsewhere_stays_one_person(conn: Connection) -> None:
    for each in EVERYONE:
        await add_member(conn, each)
    await leave(conn, *range(4, 101))
    async with conn.transaction():
        await store_reports(conn, a_match_each(), NOON)
    await follow_members(conn)
    await leave(conn, 1, 2)
    await update_moved(conn, 1, 2)
    await update_moved(conn, 2, 3)
    assert await follow_members(conn)
    await counts(conn, CLAN, {1: 3, 2: 3, 3: 3})
    await add_member(conn, 2, group_id=OTHER)
    await update_moved_back(conn, [2])
    assert await follow_members(conn)
    await counts(conn, CLAN, {3: 3})
    await counts(conn, OTHER, {1: 2, 2: 2})


async def test_with_both_memberships_in_they_count_once(conn: Connection) -> None:
    for each in (1, 2):
        await add_member(conn, each)
    await update_moved(conn, 1, 2)
    await follow_members(conn)
    assert await slots(conn) == {1: 0, 2: 0}


async def test_memberships_that_name_each_other_end_nothing(conn: Connection) -> None:
    for each in (1, 2):
        await add_member(conn, each)
    await leave(conn, 2)
    await update_moved(conn, 1, 2)
    await update_moved(conn, 2, 1)
    await asyncio.wait_for(follow_members(conn), 10)
    assert set(await slots(conn)) == {1, 2}


async def test_nothing_is_locked_while_nothing_differs(pool: Pool, conn: Connection) -> None:
    await add_member(conn, 1)
    await follow_members(conn)
    async with pool.acquire() as other, other.transaction():
        await store_reports(other, [fetched(1, player(1, {ROSE: 1}))], NOON)
        assert not await asyncio.wait_for(follow_members(conn), 10)


async def test_it_waits_for_those_who_store(pool: Pool, conn: Connection) -> None:
    """Else what they add for someone who leaves would stay."""
    for each in (1, 2):
        await add_member(conn, each)
    await follow_members(conn)
    await leave(conn, 1)
    async with pool.acquire() as other, other.transaction():
        await store_reports(other, [fetched(1, player(1, {ROSE: 1}), player(2, {ROSE: 2}))], NOON)
        following = asyncio.create_task(follow_in_transaction(conn))
        await asyncio.sleep(0.2)
        assert not following.done()
    assert await following
    assert await conn.fetchval("select kills from clan_weapon where mode = 0 and level = 2") == 2


async def follow_in_transaction(conn: Connection) -> bool:
    async with conn.transaction():
        return await follow_members(conn)
