"""Registering the slash commands, only when they are not those that Discord learned last."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import discord
import structlog

from db.queries import setting

if TYPE_CHECKING:
    from bot.client.bot import HawthorneBot

log = structlog.get_logger(__name__)

_KEY = "discord.commands"


async def register_commands(bot: HawthorneBot, guild_id: int | None = None) -> bool:
    """Register the slash commands, globally or for one server, unless they are those registered last.

    Returns whether it did. Discord allows 200 registrations a day, so the hash of what it was told is kept.
    """
    guild = discord.Object(guild_id) if guild_id else None
    if guild:
        bot.tree.copy_global_to(guild=guild)
    key = f"{_KEY}.{guild_id}" if guild_id else _KEY
    told = {"hash": _fingerprint(bot, guild), "application": bot.application_id, "api_url": bot.config.discord.api_url}
    async with bot.pool.acquire() as conn:
        known = await setting.select_setting(conn, key)
    if known == told:
        return False
    await bot.tree.sync(guild=guild)
    async with bot.pool.acquire() as conn:
        await setting.upsert_setting(conn, key, told, bot.clock.now())
    log.info("commands_registered", guild_id=guild_id)
    return True


def _fingerprint(bot: HawthorneBot, guild: discord.Object | None) -> str:
    payload = [command.to_dict(bot.tree) for command in bot.tree.get_commands(guild=guild)]
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
