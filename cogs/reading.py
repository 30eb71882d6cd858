"""One connection for one answer, in time: the database answers soon or the reader is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime

from bot.client import HawthorneBot
from bot.errors import DatabaseAway
from db.pool import DATABASE_AWAY, Connection

_SECONDS = 2.0  # Discord waits 3 s for the whole answer
DEFERRED_SECONDS = 10.0  # it waits 15 min for one that was deferred; people do not


@contextlib.asynccontextmanager
async def reading(bot: HawthorneBot, seconds: float = _SECONDS) -> AsyncIterator[tuple[Connection, datetime]]:
    """A connection and the present. Raises DatabaseAway for whatever keeps the database from answering in time."""
    try:
        async with asyncio.timeout(seconds), bot.pool.acquire() as conn:
            yield conn, bot.clock.now()
    except DATABASE_AWAY as error:
        raise DatabaseAway("The database does not answer right now; try again in a minute.") from error
