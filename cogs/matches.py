"""Which matches there are: no command of its own; the loop that walks histories runs with this cog."""

from __future__ import annotations

from bot.client import HawthorneBot
from bot.jobs import matches


async def setup(bot: HawthorneBot) -> None:
    if bot.loops is not None:
        bot.loops.register(matches.LOOP)
