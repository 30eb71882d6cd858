from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import discord.gateway
import discord.http
import pytest
import pytest_asyncio
from aiohttp import web

from bot.client import PERMISSIONS, HawthorneBot, invite_url, sync_commands
from bot.config import Config, Discord, Secret
from bot.errors import ConfigError
from bot.sandbox.discord.server import DiscordServer
from cogs import MODULES
from db.pool import Pool
from tests.cogs.guild import Guild, embed_of
from tests.e2e.discord_bot import Running, running
from tests.e2e.telling import ShiftedClock, eventually


@pytest_asyncio.fixture(loop_scope="session")
async def place() -> AsyncIterator[Running]:
    async with running() as made:
        yield made


def config(place: Running, token: str = "") -> Config:
    return Config(discord=_discord(place.url, token or place.server.token))


def _discord(url: str, token: str) -> Discord:
    return Discord(token=Secret(token), api_url=f"{url}/api/v10", gateway_url=f"{url}/gateway".replace("http", "ws", 1))


def test_discord_py_has_the_two_attributes_that_say_where_discord_is() -> None:
    assert isinstance(discord.http.Route.BASE, str)
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY).startswith("ws")


async def test_the_bot_speaks_to_the_configured_discord(place: Running, pool: Pool) -> None:
    HawthorneBot(config(place), pool, ShiftedClock())
    assert discord.http.Route("GET", "/users/@me").url == f"{place.url}/api/v10/users/@me"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == f"{place.url}/gateway".replace("http", "ws", 1)


async def test_a_refused_token_is_a_wrong_configuration(place: Running, pool: Pool) -> None:
    async with HawthorneBot(config(place), pool, ShiftedClock()) as bot:
        with pytest.raises(ConfigError, match=r"discord\.token is refused"):
            await bot.run_for_ever("no-such-token")


async def test_a_discord_that_is_away_at_start_is_waited_for(pool: Pool) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = DiscordServer(None, ShiftedClock().now, window_scale=0.02)
    bot = HawthorneBot(Config(discord=_discord(url, server.token)), pool, ShiftedClock())
    task = asyncio.create_task(bot.run_for_ever(server.token))
    await asyncio.sleep(0.3)
    assert not task.done()
    runner = web.AppRunner(server.app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        await eventually(lambda: _is(bot.is_ready))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.close()
        await runner.cleanup()


async def _is(check: Any) -> bool:
    return bool(check())


@pytest.mark.parametrize("how", ["reconnect", "invalid", "drop"])
async def test_a_lost_gateway_is_found_again(at: Guild, how: str) -> None:
    assert at.bot is not None
    resumed = asyncio.Event()

    async def back() -> None:
        resumed.set()

    at.bot.add_listener(back, "on_resumed")
    at.bot.add_listener(back, "on_ready")
    await at.place.call("POST", "/disconnect", {"how": how})
    await asyncio.wait_for(resumed.wait(), 15)
    assert embed_of(await at.run("about"))["title"].startswith("Hawthorne")


async def test_an_outage_at_login_passes(place: Running, pool: Pool) -> None:
    for fault in ("503", "reset_before"):
        await place.call("POST", "/faults", {"fault": fault, "path": "/users/@me"})
    bot = HawthorneBot(config(place), pool, ShiftedClock())
    task = asyncio.create_task(bot.run_for_ever(place.server.token))
    try:
        await eventually(lambda: _is(bot.is_ready))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bot.close()


async def test_commands_are_synced_from_the_shell_when_they_changed(place: Running, pool: Pool) -> None:
    assert await sync_commands(config(place), pool, MODULES)
    assert not await sync_commands(config(place), pool, MODULES)
    guild_id = int(place.server.guild_id)
    assert await sync_commands(config(place), pool, MODULES, guild_id)
    assert not await sync_commands(config(place), pool, MODULES, guild_id)
    names = {command["name"] for command in await place.call("GET", "/commands")}
    assert names == {"about", "exotics", "help", "roster", "seals", "status", "weapon", "weapons"}


async def test_syncing_with_a_wrong_token_says_so(place: Running, pool: Pool) -> None:
    with pytest.raises(ConfigError, match=r"discord\.token is refused"):
        await sync_commands(config(place, "wrong"), pool, MODULES)


async def test_the_invitation_asks_for_the_least_permissions(place: Running) -> None:
    url = await invite_url(config(place))
    assert f"client_id={place.server.application_id}" in url
    assert f"permissions={PERMISSIONS.value}" in url
    assert not PERMISSIONS.administrator
    assert not PERMISSIONS.manage_guild


async def test_resets_are_errors_that_answers_know() -> None:
    """discord.py retries a reset only by the errno of macOS and Windows; these are what Linux raises."""
    assert issubclass(aiohttp.ClientOSError, OSError)
    assert issubclass(aiohttp.ServerDisconnectedError, aiohttp.ClientError)
