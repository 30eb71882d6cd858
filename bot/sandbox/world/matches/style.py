"""How someone fights: how well, and with which weapons in which years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random

from bot.sandbox import facts

SLOTS = ("kinetic", "energy", "power")
HALF_YEAR = 15_778_800
_YEARS = 1_667_952_000, 1_735_689_600
"""Weapons come out between these two moments, oldest first; what is newer than the second is as new as it gets."""
_SHARE_OLD = 0.62
"""This share of all weapons is out already when the years begin."""
# Shares of precision kills by item sub type, estimated; types not named have none.
PRECISION = {
    6: 0.36, 7: 0.03, 8: 0.3, 9: 0.55, 12: 0.72, 13: 0.5, 14: 0.6, 17: 0.38, 22: 0.7, 24: 0.33, 25: 0.35, 31: 0.75,
}  # fmt: skip
_PVP = {
    9: 9,
    13: 7,
    24: 5,
    6: 4,
    14: 3,
    17: 4,
    7: 8,
    12: 6,
    11: 4,
    31: 2,
    25: 1,
    33: 1,
    23: 3,
    10: 5,
    8: 4,
    18: 1,
    22: 2,
}
_PVE = {
    9: 4,
    13: 5,
    24: 6,
    6: 6,
    14: 3,
    17: 3,
    7: 2,
    12: 2,
    11: 3,
    31: 3,
    25: 4,
    33: 2,
    23: 6,
    10: 6,
    8: 5,
    18: 4,
    22: 5,
}
_FAMILY = {"pvp": _PVP, "pve": _PVE}


@dataclass(frozen=True)
class Style:
    """`skill` is 0 to 1; `arms` are favourite weapons by slot, the dearest first."""

    skill: float
    arms: tuple[tuple[int, ...], ...]


@lru_cache(maxsize=20_000)
def style_of(seed: int, who: str, family: str, half: int) -> Style:
    """`who` in this half-year; a favourite stays one for about a year and a half."""
    skill = Random(f"{seed}:skill:{who}").betavariate(2, 3)
    return Style(skill, tuple(_favourites(seed, who, family, half, slot) for slot in SLOTS))


def _favourites(seed: int, who: str, family: str, half: int, slot: str) -> tuple[int, ...]:
    """Three of each slot, whose turns to be replaced come one after another."""
    return tuple(
        _one(Random(f"{seed}:arms:{who}:{family}:{slot}:{n}:{(half + n) // 3}"), family, slot, (half + n) // 3 * 3)
        for n in range(3)
    )


def _one(dice: Random, family: str, slot: str, half: int) -> int:
    hashes, sums = _offered(family, slot, half)
    return dice.choices(hashes, cum_weights=sums)[0]


@cache
def _offered(family: str, slot: str, half: int) -> tuple[list[int], list[float]]:
    """The weapons of a slot that are out in this half-year, with cumulative weights: some types are dearer."""
    rows = facts.rows("weapons")
    out = (half * HALF_YEAR - _YEARS[0]) / (_YEARS[1] - _YEARS[0])
    known = rows[: int(len(rows) * min(1.0, _SHARE_OLD + (1 - _SHARE_OLD) * max(out, 0.0)))]
    total, hashes, sums = 0.0, [], []
    for row in known:
        if row["slot"] == slot:
            total += _FAMILY[family].get(row["type"], 1) * (1 + row["hash"] % 5) * (0.5 if row["tier"] == 6 else 1)
            hashes.append(row["hash"])
            sums.append(total)
    return hashes, sums


@cache
def precision_share(weapon: int) -> float:
    """Which share of this weapon's kills is by precision."""
    row = facts.by_hash("weapons").get(weapon)
    return PRECISION.get(row["type"], 0.0) if row else 0.3
