"""A weapon beside its name: the glyph of its damage, a gold square where it is exotic, what it is in small words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.weapon import Tier, Weapon


@dataclass(frozen=True, slots=True)
class Glyph:
    """`damage` is the glyph and the colour, "" where the manifest does not say."""

    damage: str
    exotic: bool
    words: str
    """For whoever does not see it: "Solar, exotic"."""


def glyph(weapon: Weapon) -> Glyph:
    exotic = weapon.tier is Tier.EXOTIC
    words = [weapon.damage.value if weapon.damage else "", "exotic" if exotic else ""]
    return Glyph(weapon.damage or "", exotic, ", ".join(filter(None, words)).capitalize())


def kind(weapon: Weapon) -> str:
    """ "Hand Cannon · Kinetic": its type and the slot that it is carried in."""
    return " · ".join(filter(None, (weapon.type, weapon.slot.capitalize() if weapon.slot else "")))
