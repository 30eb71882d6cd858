"""One leader among all processes: an advisory lock on a connection of its own.

A pool's connection would not do: asyncpg unlocks everything when it goes back. The connection is watched (termination
listener, and a question every few seconds), so that a process that lost its lock knows it before another one leads.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import asyncpg
import structlog

from db.pool import DATABASE_AWAY

log = structlog.get_logger(__name__)

LOOPS_KEY = 0x4861_7701
DELIVERY_KEY = 0x4861_7702
_RETRY_SECONDS = 1.0
_CHECK_SECONDS = 3.0


class Leader:
    """`async with Leader(dsn, key) as leader`: tries for the lock until closed, and again whenever it was lost.

    `since` is when it began to lead, None while it doesn't.
    """

    def __init__(self, dsn: str, key: int) -> None:
        self._dsn = dsn
        self._key = key
        self._leading = asyncio.Event()
        self.lost = asyncio.Event()
        self.lost.set()
        self._task: asyncio.Task[None] | None = None
        self.since: datetime | None = None

    @property
    def leads(self) -> bool:
        return self._leading.is_set()

    async def wait(self) -> None:
        """Return once this process leads; from then on `lost` is unset until it does no more."""
        await self._leading.wait()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._try_for_ever(), name=f"leader-{self._key:x}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _try_for_ever(self) -> None:
        while True:
            with contextlib.suppress(*DATABASE_AWAY):
                await self._one_connection()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _one_connection(self) -> None:
        conn = await asyncpg.connect(self._dsn, timeout=5, server_settings={"application_name": "hawthorne leader"})
        gone = asyncio.Event()
        conn.add_termination_listener(lambda _: gone.set())
        try:
            while not await conn.fetchval("select pg_try_advisory_lock($1)", self._key, timeout=5):
                await asyncio.sleep(_RETRY_SECONDS)
            self._set(leading=True)
            await self._hold(conn, gone)
        finally:
            self._set(leading=False)
            conn.terminate()

    async def _hold(self, conn: asyncpg.Connection[Any], gone: asyncio.Event) -> None:
        while not gone.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), _CHECK_SECONDS)
                return
            await conn.fetchval("select 1", timeout=5)

    def _set(self, *, leading: bool) -> None:
        if leading == self._leading.is_set():
            return
        log.info("leadership", key=f"{self._key:x}", leads=leading)
        if leading:
            self.since = datetime.now(UTC)
            self.lost.clear()
            self._leading.set()
        else:
            self.since = None
            self._leading.clear()
            self.lost.set()
