"""The figures of a table of weapons: what its order compares, shares, and how they moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.weapon import WeaponFilter, WeaponRow, WeaponSort, WeaponTable

NOISE = 0.3
"""Points of share; a smaller change means nothing (guide section 5)."""
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class WeaponStory:
    """An answer with what it answers.

    `member`: the name of the one person who is asked about. `before`: the answer for the equally long span right
    before; None where there is none, or where comparing would mislead. `earlier` says that span: "the 30 days before".
    """

    asked: WeaponFilter
    table: WeaponTable
    member: str | None = None
    before: WeaponTable | None = None
    earlier: str = ""


def measure(row: WeaponRow, sort: WeaponSort) -> int:
    """The figure that a table of that order compares."""
    figures = {
        WeaponSort.KILLS: row.kills,
        WeaponSort.PRECISION: row.precision_kills,
        WeaponSort.MATCHES: row.matches,
        WeaponSort.PLAYERS: row.players,
    }
    return figures[sort]


def kills_in(table: WeaponTable) -> int:
    """Kills of all rows: what shares are shares of. With a filter that is what the filter lets through."""
    return sum(row.kills for row in table.rows)


def shares(table: WeaponTable) -> dict[int, float]:
    """Each weapon's part of the kills of all rows, 0 to 1, by hash."""
    whole = kills_in(table)
    return {row.weapon.weapon_hash: row.kills / whole for row in table.rows} if whole else {}


def changes(story: WeaponStory) -> dict[int, float]:
    """Points of share that each weapon gained or lost on the span before, by hash; empty where nothing is compared."""
    if story.before is None or not kills_in(story.before):
        return {}
    then = shares(story.before)
    return {key: (share - then.get(key, 0.0)) * 100 for key, share in shares(story.table).items()}


def percent(share: float) -> str:
    """0.1101 -> "11.0 %"."""
    return f"{share * 100:.1f} %"


def points(change: float) -> str:
    """2.13 -> "+2.1", -0.9 -> "−0.9", what rounds to nothing "0.0"."""
    tenths = round(change, 1)
    return f"{tenths:+.1f}".replace("-", _MINUS) if tenths else "0.0"


def movers(story: WeaponStory, rows: Iterable[WeaponRow]) -> tuple[WeaponRow | None, WeaponRow | None]:
    """Of these rows the one that rose most and the one that fell most; None where none did by more than noise."""
    moved = changes(story)
    told = [row for row in rows if abs(round(moved.get(row.weapon.weapon_hash, 0.0), 1)) >= NOISE]
    by_change = sorted(told, key=lambda row: moved[row.weapon.weapon_hash])
    up = by_change[-1] if by_change and moved[by_change[-1].weapon.weapon_hash] > 0 else None
    down = by_change[0] if by_change and moved[by_change[0].weapon.weapon_hash] < 0 else None
    return up, down


def leaders(story: WeaponStory) -> list[WeaponRow]:
    """The first row, with every other that has as much of what the table is sorted by."""
    rows, sort = story.table.rows, story.asked.sort
    return [row for row in rows if measure(row, sort) == measure(rows[0], sort)]
