"""The bot with its cogs, logged in to the simulated Discord, over a database with one clan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from db.pool import Pool
from tests.cogs.guild import CLAN, Guild, guild


@pytest_asyncio.fixture(loop_scope="session")
async def empty(pool: Pool) -> AsyncIterator[Guild]:
    """Nothing is tracked yet."""
    async with guild(pool) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def at(empty: Guild) -> Guild:
    """Quiet Orbit with 23 members, three of them online, read a minute ago."""
    await empty.add_clan(CLAN, "Quiet Orbit", "QO")
    now = empty.clock.now()
    for number in range(1, 24):
        online = number in (3, 7, 11)
        await empty.add_member(
            CLAN,
            number,
            f"Member{number}#{number:04}",
            power=500 + number,
            joined_at=now - timedelta(days=10 if number == 5 else 400 + number),
            last_played_at=now - (timedelta(days=40) if number > 20 else timedelta(hours=number, minutes=1)),
            playing_since=now - timedelta(minutes=10 + number) if online else None,
            private=number == 9,
        )
    return empty
