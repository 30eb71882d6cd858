"""One weapon: its figures, its days as columns, who carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.weapon import WeaponDetail, WeaponTable
from bot.presenters.text import number, ordinal, plural
from bot.presenters.weapon_charts import by_time
from bot.presenters.weapon_figures import percent, shares
from bot.presenters.weapon_sheet_words import SheetStory, class_word, days_line, sheet_takeaway
from dashboard import links
from dashboard.show.names import Name, name_parts
from dashboard.show.overview import Bit, Tile

_HEIGHT = 96
_GAP = 0.18


@dataclass(frozen=True, slots=True)
class Standing:
    """A weapon's place in the table: `rank` of `of`, and its share of all weapon kills; 0 where it has none."""

    rank: int
    of: int
    share: float


def standing(table: WeaponTable, weapon_hash: int) -> Standing:
    share = shares(table)
    ranks = (rank for rank, row in enumerate(table.rows, start=1) if row.weapon.weapon_hash == weapon_hash)
    return Standing(next(ranks, 0), len(table.rows), share.get(weapon_hash, 0.0))


def takeaway(story: SheetStory) -> tuple[str, str]:
    return sheet_takeaway(story), "."


def tiles(detail: WeaponDetail, place: Standing) -> tuple[Tile, ...]:
    row = detail.row
    ranked = ordinal(place.rank) if place.rank else "–"
    return (
        Tile("Kills", number(row.kills), "", (Bit(plural(row.matches, "match", "matches"), "b"), Bit(" with it"))),
        Tile("Rank", ranked, "", (Bit("of "), Bit(plural(place.of, "weapon"), "b"))),
        Tile("Share", percent(place.share), "", (Bit("of weapon kills"),)),
        Tile(
            "Precision",
            f"{100 * row.precision_kills / row.kills:.0f} %",
            "",
            (Bit(number(row.precision_kills), "b"), Bit(" precision kills")),
        ),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: where it stands and how high, as SVG attributes take them, and its words for whoever points at it."""

    x: str
    y: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Kills over time. `unit`: what one column is. `told`: the same in words, `most` the highest column."""

    unit: str
    bars: list[Bar]
    first: str
    last: str
    most: str
    told: str


def columns(story: SheetStory, now: datetime) -> Columns | None:
    """None where there is nothing to draw."""
    unit, found = by_time(story.detail.by_day, story.asked.span, now)
    most = max((column.value for column in found), default=0)
    if not most:
        return None
    pitch = 100 / len(found)
    bars = [_bar(place * pitch, pitch, column.label, column.value, most) for place, column in enumerate(found)]
    return Columns(unit, bars, found[0].label, found[-1].label, number(most), days_line(story.detail.by_day))


def _bar(left: float, pitch: float, label: str, kills: int, most: int) -> Bar:
    height = max(_HEIGHT * kills / most, 1.5) if kills else 0.0
    return Bar(
        x=f"{left + pitch * _GAP / 2:.3f}%",
        y=f"{_HEIGHT - height:.1f}",
        width=f"{pitch * (1 - _GAP):.3f}%",
        height=f"{height:.1f}",
        words=f"{label}: {plural(kills, 'kill')}",
    )


@dataclass(frozen=True, slots=True)
class PlayerRow:
    """One member with this weapon; `signature`: it leads among theirs."""

    rank: int
    href: str
    name: Name
    kills: str
    bar: str
    precision: str
    matches: str
    a_match: str
    signature: bool


def players(detail: WeaponDetail, signatures: frozenset[int]) -> list[PlayerRow]:
    """`signatures`: those for whom it leads."""
    most = max((each.kills for each in detail.players), default=1)
    return [
        PlayerRow(
            rank=rank,
            href=links.member(each.membership_id),
            name=name_parts(each.name),
            kills=number(each.kills),
            bar=f"{100 * each.kills / most:.1f}%",
            precision=f"{100 * each.precision_kills / each.kills:.0f} %",
            matches=number(each.matches),
            a_match=f"{each.kills / each.matches:.1f}",
            signature=each.membership_id in signatures,
        )
        for rank, each in enumerate(detail.players, start=1)
    ]


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of the kills: its name, figure and length in per cent of the largest."""

    word: str
    kills: str
    share: str
    bar: str
    href: str = ""


def classes(detail: WeaponDetail) -> list[Slice]:
    return slices([(class_word(each).capitalize(), each.kills, "") for each in detail.by_class])


def slices(named: Sequence[tuple[str, int, str]], whole: int = 0) -> list[Slice]:
    """Most first; what has none is left out. Of (name, kills, address). `whole`: what shares are of, else the sum."""
    whole = whole or sum(kills for _, kills, _ in named)
    ordered = sorted((each for each in named if each[1]), key=lambda each: (-each[1], each[0]))
    most = ordered[0][1] if ordered else 1
    return [
        Slice(word, number(kills), f"{100 * kills / whole:.0f} %", f"{100 * kills / most:.1f}%", href)
        for word, kills, href in ordered
    ]
