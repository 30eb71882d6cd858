"""Owners of exotics and holders of seals as what the charts draw, and what the pictures say in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.chart import Frame, OwnerBar, OwnerBars, SealBar, SealBars
from bot.domain.collection import ClanSeals, Collector, ExoticRow, SealRow
from bot.presenters.exotic_words import noun
from bot.presenters.freshness import chart_age
from bot.presenters.seal_words import titles
from bot.presenters.text import number, plain_name, plural

BARS = 15
SEAL_BARS = 20
_NOBODYS = 3
"""Of what nobody owns a few are enough: the picture is about who owns what."""


def rarest(rows: Sequence[ExoticRow]) -> tuple[ExoticRow, ...]:
    """The rows that the chart shows, rarest first. Empty while nothing is owned by anyone."""
    ordered = sorted(rows, key=lambda row: (row.owned, row.exotic.position))
    nobodys = [row for row in ordered if not row.owned][:_NOBODYS]
    owned = [row for row in ordered if row.owned]
    return tuple([*nobodys, *owned][:BARS]) if owned else ()


def owner_bars(
    rows: Sequence[ExoticRow], members: Sequence[Collector], title: str, clan: str, as_of: datetime | None
) -> OwnerBars:
    """`rows` are all that were asked for; those drawn are the rarest of them."""
    drawn = rarest(rows)
    alone = len(drawn) < 2 or drawn[0].owned < drawn[1].owned
    return OwnerBars(
        frame=Frame(
            title=title,
            subtitle=f"{_which(rows, drawn)} · owners among {plural(len(members), 'member')}",
            foot_left=clan,
            foot_right=chart_age(as_of),
            title_code=_which(rows, drawn),
        ),
        rows=tuple(_owner_bar(row) for row in drawn),
        highlight=0 if alone else None,
    )


def _which(rows: Sequence[ExoticRow], drawn: Sequence[ExoticRow]) -> str:
    what = noun((row.exotic for row in rows), len(rows))
    if len(drawn) == len(rows):
        return f"{number(len(rows))} {what}, rarest first"
    return f"The {number(len(drawn))} rarest of {number(len(rows))} {what}"


def _owner_bar(row: ExoticRow) -> OwnerBar:
    known = row.owned + row.missing
    return OwnerBar(row.exotic.name, row.owned, row.owned / known if known else None)


def owners_alt(rows: Sequence[ExoticRow], title: str) -> str:
    drawn = rarest(rows)
    figures = [f"{plain_name(row.exotic.name, 60)} {number(row.owned)}" for row in drawn]
    return f"{title}. Bar chart of {_which(rows, drawn).lower()}, by owners: {_told(figures)}."


def most_held(clan: ClanSeals) -> tuple[SealRow, ...]:
    """Today's seals that the chart shows, held by most first. Empty while nobody holds one."""
    today = sorted((row for row in clan.rows if not row.legacy), key=lambda row: (-len(row.holders), row.position))
    return tuple(today[:SEAL_BARS]) if any(row.holders for row in today) else ()


def seal_bars(clan: ClanSeals, title: str, clan_name: str) -> SealBars:
    drawn = most_held(clan)
    names = titles(clan.rows)
    return SealBars(
        frame=Frame(
            title=title,
            subtitle=f"{_seals(clan, drawn)} · holders among {plural(clan.members, 'member')}",
            foot_left=clan_name,
            foot_right=chart_age(clan.as_of),
            title_code=_seals(clan, drawn),
        ),
        rows=tuple(SealBar(names[row.record_hash], len(row.holders), _gilders(row)) for row in drawn),
        highlight=None,
    )


def _seals(clan: ClanSeals, drawn: Sequence[SealRow]) -> str:
    today = sum(not row.legacy for row in clan.rows)
    if len(drawn) == today:
        return f"Today's {plural(today, 'seal')}, held by most first"
    return f"The {number(len(drawn))} most held of today's {plural(today, 'seal')}"


def _gilders(row: SealRow) -> int:
    return sum(holder.gilded for holder in row.holders)


def seals_alt(clan: ClanSeals, title: str) -> str:
    drawn = most_held(clan)
    names = titles(clan.rows)
    figures = [f"{plain_name(names[row.record_hash], 60)} {number(len(row.holders))}" for row in drawn]
    return f"{title}. Bar chart of {_seals(clan, drawn).lower()}: {_told(figures)}."


def _told(figures: Sequence[str]) -> str:
    """The first three and the last."""
    if len(figures) <= 4:
        return ", ".join(figures)
    return f"{', '.join(figures[:3])}, … {figures[-1]}"
