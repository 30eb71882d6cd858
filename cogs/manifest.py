"""Names of activities, seals and titles: no command of its own; the loop that fetches them runs with this cog."""

from __future__ import annotations

from bot.client import HawthorneBot
from bot.jobs import manifest


async def setup(bot: HawthorneBot) -> None:
    if bot.loops is not None:
        bot.loops.register(manifest.LOOP)
