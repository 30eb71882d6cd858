"""Which clans are tracked, as the configuration comes and goes."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.clan import ClanState
from db.pool import Connection, Pool
from db.queries.clan import (
    select_clan,
    select_clans,
    select_polled_clans,
    select_refusals,
    update_clan_met,
    update_clan_refused,
    upsert_configured_clans,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def state_of(conn: Connection, group_id: int) -> ClanState:
    clan = await select_clan(conn, group_id, NOW)
    assert clan is not None
    return clan.state


async def test_new_clans_are_polled_and_dropped_ones_go_on_where_they_stopped(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await upsert_configured_clans(conn, (1, 2, 2), NOW)
        assert await select_polled_clans(conn) == (1, 2)
        await update_clan_met(conn, 1, "Eyes Up", "EYES", "Eyes up, Guardian")
        await conn.execute("update clan set baseline_at = $1 where group_id = 1", NOW)
        await upsert_configured_clans(conn, (2,), NOW)
        assert await state_of(conn, 1) is ClanState.DROPPED
        assert [clan.group_id for clan in await select_clans(conn, NOW)] == [2]
        await upsert_configured_clans(conn, (1, 2), NOW)
        assert await state_of(conn, 1) is ClanState.TRACKED
        assert await state_of(conn, 2) is ClanState.NEW


async def test_a_refused_clan_is_looked_at_again_when_it_is_configured_again(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await upsert_configured_clans(conn, (1,), NOW)
        await update_clan_refused(conn, 1, "Bungie.net knows no clan with the id 1.")
        assert await select_polled_clans(conn) == ()
        assert await select_refusals(conn) == ("Bungie.net knows no clan with the id 1.",)
        await upsert_configured_clans(conn, (1,), NOW)
        assert await state_of(conn, 1) is ClanState.NEW
        assert await select_refusals(conn) == ()


async def test_a_clan_that_a_server_follows_stays_when_it_leaves_the_configuration(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await upsert_configured_clans(conn, (1,), NOW)
        await conn.execute("insert into channel (channel_id) values (5)")
        await conn.execute("insert into feed (channel_id, group_id, source) values (5, 1, 'setup')")
        await upsert_configured_clans(conn, (), NOW)
        assert await state_of(conn, 1) is ClanState.NEW


async def test_unknown_ids_name_no_clan(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await select_clan(conn, 404, NOW) is None
