"""Charts of answers: drawn once for all who ask for the same, and never in the way of the text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import discord
import structlog

from bot.client import HawthorneBot, Picture
from bot.domain.chart import Chart
from bot.errors import ChartFailed
from bot.presenters.embeds.answer import CHART, Shown
from bot.presenters.embeds.frame import cut

log = structlog.get_logger(__name__)

_ALT_LIMIT = 1024


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is to be drawn, and what the picture says to those who do not see it."""

    chart: Chart
    alt: str


@dataclass(frozen=True, slots=True)
class Illustrated:
    """An answer with its `picture`, or None, and `plain`, the same for where no picture can be sent."""

    embed: discord.Embed
    plain: discord.Embed
    picture: Picture | None


async def illustrate(
    bot: HawthorneBot, kind: str, drawing: Drawing | None, lay_out: Callable[[Shown], discord.Embed]
) -> Illustrated:
    """The answer with its chart; one that can't be drawn leaves the rest as it is. `kind` keeps caches apart."""
    plain = lay_out(Shown.FAILED if drawing else Shown.NONE)
    picture = await _draw(bot, kind, drawing) if drawing else None
    return Illustrated(lay_out(Shown.CHART) if picture else plain, plain, picture)


async def _draw(bot: HawthorneBot, kind: str, drawing: Drawing) -> Picture | None:
    """None when there is no picture to be had. Equal charts are one picture, however many ask for it at once."""
    if bot.renderer is None:
        return None
    key = hashlib.sha256(repr(drawing.chart).encode()).hexdigest()
    try:
        png = await bot.renderer.render(drawing.chart, key=(kind, key))
    except ChartFailed:
        log.warning("answered_without_chart", kind=type(drawing.chart).__name__)
        return None
    return Picture(CHART, cut(drawing.alt, _ALT_LIMIT), png)
