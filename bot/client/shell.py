"""What the shell asks of Discord without a gateway: `commands sync` and `invite`."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.client.bot import HawthorneBot, point_at
from bot.client.registering import register_commands
from bot.clock import SystemClock
from bot.config import Config
from bot.errors import ConfigError
from db.pool import Pool

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)


async def sync_commands(config: Config, pool: Pool, modules: Iterable[str], guild_id: int | None = None) -> bool:
    """What `commands sync` does: log in without a gateway and register what changed; whether there was anything."""
    bot = HawthorneBot(config, pool, SystemClock())
    bot.registers_commands = False
    async with bot:
        for module in modules:
            await bot.load_extension(module)
        await _login_once(bot, config)
        return await register_commands(bot, guild_id)


async def invite_url(config: Config) -> str:
    """The address that adds the bot to a server with the least permissions."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        point_at(config.discord)
        await _login_once(client, config)
        return discord.utils.oauth_url(client.application_id or 0, permissions=PERMISSIONS)


async def _login_once(client: discord.Client, config: Config) -> None:
    try:
        await client.login(config.discord.token.reveal())
    except discord.LoginFailure as error:
        raise ConfigError("discord.token is refused by Discord: copy it again from your application's page.") from error
