"""Reports as they are stored: each once, whatever comes twice, late, changed or out of order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.match import StoreResult
from db.pool import Connection, Pool
from db.queries.report import store_reports
from tests.db.match_make import (
    NOON,
    clan_weapons,
    fetched,
    member_stats,
    player,
    stored_clan_weapons,
    stored_member_stats,
)
from tests.db.roster_rows import CLAN, add_clan, add_member

ROSE, ACE, FATEBRINGER = 100, 200, 300


@pytest.fixture
async def conn(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection:
        await add_clan(connection)
        for slot, member in enumerate((1, 2)):
            await add_member(connection, member)
            await connection.execute("insert into clan_counted values ($1, $2, $2, $3)", CLAN, member, slot)
        yield connection


async def store(conn: Connection, *reports: object) -> StoreResult:
    async with conn.transaction():
        return await store_reports(conn, reports, NOON)  # type: ignore[arg-type]


async def test_first(conn: Connection) -> None:
    one = fetched(10, player(1, {ROSE: 7, ACE: 2}), player(2, {ROSE: 1}), player(99, {ACE: 4}))
    assert await store(conn, one) == StoreResult(new=frozenset({10}))
    tracked = {10: {1, 2}}
    assert await stored_member_stats(conn) == member_stats([one], tracked)
    assert await stored_clan_weapons(conn) == clan_weapons([one], tracked, {CLAN: {1: 1, 2: 2}}, {})
    assert await store(conn, one) == StoreResult(unchanged=frozenset({10}))
    two = fetched(10, player(1, {ROSE: 7}), player(2, {ROSE: 1, ACE: 3}), period=NOON + timedelta(days=1))
    assert await store(conn, two) == StoreResult(changed=frozenset({10}))
    assert await stored_member_stats(conn) == member_stats([two], tracked)
    assert await stored_clan_weapons(conn) == clan_weapons([two], tracked, {CLAN: {1: 1, 2: 2}}, {})
