"""Who owns which exotic; the loop that reads collections runs with this cog."""

from __future__ import annotations

from bot.client import HawthorneBot
from bot.jobs import collections


async def setup(bot: HawthorneBot) -> None:
    if bot.loops is not None:
        bot.loops.register(collections.LOOP)
