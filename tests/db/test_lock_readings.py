"""Who stores what was read of a member waits for others who do so, and for nobody else."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from db.pool import Pool
from db.queries.reading import lock_readings


async def test_two_that_store_the_same_member_take_turns(pool: Pool) -> None:
    async with pool.acquire() as one, pool.acquire() as other, one.transaction():
        await lock_readings(one, 1)
        async with other.transaction():
            await asyncio.wait_for(lock_readings(other, 2), 5)
        await other.execute("set statement_timeout = 200")
        with pytest.raises(asyncpg.QueryCanceledError):
            async with other.transaction():
                await lock_readings(other, 1)
        await other.execute("reset statement_timeout")


async def test_a_clan_whose_sums_are_turned_over_keeps_no_reading_waiting(pool: Pool) -> None:
    """Such a transaction has written its members, and may last a minute."""
    async with pool.acquire() as poll, pool.acquire() as visit:
        await poll.execute(
            """insert into member (membership_id, membership_type, name, first_seen_at)
            values (1, 3, 'Petrel#0042', now())"""
        )
        async with poll.transaction():
            await poll.execute("update member set name = 'Marrow#0042'")
            async with visit.transaction():
                await asyncio.wait_for(lock_readings(visit, 1), 5)
