"""One leader among all; who lost the connection knows it, and another takes over."""

from __future__ import annotations

import asyncio

import asyncpg

from db.leader import LOOPS_KEY, Leader


async def test_the_second_leads_when_the_first_is_gone(dsn: str) -> None:
    async with Leader(dsn, LOOPS_KEY) as first:
        await asyncio.wait_for(first.wait(), 5)
        async with Leader(dsn, LOOPS_KEY) as second:
            await asyncio.sleep(0.3)
            assert first.leads
            assert not second.leads
            await first.__aexit__(None, None, None)
            await asyncio.wait_for(second.wait(), 5)
            assert not first.leads


async def test_a_killed_connection_is_noticed_and_tried_again(dsn: str) -> None:
    async with Leader(dsn, LOOPS_KEY) as leader:
        await asyncio.wait_for(leader.wait(), 5)
        admin = await asyncpg.connect(dsn)
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'hawthorne leader' and datname = current_database()"
        )
        await admin.close()
        await asyncio.wait_for(leader.lost.wait(), 5)
        await asyncio.wait_for(leader.wait(), 5)
        assert leader.leads
