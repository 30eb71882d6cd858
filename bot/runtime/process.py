"""One process from start to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import AsyncExitStack

import structlog

from bot.clock import SystemClock
from bot.config import Config
from bot.errors import ConfigError
from bot.runtime.context import Context
from bot.runtime.heartbeat import beat
from bot.runtime.parts import WebLogin, build_first_bot, register_loops, run_discord, run_ingest, run_web
from bot.runtime.requirements import bind, check_keys
from bot.runtime.supervise import supervise
from db.migrate import migrate
from db.places import prepare_data_dir
from db.pool import Connection, connect_patiently, database, open_pool
from db.queries.clan import upsert_configured_clans
from db.queries.outbox import upsert_config_feed
from db.web_login import check_web_login, ensure_web_login

log = structlog.get_logger(__name__)

_STOP_SECONDS = 8.5


async def serve(config: Config, parts: frozenset[str]) -> None:
    """Run these parts until SIGTERM or SIGINT; a clean stop takes less than 10 s.

    Raises ConfigError, PortInUse, DataDirUnusable, DatabaseUnreachable before anything is half started.
    """
    check_keys(config, parts)
    prepare_data_dir(config.data_dir)
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    work = asyncio.create_task(_run(config, parts), name="hawthorne")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        await _end(work)
    if not work.cancelled():
        work.result()
    log.info("stopped")


async def _end(work: asyncio.Task[None]) -> None:
    """Cancel the parts and wait for their end; leave without them when that takes too long."""
    if work.done():
        return
    log.info("stopping")
    work.cancel()
    await asyncio.wait({work}, timeout=_STOP_SECONDS)
    if not work.done():
        log.error("stopped_late", after_seconds=_STOP_SECONDS)
        os._exit(1)  # the kernel stops the embedded database; every transaction is whole or not there


async def _run(config: Config, parts: frozenset[str]) -> None:
    async with AsyncExitStack() as stack:
        sock = bind(config) if "web" in parts else None
        if sock is not None:
            stack.callback(sock.close)
        if parts == {"web"} and config.database.web_url:
            await _web_alone(config, sock)
        dsn = await stack.enter_async_context(database(config))
        login = await _prepare(config, dsn, parts)
        pool = await stack.enter_async_context(open_pool(dsn, name="main", max_size=10))
        await _run_parts(Context(config, SystemClock(), parts, dsn, pool), login, sock)


async def _web_alone(config: Config, sock: socket.socket | None) -> None:
    """A web part with a login of its own needs no other: whoever runs the other parts migrates."""
    clock = SystemClock()
    login = WebLogin(config.database.web_url.reveal(), scoped=True)
    await check_web_login(login.dsn)
    if sock is not None:
        await supervise("web", lambda: run_web(config, clock, login, sock, lambda: None), clock)


async def _prepare(config: Config, dsn: str, parts: frozenset[str]) -> WebLogin:
    """Migrate, note what is configured, and return the login that the web part reads with."""
    conn = await connect_patiently(dsn)
    try:
        await migrate(conn)
        now = SystemClock().now()
        if "ingest" in parts:
            await upsert_configured_clans(conn, config.clans.ids, now)
        if "discord" in parts:
            await upsert_config_feed(conn, config.discord.announce_channel_id, now)
        return await _web_login(config, conn, dsn) if "web" in parts else WebLogin(dsn, scoped=False)
    finally:
        await conn.close()


async def _web_login(config: Config, conn: Connection, dsn: str) -> WebLogin:
    """Looked at now: a web part that can't read would leave its port open and answer nobody."""
    if config.database.web_url:
        await check_web_login(config.database.web_url.reveal())
        return WebLogin(config.database.web_url.reveal(), scoped=True)
    own = await ensure_web_login(conn, dsn)
    return WebLogin(own or dsn, scoped=own is not None)


async def _run_parts(context: Context, login: WebLogin, sock: socket.socket | None) -> None:
    """All parts in one group. Raises ConfigError when a part says that the configuration is wrong."""
    parts, clock = context.parts, context.clock
    first_bot = await build_first_bot(context) if "discord" in parts else None
    if "ingest" in parts and first_bot is None:
        register_loops(context.registry)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(beat(context), name="heartbeat")
            if "ingest" in parts:
                group.create_task(supervise("ingest", lambda: run_ingest(context), clock), name="ingest")
            if first_bot is not None:
                group.create_task(supervise("discord", lambda: run_discord(context, first_bot), clock), name="discord")
            if sock is not None:
                web = supervise(
                    "web", lambda: run_web(context.config, clock, login, sock, context.leading_since), clock
                )
                group.create_task(web, name="web")
    except* ConfigError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[ConfigError]) -> ConfigError:
    error = errors.exceptions[0]
    return error if isinstance(error, ConfigError) else _first(error)
