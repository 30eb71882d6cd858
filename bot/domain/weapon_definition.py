"""A weapon as the manifest tells it: what the weapon table is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.weapon import Damage, Slot, Tier


@dataclass(frozen=True, slots=True)
class WeaponDefinition:
    """One item. `position` is the manifest's index: the higher, the newer. name and type are "" where it tells none."""

    weapon_hash: int
    name: str
    type: str
    slot: Slot | None
    damage: Damage | None
    tier: Tier | None
    icon: str | None
    position: int
    redacted: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is left to ask for."""
        known = all((self.name, self.type, self.slot, self.damage, self.tier))
        return known and not self.redacted


@dataclass(frozen=True, slots=True)
class HeldWeapon:
    """A stored weapon with the newest hash of its family."""

    definition: WeaponDefinition
    family: int


@dataclass(frozen=True, slots=True)
class WeaponPlan:
    """What to store: the weapons that were told, and everyone's family.

    `regrouped`: weapons with kills belong together otherwise than before, so sums over families must be rebuilt.
    """

    weapons: tuple[WeaponDefinition, ...]
    family: Mapping[int, int]
    regrouped: bool
