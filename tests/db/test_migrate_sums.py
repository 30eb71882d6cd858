"""Sums that an older version has left behind: a migration makes of them what storing the matches anew would have."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.services import unseen
from db.migrate import Migration, all_migrations
from db.pool import Connection, Pool, open_pool
from db.queries.recompute import Recomputed, recompute_weapons
from tests.db.weapon_world import add_world, make_world

FIRST_WITH_DEKADS = 12


@pytest.fixture
async def older(empty_dsn: str) -> AsyncIterator[Pool]:
    """A database without the migrations from that of dekads on, with the sums that there were before."""
    async with open_pool(empty_dsn, name="test") as pool:
        async with pool.acquire() as conn:
            await apply(conn, [each for each in all_migrations() if each.number < FIRST_WITH_DEKADS])
            await add_world(conn, make_world(5), levels=(0, 1, 2))
        yield pool


async def apply(conn: Connection, migrations: list[Migration]) -> None:
    for migration in migrations:
        async with conn.transaction():
            await conn.execute(migration.sql)


async def test_dekads_and_years_are_filled_from_days_and_months(older: Pool) -> None:
    async with older.acquire() as conn:
        await apply(conn, [each for each in all_migrations() if each.number >= FIRST_WITH_DEKADS])
        levels = await conn.fetch("select level, count(*) > 0 from clan_weapon group by 1 order by 1")
    assert [tuple(row) for row in levels] == [(level, True) for level in range(5)]
    assert await recompute_weapons(older, unseen) == Recomputed(0, 0, members_followed=False)


async def test_what_the_older_version_lacked_would_be_seen(older: Pool) -> None:
    """The same without a part of the new rows: so many are missing, and put there."""
    async with older.acquire() as conn:
        await apply(conn, [each for each in all_migrations() if each.number >= FIRST_WITH_DEKADS])
        lost = await conn.execute("delete from clan_weapon where level = 3 and mode = 0")
        stats = await conn.execute("delete from member_stat where level = 4 and mode = 0")
    found = await recompute_weapons(older, unseen)
    assert (found.weapons, found.member_stats) == (int(lost.split()[1]), int(stats.split()[1]))


async def test_the_web_may_read_the_new_rows(older: Pool) -> None:
    async with older.acquire() as conn:
        await apply(conn, [each for each in all_migrations() if each.number >= FIRST_WITH_DEKADS])
        await conn.execute("set role hawthorne_read")
        for table in ("clan_weapon", "clan_weapon_dekad", "clan_weapon_year"):
            assert await conn.fetchval(f"select count(*) from {table}") > 0
        assert await conn.fetchval("select sum_end(3, sum_start(3, '2026-05-05'))::text") == "2026-05-11"
        await conn.execute("reset role")
