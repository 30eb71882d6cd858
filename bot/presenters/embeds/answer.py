"""The embed of an answer with a chart: whose it is, the figures as text, the picture, how old all of it is."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import discord

from bot.domain.clan import Clan
from bot.presenters.embeds.frame import PAGE_LIMIT, cut, embed
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.text import plain_name

CHART = "chart.png"
NO_CHART = "-# The chart can't be drawn right now; the figures are the same."


class Shown(Enum):
    """CHART: the chart stands in the embed. FAILED: there should be one. NONE: there is nothing to draw."""

    CHART = 1
    FAILED = 2
    NONE = 3


def answer_embed(
    blocks: Iterable[str], colour: int, *, title: str, clan: Clan, last_line: str, shown: Shown
) -> discord.Embed:
    """The blocks that say something, within the guide's length, and `last_line` below them whatever they take."""
    small = [NO_CHART, last_line] if shown is Shown.FAILED else [last_line]
    end = "\n".join(small)
    body = cut("\n\n".join(filter(None, blocks)), PAGE_LIMIT - len(end) - 1)
    made = embed(f"{body}\n{end}", colour, title=title, author=_author(clan))
    if shown is Shown.CHART:
        made.set_image(url=f"attachment://{CHART}")
    return made


def _author(clan: Clan) -> str:
    callsign = f" [{plain_name(clan.callsign)}]" if clan.callsign else ""
    return plain_name(clan.name, CLAN_NAME_LIMIT) + callsign
