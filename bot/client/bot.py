"""The discord.py Bot: intents, login with patience, and the Discord that it speaks to.

Which Discord that is, is configured (discord.api_url, discord.gateway_url): discord.py has no argument for it, but two
class attributes, and a test asserts that they exist.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import aiohttp
import discord
import discord.gateway
import discord.http
import structlog
import yarl
from discord import app_commands
from discord.ext import commands

from bot.client.registering import register_commands
from bot.client.replies import Tree
from bot.clock import Clock
from bot.config import Config
from bot.config import Discord as DiscordSettings
from bot.errors import ConfigError
from bot.jobs.loop import Loop
from bot.renderer import Renderer
from db.pool import DATABASE_AWAY, Pool

log = structlog.get_logger(__name__)

UNREACHABLE = (OSError, aiohttp.ClientError, TimeoutError, discord.HTTPException, discord.GatewayNotFound)
_LONGEST_PAUSE = 60.0
_REFUSED_PAUSE = 300.0


class Loops(Protocol):
    """Where a cog registers the loop of its job."""

    def register(self, loop: Loop) -> None: ...


class HawthorneBot(commands.Bot):
    """One per process. `loops` is None where this process runs no ingest.

    `renderer` draws charts; None until the part has opened one.
    """

    def __init__(self, config: Config, pool: Pool, clock: Clock, loops: Loops | None = None) -> None:
        point_at(config.discord)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            max_messages=None,
            max_ratelimit_timeout=30.0,
        )
        self.config = config
        self.pool = pool
        self.clock = clock
        self.loops = loops
        self.renderer: Renderer | None = None
        self.registers_commands = True
        self._registering: asyncio.Task[None] | None = None

    async def setup_hook(self) -> None:
        """Register the commands beside the login: an outage of Discord must not keep the bot from connecting."""
        if self.registers_commands:
            self._registering = asyncio.create_task(self._register_patiently(), name="register-commands")

    async def close(self) -> None:
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
        await super().close()

    async def run_for_ever(self, token: str) -> None:
        """Log in, however long Discord takes to answer, and stay connected. Returns only when the client was closed.

        Raises ConfigError when Discord refuses the token.
        """
        await self.login_patiently(token)
        try:
            await self.connect(reconnect=True)
        except discord.ConnectionClosed as error:
            # 4004 is a token refused on the way; asking on at once would cost identifies, of which a day has 1000
            log.error("discord_closed", code=error.code)
            await self.clock.sleep(_REFUSED_PAUSE)

    async def login_patiently(self, token: str) -> None:
        """Log in; keeps trying while Discord can't be reached. Raises ConfigError when Discord refuses the token."""
        pause = 1.0
        while not self.is_closed():
            try:
                await self.login(token)
                return
            except discord.LoginFailure as error:
                raise ConfigError(
                    "discord.token is refused by Discord: copy it again from your application's page, Bot, Reset Token."
                ) from error
            except UNREACHABLE as error:
                log.warning("discord_unreachable", error=repr(error), again_in_seconds=pause)
            await self._forget_session()
            await self.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _forget_session(self) -> None:
        """discord.py opens a new HTTP session for each login and does not close the one of a login that failed."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING

    async def _register_patiently(self) -> None:
        pause = 2.0
        while True:
            try:
                await register_commands(self)
                return
            except (*UNREACHABLE, *DATABASE_AWAY) as error:
                log.warning("commands_not_registered", error=repr(error), again_in_seconds=pause)
            await self.clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def point_at(settings: DiscordSettings) -> None:
    """Make discord.py speak to the configured Discord, in the whole process: it reads both at each request."""
    discord.http.Route.BASE = settings.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
