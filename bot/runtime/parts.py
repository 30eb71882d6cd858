"""The three parts. Each needs only the database; discord and quart are loaded by the part that uses them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.bungie.client import BungieClient
from bot.clock import Clock
from bot.config import Config
from bot.errors import BungieError, ConfigError, KeyRefused
from bot.jobs import collections, manifest, matches, membership, roster
from bot.jobs.reports import Worker
from bot.runtime.context import Context
from bot.runtime.supervise import supervise
from bot.schedule import Registry, Schedule
from bot.services import Services
from db.leader import LOOPS_KEY, Leader
from db.pool import open_pool
from db.web_login import DESK_ROLE, READ_ROLE

if TYPE_CHECKING:
    from bot.client import HawthorneBot

log = structlog.get_logger(__name__)

_WEB_STOP_SECONDS = 3.0
LOOPS = (manifest.LOOP, membership.LOOP, roster.LOOP, matches.LOOP, collections.LOOP)


def register_loops(registry: Registry) -> None:
    """Without Discord no cog registers them: the same loops."""
    for loop in LOOPS:
        registry.register(loop)


async def run_ingest(context: Context) -> None:
    """The loops, while this process leads, and always a worker of the queue.

    Raises ConfigError when Bungie.net refuses the key at start.
    When the part starts again in the same process, a refused key is one that was refused later: the loops pause.
    """
    config = context.config
    async with BungieClient(config.bungie, pool=context.pool, clock=context.clock, intervals=config.schedule) as bungie:
        if context.leader is None:
            await _check_key(bungie)
        services = Services(context.pool, bungie, context.clock, config)
        async with Leader(context.dsn, LOOPS_KEY) as leader:
            context.leader = leader
            async with asyncio.TaskGroup() as group:
                group.create_task(Schedule(services, context.registry, leader).run(), name="schedule")
                group.create_task(supervise("worker", lambda: Worker(services).run(), context.clock), name="worker")


async def _check_key(bungie: BungieClient) -> None:
    try:
        await bungie.get_settings()
    except KeyRefused as error:
        raise ConfigError(f"bungie.api_key is refused by Bungie.net ({error}): copy it again.") from error
    except BungieError as error:
        log.warning("bungie_unreachable_at_start", error=str(error))


async def build_first_bot(context: Context) -> HawthorneBot:
    """The bot with its cogs; their loops are registered when this process runs ingest."""
    return await _build_bot(context, context.registry if "ingest" in context.parts else None)


async def _build_bot(context: Context, registry: Registry | None) -> HawthorneBot:
    from bot.client import HawthorneBot
    from cogs import MODULES

    bot = HawthorneBot(context.config, context.pool, context.clock, registry)
    for module in MODULES:
        await bot.load_extension(module)
    return bot


async def run_discord(context: Context, first: HawthorneBot) -> None:
    """Bot, charts and the outbox's sender. A closed discord.py client can't start again: each new try has a new one."""
    from bot import delivery
    from bot.renderer import Renderer

    bot = first if not first.is_closed() else await _build_bot(context, None)
    try:
        async with Renderer(cache_dir=context.config.data_dir / "charts") as bot.renderer, asyncio.TaskGroup() as group:
            sender = group.create_task(delivery.run(bot, context.pool, context.clock, context.dsn))
            group.create_task(_login(bot, context.config, sender))
    except* ConfigError as errors:
        raise ConfigError(str(errors.exceptions[0])) from None
    finally:
        await bot.close()


async def _login(bot: HawthorneBot, config: Config, sender: asyncio.Task[None]) -> None:
    await bot.run_for_ever(config.discord.token.reveal())
    sender.cancel()


@dataclass(frozen=True, slots=True)
class WebLogin:
    """`scoped`: the login may take the web's roles; otherwise it is the owner's, kept to read-only transactions."""

    dsn: str
    scoped: bool


async def run_web(
    config: Config, clock: Clock, login: WebLogin, sock: socket.socket, leading_since: Callable[[], datetime | None]
) -> None:
    """Pages and API over the read-only role, until cancelled; /readyz watches the loops that this process leads."""
    from hypercorn.asyncio import serve
    from hypercorn.config import Config as HypercornConfig

    from dashboard import create_app

    settings = HypercornConfig()
    settings.bind = [f"fd://{os.dup(sock.fileno())}"]  # hypercorn closes what it is given
    settings.accesslog = None
    settings.errorlog = None
    settings.graceful_timeout = 1.0
    settings.include_server_header = False
    read, desk = (READ_ROLE, DESK_ROLE) if login.scoped else (None, None)
    async with (
        open_pool(login.dsn, name="web", role=read, read_only=True, max_size=4, timeout_seconds=3) as read_pool,
        open_pool(login.dsn, name="desk", role=desk, max_size=2, timeout_seconds=3) as desk_pool,
    ):
        app = create_app(read_pool, desk_pool, config, clock, leading_since=leading_since)
        stop = asyncio.Event()
        server = asyncio.create_task(serve(app, settings, shutdown_trigger=stop.wait), name="hypercorn")
        try:
            await asyncio.shield(server)
        finally:
            stop.set()
            await _ended(server)


async def _ended(server: asyncio.Task[None]) -> None:
    """hypercorn is asked, not cancelled: a cancellation that meets its start is lost (Python 3.11's wait_for)."""
    await asyncio.wait({server}, timeout=_WEB_STOP_SECONDS)
    server.cancel()
    await asyncio.wait({server}, timeout=1.0)
