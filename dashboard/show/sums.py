"""Sums of matches as rows: a clan's by member, and anyone's by mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.weapon import StatRow
from bot.presenters.text import number, plural
from dashboard import links
from dashboard.show.matches import ratio
from dashboard.show.names import Name, name_parts
from dashboard.show.times import lasted


@dataclass(frozen=True, slots=True)
class Row:
    """One member or one mode; `bar` is matches in per cent of the most."""

    name: Name
    href: str
    matches: str
    bar: str
    hours: str
    kills: str
    deaths: str
    assists: str
    ratio: str
    wins: str
    completions: str


def members(rows: Iterable[StatRow]) -> list[Row]:
    """Those with a match."""
    return _rows([(row, name_parts(row.name or ""), links.member(row.membership_id or 0)) for row in rows])


def modes(rows: Iterable[StatRow], path: str, asked: Mapping[str, str]) -> list[Row]:
    """The words with a match; each leads to the same page in that mode."""
    return _rows([(row, name_parts(row.mode.label), links.link(path, asked, mode=row.mode)) for row in rows])


def _rows(found: list[tuple[StatRow, Name, str]]) -> list[Row]:
    most = max((row.matches for row, _, _ in found), default=1)
    return [_row(row, name, href, most) for row, name, href in found if row.matches]


def _row(row: StatRow, name: Name, href: str, most: int) -> Row:
    return Row(
        name=name,
        href=href,
        matches=number(row.matches),
        bar=f"{100 * row.matches / most:.1f}%",
        hours=lasted(row.seconds),
        kills=number(row.kills),
        deaths=number(row.deaths),
        assists=number(row.assists),
        ratio=ratio(row.kills, row.deaths),
        wins=number(row.wins),
        completions=number(row.completions),
    )


def takeaway(by_member: Sequence[StatRow]) -> tuple[str, str]:
    """How much there is of it, and by how many."""
    whole, playing = sum(row.matches for row in by_member), [row for row in by_member if row.matches]
    if not playing:
        return "No match is stored", " for these filters."
    lead = f"{plural(whole, 'match', 'matches')} played by {plural(len(playing), 'member')}"
    return lead, f", {lasted(sum(row.seconds for row in by_member))} hours together."
