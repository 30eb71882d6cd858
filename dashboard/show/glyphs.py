"""A weapon beside its name: the glyph of its damage, a gold square where it is exotic, what it is in small words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.weapon import Tier, Weapon


@dataclass(frozen=True, slots=True)
class Glyph:
    """`damage` is the glyph and the colour, "" where the manifest does not say."""

    damage: str
    exotic: bool


def glyph(weapon: Weapon) -> Glyph:
    return Glyph(weapon.damage or "", weapon.tier is Tier.EXOTIC)


def kind(weapon: Weapon) -> str:
    """ "Hand Cannon · Kinetic": its type and the slot that it is carried in."""
    return " · ".join(filter(None, (weapon.type, weapon.slot.capitalize() if weapon.slot else "")))
