"""/weapons and /weapon as answers in Discord: takeaway, the figures of the chart as text, what is known, how old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import discord

from bot.domain.clan import Clan
from bot.domain.weapon import Coverage, Damage, WeaponPlayer, WeaponRow, WeaponSort
from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import PAGE_LIMIT, cut, embed
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.text import number, plain_name, safe_name
from bot.presenters.weapon_figures import WeaponStory, changes, measure, movers, percent, points, shares
from bot.presenters.weapon_sheet_words import (
    SheetStory,
    class_line,
    days_line,
    precision_share,
    precision_words,
    rank_line,
    sheet_scope,
    sheet_takeaway,
)
from bot.presenters.weapon_words import UNITS, bare, growing, narrowed, no_weapon, scope, takeaway

LINES = 5
LINE_LIMIT = 40
"""Characters a line that a phone shows without breaking it."""
WEAPON_LIMIT = 60
_LEAST_NAME = 12
_MOVED_AMONG = 15
CHART = "chart.png"
NO_CHART = "-# The chart can't be drawn right now; the figures are the same."


class Shown(Enum):
    """CHART: the chart stands in the embed. FAILED: there should be one. NONE: there is nothing to draw."""

    CHART = 1
    FAILED = 2
    NONE = 3


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the figures: whose they are, what is missing, how old. `last_line`: age and address."""

    clan: Clan
    coverage: Coverage
    last_line: str
    shown: Shown = Shown.CHART


def weapons_embed(story: WeaponStory, around: Around) -> discord.Embed:
    """The top five, who moved, what no weapon made; with the chart as its image if there is one."""
    rows = story.table.rows
    abilities = no_weapon(story.table.totals)
    blocks = [
        scope(story),
        "\n".join(_weapon(place, row, story) for place, row in enumerate(rows[:LINES], 1)),
        _moved(story),
        f"Kills that no weapon made: {abilities}" if abilities else "",
        _advice(story, around.coverage) if not rows else "",
        *_known(around.coverage, story.member),
    ]
    return _whole(blocks, takeaway(story, _safe), rows[0].weapon.damage if rows else None, around)


def sheet_embed(story: SheetStory, around: Around) -> discord.Embed:
    """Who is best with one weapon, its rank, days and classes."""
    detail = story.detail
    players = detail.players[:LINES] if story.member is None else ()
    blocks = [
        sheet_scope(story),
        "\n".join(_player(place, player) for place, player in enumerate(players, 1)),
        "\n".join(filter(None, [rank_line(story), class_line(detail.by_class), days_line(detail.by_day)])),
        "" if detail.row.kills else "Choose a longer span or another mode below.",
        *_known(around.coverage, story.member),
    ]
    return _whole(blocks, sheet_takeaway(story, _safe), detail.row.weapon.damage, around)


def _whole(blocks: Iterable[str], title: str, damage: Damage | None, around: Around) -> discord.Embed:
    small = [NO_CHART, around.last_line] if around.shown is Shown.FAILED else [around.last_line]
    end = "\n".join(small)
    body = cut("\n\n".join(filter(None, blocks)), PAGE_LIMIT - len(end) - 1)
    made = embed(
        f"{body}\n{end}", colours.DAMAGE[damage] if damage else colours.QUIET, title=title, author=_author(around.clan)
    )
    if around.shown is Shown.CHART:
        made.set_image(url=f"attachment://{CHART}")
    return made


def _author(clan: Clan) -> str:
    callsign = f" [{plain_name(clan.callsign)}]" if clan.callsign else ""
    return plain_name(clan.name, CLAN_NAME_LIMIT) + callsign


def _safe(name: str) -> str:
    return safe_name(name, WEAPON_LIMIT)


def _weapon(place: int, row: WeaponRow, story: WeaponStory) -> str:
    """`1. **Rose** · 6,412 · 11.0 %`; by something else than kills, the figure says what it counts."""
    sort = story.asked.sort
    figures = f"{number(measure(row, sort))}"
    if sort is WeaponSort.KILLS:
        figures += f" · {percent(shares(story.table)[row.weapon.weapon_hash])}"
    else:
        figures += f" {UNITS[sort]}"
    return _line(place, row.weapon.name, figures)


def _player(place: int, player: WeaponPlayer) -> str:
    """`1. **Tamsin** · 1,204 · 55 % precision`"""
    precise = precision_share(player)
    told = f" · {precision_words(precise)}" if precise is not None else ""
    return _line(place, bare(player.name), f"{number(player.kills)}{told}")


def _line(place: int, name: str, figures: str) -> str:
    room = max(_LEAST_NAME, LINE_LIMIT - len(f"{place}.  · {figures}"))
    return f"{place}. **{safe_name(name, room)}** · {figures}"


def _moved(story: WeaponStory) -> str:
    """Which of the top weapons rose and fell most, in points of share."""
    if story.asked.sort is not WeaponSort.KILLS:
        return ""
    up, down = movers(story, story.table.rows[:_MOVED_AMONG])
    change = changes(story)
    told = [
        f"{word} most: **{_safe(row.weapon.name)}** {points(change[row.weapon.weapon_hash])} points"
        for word, row in (("Up", up), ("Down", down))
        if row is not None
    ]
    return "\n".join(told)


def _advice(story: WeaponStory, coverage: Coverage) -> str:
    """What to do about an answer without weapons."""
    if coverage.as_of is None and not coverage.stored:
        return "Match histories are being read for the first time; ask again in a few minutes."
    if coverage.growing:
        return "More may be known once the histories are read. A longer span or another mode shows what is."
    if narrowed(story.asked):
        return "Clear the filters, or choose a longer span or another mode below."
    return "Choose a longer span or another mode below."


def _known(coverage: Coverage, member: str | None) -> list[str]:
    """What is not known: histories that are still read, and those that are hidden."""
    if member is not None and coverage.private:
        name = safe_name(bare(member))
        return [f"{name} keeps match history private: known are only matches with someone whose history is not."]
    told = [f"⚠ {growing(coverage)}"] if coverage.growing else []
    if coverage.growing and coverage.known:
        told = [f"{told[0]}: {percent_stored(coverage)} of {number(coverage.known)} known reports are in."]
    return told


def percent_stored(coverage: Coverage) -> str:
    """ "61 %"; never 100 % before all are in."""
    part = min(coverage.stored * 100 // coverage.known, 99 if coverage.stored < coverage.known else 100)
    return f"{part} %"
