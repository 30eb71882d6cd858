"""What a member plays, for their page: sums of thirty days, and the weapons they use most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.mode import Mode
from bot.domain.weapon import StatRow, WeaponRow, WeaponTable
from bot.presenters.text import number, plural
from bot.presenters.weapon_figures import kills_in
from dashboard.play import Play
from dashboard.show.glyphs import Glyph, glyph
from dashboard.show.matches import ratio
from dashboard.show.overview import Bit, Tile
from dashboard.show.times import lasted

TOP = 10


def tiles(play: Play) -> tuple[Tile, ...]:
    month, ever = play.month, play.ever
    return (
        _matches(month[Mode.ALL], ever[Mode.ALL]),
        _hours(month[Mode.ALL], ever[Mode.ALL]),
        _crucible(month[Mode.CRUCIBLE]),
        _favourite(play.table),
    )


def _matches(month: StatRow, ever: StatRow) -> Tile:
    return Tile("Matches, 30 days", number(month.matches), "", (Bit(number(ever.matches), "b"), Bit(" in all")))


def _hours(month: StatRow, ever: StatRow) -> Tile:
    return Tile("Hours, 30 days", lasted(month.seconds), "", (Bit(lasted(ever.seconds), "b"), Bit(" in all")))


def _crucible(month: StatRow) -> Tile:
    if not month.matches:
        return Tile("Crucible, 30 days", "–", "", (Bit("no match"),))
    won = Bit(f"{number(month.wins)} of {number(month.matches)}", "b")
    return Tile("Crucible, 30 days", ratio(month.kills, month.deaths), "K/D", (won, Bit(" won")))


def _favourite(table: WeaponTable) -> Tile:
    """Told by the table's own span."""
    if not table.rows:
        return Tile("Favourite weapon", "–", "", (Bit("no weapon kill"),))
    first, whole = table.rows[0], kills_in(table)
    share = f" of {plural(whole, 'kill')}"
    context = (Bit(f"{100 * first.kills / whole:.0f} %", "b"), Bit(share))
    return Tile("Favourite weapon", first.weapon.name, "", context, word=True)


@dataclass(frozen=True, slots=True)
class Used:
    """One weapon in a short list; `bar` in per cent of the first."""

    href: str
    name: str
    glyph: Glyph
    kills: str
    bar: str


def used(rows: Sequence[WeaponRow], base: str, query: str, limit: int = TOP) -> list[Used]:
    """`base`: where the pages of weapons begin; `query`: what each is asked with."""
    most = rows[0].kills if rows else 1
    return [
        Used(
            href=f"{base}/{row.weapon.weapon_hash}{query}",
            name=row.weapon.name,
            glyph=glyph(row.weapon),
            kills=number(row.kills),
            bar=f"{100 * row.kills / most:.1f}%",
        )
        for row in rows[:limit]
    ]
