"""The whole sandbox in one process: a world, Bungie.net on two ports, Discord on a third.

async with Sandbox(seed=7) as sandbox:
    ...  # sandbox.bungie_url, sandbox.world.join(...), sandbox.bungie.faults.add({...})
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from aiohttp import web

from bot.sandbox.bungie import BungieServer
from bot.sandbox.control import control_routes
from bot.sandbox.discord.server import DiscordServer
from bot.sandbox.world import World
from bot.sandbox.world.matches.model import Amount

_HOST = "127.0.0.1"
_WORLD_FILE = "world.json"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """`live`: things happen by themselves; otherwise only what the caller does. `fast`: they happen every few seconds.

    Ports of 0 mean any free one. `matches` is how much past there is: demo, few or none. With `data_dir` the world
    and the channels are kept and go on at the next start.
    """

    def __init__(
        self,
        seed: int = 7,
        data_dir: Path | None = None,
        fast: bool = False,
        live: bool = True,
        now: Callable[[], datetime] = _utc_now,
        ports: tuple[int, int, int] = (0, 0, 0),
        matches: Amount = "none",
    ) -> None:
        self._data_dir = data_dir
        self._fast, self._live, self._ports = fast, live, ports
        self.world = _open_world(seed, data_dir, now, fast, matches)
        self.bungie = BungieServer(self.world)
        self.discord = DiscordServer(data_dir, now, control_routes(self.world, self.bungie))
        self.bungie_url = self.stats_url = self.discord_url = ""
        self._runners: list[web.AppRunner] = []
        self._life: asyncio.Task[None] | None = None

    @property
    def api_url(self) -> str:
        return f"{self.discord_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.discord_url.replace('http', 'ws', 1)}/gateway"

    @property
    def api_key(self) -> str:
        return self.bungie.api_key

    @property
    def token(self) -> str:
        return self.discord.token

    @property
    def guild_id(self) -> str:
        return str(self.discord.guild_id)

    @property
    def channel_id(self) -> str:
        return str(self.discord.channel_id)

    @property
    def clan_ids(self) -> list[str]:
        return list(self.world.clans)

    def describe(self) -> dict[str, Any]:
        """Everything that a program needs to use this sandbox."""
        addresses = {name: getattr(self, name) for name in ("bungie_url", "stats_url", "discord_url")}
        derived = {name: getattr(self, name) for name in ("api_url", "gateway_url", "api_key", "token")}
        places = {name: getattr(self, name) for name in ("clan_ids", "guild_id", "channel_id")}
        return addresses | derived | places

    async def __aenter__(self) -> Self:
        try:
            self.bungie_url = await self._serve(self.bungie.www(), self._ports[0])
            self.stats_url = await self._serve(self.bungie.stats(), self._ports[1])
            self.discord_url = await self._serve(self.discord.app, self._ports[2])
        except BaseException:
            await self._stop()
            raise
        self.bungie.stats_url = self.stats_url
        if self._live:
            self._life = asyncio.create_task(self._live_on(), name="sandbox world")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()
        self.save()

    def save(self) -> None:
        """Keep the world, if there is a place for it."""
        if self._data_dir is not None:
            _write(self._data_dir / _WORLD_FILE, self.world.dump())

    async def _serve(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, _HOST, port).start()
        return f"http://{_HOST}:{runner.addresses[0][1]}"

    async def _stop(self) -> None:
        if self._life is not None:
            self._life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._life
        for runner in reversed(self._runners):
            await runner.cleanup()
        self._runners.clear()

    async def _live_on(self) -> None:
        """Time passes in the world, and it is kept whenever something has happened, or a match was played."""
        pause = 0.5 if self._fast else 2.0
        while True:
            await asyncio.sleep(pause)
            played = len(self.world.state.played)
            if self.world.advance() or len(self.world.state.played) > played:
                self.save()


def _open_world(seed: int, data_dir: Path | None, now: Callable[[], datetime], fast: bool, matches: Amount) -> World:
    """The world that was kept in this place, or a fresh one of this seed."""
    if data_dir is not None and (data_dir / _WORLD_FILE).exists():
        try:
            return World.load((data_dir / _WORLD_FILE).read_bytes(), now, fast)
        except msgspec.ValidationError as error:
            raise OSError(f"{data_dir / _WORLD_FILE} was kept by another version, delete it ({error})") from error
    return World(seed, now, fast, matches=matches)


def _write(path: Path, raw: bytes) -> None:
    """All of it or nothing: written beside, then put in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(raw)
    beside.replace(path)
