"""The game's pictures into a folder: those that are there are left alone, the others come one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.bungie.budget import Lane
from bot.domain.icon import is_icon
from bot.errors import BungieError, Throttled
from bot.services import Services
from db.queries.icon import select_icons

_AT_ONCE = 6
_TRIES = 3
_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


@dataclass(slots=True)
class Fetched:
    """`failed`: path -> why it is not there. `stopped`: why the rest was not even asked for."""

    named: int = 0
    kept: int = 0
    saved: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    stopped: str = ""

    @property
    def whole(self) -> bool:
        return self.kept + self.saved == self.named


async def fetch_icons(services: Services, folder: Path) -> Fetched:
    """Every picture that the manifest names, below `folder` by its path. May be stopped and begun again at any time."""
    async with services.pool.acquire() as conn:
        paths = [path for path in await select_icons(conn) if is_icon(path)]
    missing = await asyncio.to_thread(lambda: [path for path in paths if not (folder / path[1:]).is_file()])
    fetched = Fetched(named=len(paths), kept=len(paths) - len(missing))
    services.progress(fetched.kept, fetched.named)
    waiting = iter(missing)
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(_work(services, folder, waiting, fetched))
    if not fetched.stopped and services.bungie.breaker("manifest").open:
        fetched.stopped = "Bungie.net stopped answering: run it again later."
    return fetched


async def _work(services: Services, folder: Path, waiting: Iterator[str], fetched: Fetched) -> None:
    for path in waiting:
        if fetched.stopped or services.bungie.breaker("manifest").open:
            return
        try:
            await _fetch(services, path, folder / path[1:])
            fetched.saved += 1
        except BungieError as error:
            fetched.failed[path] = str(error)
        except OSError as error:
            fetched.stopped = f"{folder} can't be written: {error.strerror}."
        services.progress(fetched.kept + fetched.saved + len(fetched.failed), fetched.named)


async def _fetch(services: Services, path: str, to: Path) -> None:
    """One picture under another name first, so that what bears its name is whole."""
    await asyncio.to_thread(to.parent.mkdir, parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.part")
    try:
        await _patiently(services, path, part)
        if not await asyncio.to_thread(_is_picture, part):
            raise BungieError("Bungie.net sent something that is no picture.")
        await asyncio.to_thread(part.replace, to)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


async def _patiently(services: Services, path: str, part: Path) -> None:
    for _ in range(1, _TRIES):
        try:
            return await services.bungie.fetch_picture(path, part, lane=Lane.BACKFILL)
        except Throttled as error:
            await services.clock.sleep(error.seconds)
    return await services.bungie.fetch_picture(path, part, lane=Lane.BACKFILL)


def _is_picture(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4).startswith(_STARTS)
