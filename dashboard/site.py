"""What every view needs: the pools, the configuration and the clock, and one way to read the database."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from quart import current_app

from bot.clock import Clock
from bot.config import Config
from bot.errors import DatabaseAway
from db.pool import DATABASE_AWAY, Connection, Pool

_KEY = "hawthorne"
_ACQUIRE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Site:
    """`leading_since` says since when this process leads the loops, None while it doesn't."""

    read_pool: Pool
    desk_pool: Pool
    config: Config
    clock: Clock
    leading_since: Callable[[], datetime | None]

    @property
    def open_to_all(self) -> bool:
        """Whether anyone may read; without it, and until there is a sign-in, only this machine may."""
        return self.config.dashboard.access == "public"


def install(extensions: dict[str, object], site: Site) -> None:
    """Make the site what `site()` returns in that application."""
    extensions[_KEY] = site


def site() -> Site:
    """The site of the application that answers the present request."""
    return cast("Site", current_app.extensions[_KEY])


def now() -> datetime:
    """The present by the site's clock."""
    return site().clock.now()


@contextlib.asynccontextmanager
async def reading() -> AsyncIterator[Connection]:
    """A read-only snapshot, so that all of a page speaks of the same moment.

    Raises DatabaseAway for whatever keeps the database from answering, a statement that takes too long included.
    """
    try:
        async with (
            site().read_pool.acquire(timeout=_ACQUIRE_SECONDS) as conn,
            conn.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield conn
    except DATABASE_AWAY as error:
        raise DatabaseAway("The database does not answer right now; try again in a moment.") from error
