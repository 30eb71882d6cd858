"""Weapons' figures as what the charts draw."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.chart import ClassPart, Column, Frame, PlayerBar, WeaponBar, WeaponBars, WeaponSheet
from bot.domain.weapon import ClassKills, DayKills, Tier, WeaponPlayer, WeaponRow, WeaponSort, WeaponSpan
from bot.presenters.freshness import chart_age
from bot.presenters.text import plural
from bot.presenters.weapon_figures import WeaponStory, changes, leaders, measure, shares
from bot.presenters.weapon_sheet_words import (
    SheetStory,
    class_word,
    precision_share,
    sheet_scope,
    sheet_takeaway,
    sheet_title_code,
)
from bot.presenters.weapon_words import UNITS, bare, code_of, scope, takeaway, title_code

BARS = 15
PLAYERS = 8
_DAYS_BY_DAY = 32
_DAYS_BY_WEEK = 200
_WEEK = timedelta(days=7)


def weapon_bars(story: WeaponStory, clan: str, as_of: datetime | None) -> WeaponBars:
    """The first weapons of the table. Shares and changes are of kills: a table by anything else tells none."""
    rows, sort = story.table.rows[:BARS], story.asked.sort
    by_kills = sort is WeaponSort.KILLS
    share, change = (shares(story.table), changes(story)) if by_kills else ({}, {})
    top = f"Top {len(rows)} of {plural(len(story.table.rows), 'weapon')}" if len(story.table.rows) > BARS else ""
    foot = [chart_age(as_of), f"change in points on {story.earlier}" if change and story.earlier else ""]
    return WeaponBars(
        frame=Frame(
            title=takeaway(story, brief=True),
            subtitle=" · ".join(filter(None, [top, scope(story)])),
            foot_left=clan,
            foot_right=" · ".join(filter(None, foot)),
            title_code=title_code(story),
        ),
        rows=tuple(_bar(row, sort, share, change) for row in rows),
        highlight=0 if rows and len(leaders(story)) == 1 else None,
        unit="" if by_kills else UNITS[sort][1],
    )


def _bar(row: WeaponRow, sort: WeaponSort, share: dict[int, float], change: dict[int, float]) -> WeaponBar:
    weapon = row.weapon
    return WeaponBar(
        name=weapon.name,
        code=f"Unknown ({weapon.weapon_hash})",
        damage=weapon.damage,
        exotic=weapon.tier is Tier.EXOTIC,
        value=measure(row, sort),
        share=share.get(weapon.weapon_hash),
        change=change.get(weapon.weapon_hash),
    )


def weapon_sheet(story: SheetStory, clan: str, as_of: datetime | None, now: datetime) -> WeaponSheet:
    """Members, days and classes of one weapon."""
    players = story.detail.players
    word, columns = by_time(story.detail.by_day, story.asked.span, now)
    tied = len(players) > 1 and players[0].kills == players[1].kills
    return WeaponSheet(
        frame=Frame(
            title=sheet_takeaway(story, brief=True),
            subtitle=sheet_scope(story),
            foot_left=clan,
            foot_right=chart_age(as_of),
            title_code=sheet_title_code(story),
        ),
        players=tuple(_player(player) for player in players[:PLAYERS]),
        columns=columns,
        classes=tuple(_parts(story.detail.by_class)),
        columns_title=f"Kills by {word}",
        highlight=None if tied else 0,
    )


def _player(player: WeaponPlayer) -> PlayerBar:
    return PlayerBar(bare(player.name), code_of(player.name), player.kills, precision_share(player), player.matches)


def _parts(parts: Iterable[ClassKills]) -> list[ClassPart]:
    ordered = sorted(parts, key=lambda part: (-part.kills, class_word(part)))
    return [ClassPart(class_word(part).capitalize(), part.kills) for part in ordered if part.kills]


def by_time(days: Sequence[DayKills], span: WeaponSpan, now: datetime) -> tuple[str, tuple[Column, ...]]:
    """Columns from the span's first day to its last, and what each of them is: a day, a week or a month.

    All time begins with the first kill. A week begins on the day of the week on which the span does.
    """
    if not days:
        return "day", ()
    first = span.since.date() if span.since else min(day.day for day in days)
    last = min(span.until or now, now)
    end = max(last.date(), max(day.day for day in days))
    length = (end - first).days + 1
    if length <= _DAYS_BY_DAY:
        return "day", _columns(days, [first + timedelta(days=n) for n in range(length)])
    if length <= _DAYS_BY_WEEK:
        return "week", _columns(days, [first + _WEEK * n for n in range(-(-length // 7))])
    return "month", _columns(days, _months(first, end), "%b %Y")


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count)]


def _columns(days: Sequence[DayKills], starts: Sequence[date], style: str = "") -> tuple[Column, ...]:
    sums = dict.fromkeys(starts, 0)
    for day in days:
        sums[starts[max(0, bisect_right(starts, day.day) - 1)]] += day.kills
    return tuple(
        Column(format(start, style) if style else f"{start.day} {start:%b}", kills) for start, kills in sums.items()
    )
