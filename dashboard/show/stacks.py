"""Stacked bars: one whole in a few parts, each named below with its share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.weapon import Damage, WeaponRow, WeaponTotals

_GAP = 0.3
_SMALL = 0.04
OTHER = "Other"
_Named = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """`x` and `width` are attributes of SVG, in per cent; `css` is its colour, `glyph` "" where it has none."""

    word: str
    css: str
    glyph: str
    x: str
    width: str
    share: str


def source_stack(totals: WeaponTotals) -> tuple[Part, ...]:
    """What the kills were made with."""
    named = [
        ("Weapons", "w1", totals.weapon_kills),
        ("Super", "w2", totals.super),
        ("Grenade", "w3", totals.grenade),
        ("Melee", "w4", totals.melee),
        (OTHER, "w5", totals.other),
    ]
    return _stack([named[0], *sorted(named[1:-1], key=lambda part: -part[2]), named[-1]], "w5")


def damage_stack(rows: Iterable[WeaponRow]) -> tuple[Part, ...]:
    """Which damage the weapons of these rows do."""
    kills: dict[Damage | None, int] = defaultdict(int)
    for row in rows:
        kills[row.weapon.damage] += row.kills
    known = sorted(((damage, count) for damage, count in kills.items() if damage), key=lambda item: -item[1])
    named = [(damage.value.capitalize(), damage.value, count) for damage, count in known]
    return _stack([*named, (OTHER, "none", kills.get(None, 0))], "none")


def _stack(named: Sequence[_Named], rest_css: str) -> tuple[Part, ...]:
    """Parts under 4 % go to Other, which stands last."""
    whole = sum(count for _, _, count in named)
    if not whole:
        return ()
    large = [part for part in named if part[2] / whole >= _SMALL and part[0] != OTHER]
    rest = whole - sum(count for _, _, count in large)
    parts = [*large, (OTHER, rest_css, rest)] if rest else large
    return tuple(_placed(parts, whole))


def _placed(parts: Sequence[_Named], whole: int) -> Iterable[Part]:
    left = 0.0
    for word, css, count in parts:
        width = 100 * count / whole
        glyph = css if css in set(Damage) else ""
        share = f"{width:.0f} %" if width >= 1 else "under 1 %"
        yield Part(word, css, glyph, f"{left + _GAP / 2:.2f}%", f"{max(width - _GAP, 0.1):.2f}%", share)
        left += width
