"""Who joins and leaves: told by posts (bot.delivery); the loop that finds out runs with this cog."""

from __future__ import annotations

from bot.client import HawthorneBot
from bot.jobs import membership


async def setup(bot: HawthorneBot) -> None:
    if bot.loops is not None:
        bot.loops.register(membership.LOOP)
