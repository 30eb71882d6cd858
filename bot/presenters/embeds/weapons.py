"""/weapons and /weapon as answers in Discord: takeaway, the figures of the chart as text, what is known, how old."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.domain.clan import Clan
from bot.domain.mode import Mode
from bot.domain.weapon import Coverage, Damage, WeaponFilter, WeaponPlayer, WeaponRow, WeaponSort
from bot.presenters.embeds import colours
from bot.presenters.embeds.answer import Shown, answer_embed
from bot.presenters.spans import ALL_TIME
from bot.presenters.text import number, plural, safe_name
from bot.presenters.weapon_figures import WeaponStory, changes, movers, percent, points, shares
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
from bot.presenters.weapon_words import bare, counted, growing, narrowed, no_weapon, scope, takeaway

LINES = 5
LINE_LIMIT = 40
"""Characters a line that a phone shows without breaking it."""
WEAPON_LIMIT = 60
_LEAST_NAME = 12
_MOVED_AMONG = 15


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
    abilities = "" if narrowed(story.asked) else no_weapon(story.table.totals)
    blocks = [
        scope(story),
        "\n".join(_weapon(place, row, story) for place, row in enumerate(rows[:LINES], 1)),
        _moved(story),
        f"Kills that no weapon made: {abilities}" if abilities else "",
        _advice(story, around.coverage) if not rows else "",
        "\n".join(_known(around.coverage, story.member)),
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
        "" if detail.row.kills else _wider(story.asked, "“Whole clan” below shows who has."),
        "\n".join(_known(around.coverage, story.member)),
    ]
    return _whole(blocks, sheet_takeaway(story, _safe), detail.row.weapon.damage, around)


def _whole(blocks: Iterable[str], title: str, damage: Damage | None, around: Around) -> discord.Embed:
    return answer_embed(
        blocks,
        colours.DAMAGE[damage] if damage else colours.QUIET,
        title=title,
        clan=around.clan,
        last_line=around.last_line,
        shown=around.shown,
    )


def _safe(name: str) -> str:
    return safe_name(name, WEAPON_LIMIT)


def _weapon(place: int, row: WeaponRow, story: WeaponStory) -> str:
    """`1. **Rose** · 6,412 · 11.0 %`; by something else than kills, the figure says what it counts."""
    sort = story.asked.sort
    if sort is not WeaponSort.KILLS:
        return _line(place, row.weapon.name, counted(row, sort))
    share = percent(shares(story.table)[row.weapon.weapon_hash])
    return _line(place, row.weapon.name, f"{number(row.kills)} · {share}")


def _player(place: int, player: WeaponPlayer) -> str:
    """`1. **Tamsin** · 1,204 · 55 % precise`"""
    precise = precision_share(player)
    told = f" · {precision_words(precise)}" if precise is not None else ""
    return _line(place, bare(player.name), f"{number(player.kills)}{told}")


def _line(place: int, name: str, figures: str) -> str:
    room = max(_LEAST_NAME, LINE_LIMIT - len(f"{place}.  · {figures}"))
    return f"{place}. **{safe_name(name, room)}** · {figures}"


def _moved(story: WeaponStory) -> str:
    """`On the 30 days before: **Rose** +2.1 points, **Thorn** −1.4 points`: of the top weapons, who moved most."""
    if story.asked.sort is not WeaponSort.KILLS:
        return ""
    change = changes(story)
    moved = [row for row in movers(story, story.table.rows[:_MOVED_AMONG]) if row is not None]
    told = [f"**{_safe(row.weapon.name)}** {points(change[row.weapon.weapon_hash])} points" for row in moved]
    return f"On {story.earlier}: {', '.join(told)}" if told else ""


def _advice(story: WeaponStory, coverage: Coverage) -> str:
    """What to do about an answer without weapons."""
    if coverage.as_of is None and not coverage.stored:
        return "Match histories are being read for the first time; ask again in a few minutes."
    if narrowed(story.asked):
        ways = _ways(story.asked)
        return f"Clear the filters{f', or choose {ways}' if ways else ''} below."
    return _wider(story.asked, "Clear the filters below.")


def _wider(asked: WeaponFilter, otherwise: str) -> str:
    """How to ask for more; where everything is asked for already, what else to do about one person's answer."""
    if ways := _ways(asked):
        return f"Choose {ways} below."
    return otherwise if asked.membership_id is not None else ""


def _ways(asked: WeaponFilter) -> str:
    """What could be chosen to see more: "a longer span or another mode"; "" where everything is asked for already."""
    longer = ["a longer span"] if asked.span != ALL_TIME else []
    return " or ".join([*longer, *(["another mode"] if asked.mode is not Mode.ALL else [])])


def _known(coverage: Coverage, member: str | None) -> list[str]:
    """What is not known: histories that are still read, and those that are hidden."""
    if member is not None and coverage.private:
        name = safe_name(bare(member))
        return [f"{name} keeps match history private, so only matches with others of the clan are counted here."]
    told = []
    if coverage.private and member is None:
        hidden = plural(coverage.private, "member keeps", "members keep")
        told.append(f"{hidden} match history private, so only their matches with others of the clan are counted.")
    if coverage.growing:
        words = growing(coverage)
        told.append(f"⚠ {words[:1].upper()}{words[1:]}: {_reports(coverage)}.")
    return told


def _reports(coverage: Coverage) -> str:
    """What lies behind the reports that are known of, nobody can count yet."""
    if coverage.stored >= coverage.known:
        return f"{plural(coverage.stored, 'report')} so far"
    return f"{number(coverage.stored)} of {plural(coverage.known, 'known report')} are in"
