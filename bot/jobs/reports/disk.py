"""Room on the disk of the embedded database: the past waits when it runs out, the present goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Config
from bot.services import Services
from db.queries.setting import delete_setting, upsert_setting

LEAST_FREE = 10**9  # issue: under 1 GB the backfill pauses
NOTE = "note:disk"
_EVERY = timedelta(seconds=10)
SENTENCE = "Less than 1 GB of disk is free: match history is not read until there is more; new matches are."


def free_bytes(config: Config) -> int | None:
    """What is free where the embedded database lives; None where the database is elsewhere."""
    return None if config.database.url else shutil.disk_usage(_existing(config.data_dir)).free


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


class DiskGuard:
    """Looks now and then whether there is room, and says so on /status when that changes."""

    def __init__(self, services: Services, free: Callable[[Config], int | None] = free_bytes) -> None:
        self._services = services
        self._free = free
        self._looked_at: datetime | None = None
        self._room: bool | None = None

    async def has_room(self) -> bool:
        """Whether the past may be fetched."""
        now = self._services.clock.now()
        if self._room is None or self._looked_at is None or not timedelta(0) <= now - self._looked_at < _EVERY:
            free = self._free(self._services.config)
            await self._say(free is None or free >= LEAST_FREE, now)
            self._looked_at = now
        return bool(self._room)

    async def _say(self, room: bool, now: datetime) -> None:
        if room is self._room:
            return
        async with self._services.pool.acquire() as conn:
            if room:
                await delete_setting(conn, NOTE)
            else:
                await upsert_setting(conn, NOTE, SENTENCE, now)
        self._room = room
