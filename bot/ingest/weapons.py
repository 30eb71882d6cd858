"""Weapons out of the manifest's items: type, slot, damage, tier, and which are reissues of one another. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.weapon import Damage, Slot, Tier
from bot.domain.weapon_definition import HeldWeapon, WeaponDefinition, WeaponPlan

LITE = "DestinyInventoryItemLiteDefinition"
FULL = "DestinyInventoryItemDefinition"
_WEAPON, _ARMOR, _EXOTIC = 3, 2, 6
_KEPT = (
    "displayProperties",
    "hash",
    "index",
    "redacted",
    "itemType",
    "itemSubType",
    "classType",
    "itemTypeDisplayName",
    "collectibleHash",
    "traitIds",
    "seasonHash",
    "iconWatermark",
    "defaultDamageType",
    "defaultDamageTypeHash",
    "damageTypes",
)
_KEPT_OF_INVENTORY = ("bucketTypeHash", "tierType", "tierTypeHash")

_SLOTS = {1498876634: Slot.KINETIC, 2465295065: Slot.ENERGY, 953998645: Slot.POWER}
_DAMAGES = {
    1: Damage.KINETIC,
    2: Damage.ARC,
    3: Damage.SOLAR,
    4: Damage.VOID,
    6: Damage.STASIS,
    7: Damage.STRAND,
}
_DAMAGES_BY_HASH = {
    3373582085: Damage.KINETIC,
    2303181850: Damage.ARC,
    1847026933: Damage.SOLAR,
    3454344768: Damage.VOID,
    151347233: Damage.STASIS,
    3949783978: Damage.STRAND,
}
# TierType's own names are older than the game's: Basic is shown as Common, Common as Uncommon, Superior as Legendary.
_TIERS = {2: Tier.COMMON, 3: Tier.UNCOMMON, 4: Tier.RARE, 5: Tier.LEGENDARY, 6: Tier.EXOTIC}
_TIERS_BY_HASH = {
    3340296461: Tier.COMMON,
    2395677314: Tier.UNCOMMON,
    2127292149: Tier.RARE,
    4008398120: Tier.LEGENDARY,
    2759499571: Tier.EXOTIC,
}
# DestinyItemSubType: the English name whatever the manifest's language is.
_TYPES = {
    6: "Auto Rifle",
    7: "Shotgun",
    8: "Machine Gun",
    9: "Hand Cannon",
    10: "Rocket Launcher",
    11: "Fusion Rifle",
    12: "Sniper Rifle",
    13: "Pulse Rifle",
    14: "Scout Rifle",
    17: "Sidearm",
    18: "Sword",
    22: "Linear Fusion Rifle",
    23: "Grenade Launcher",
    24: "Submachine Gun",
    25: "Trace Rifle",
    31: "Combat Bow",
    33: "Glaive",
}


def slim_item(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is kept of an item: weapons and exotic armor, in the parts that are shown; None: not kept.

    The table has tens of thousands of items (mods, shaders, bounties, quest steps) that nothing here asks for: of
    40,000 items with 83 MB, one in ten a weapon, 4,000 rows with 2.5 MB are left. The light and the full table come out
    the same.
    """
    kind, inventory = item.get("itemType"), _block(item, "inventory")
    if kind != _WEAPON and not (kind == _ARMOR and inventory.get("tierType") == _EXOTIC):
        return None
    kept = {key: item[key] for key in _KEPT if key in item}
    kept["inventory"] = {key: inventory[key] for key in _KEPT_OF_INVENTORY if key in inventory}
    if (slot := _block(item, "equippingBlock").get("equipmentSlotTypeHash")) is not None:
        kept["equippingBlock"] = {"equipmentSlotTypeHash": slot}
    return kept


def is_weapon(item: Mapping[str, Any]) -> bool:
    return item.get("itemType") == _WEAPON


def weapon_of(weapon_hash: int, item: Mapping[str, Any], position: int | None = None) -> WeaponDefinition:
    """An item as a weapon, whatever its kind: relics and turrets have kills, too. Parts of another shape are absent.

    `position` stands in for `index`, where that is kept apart.
    """
    inventory, shown = _block(item, "inventory"), _block(item, "displayProperties")
    index = position if position is not None else _number(item, "index")
    return WeaponDefinition(
        weapon_hash=weapon_hash,
        name=_text(shown, "name"),
        type=_TYPES.get(_number(item, "itemSubType")) or _text(item, "itemTypeDisplayName"),
        slot=_slot(item, inventory),
        damage=_damage(item),
        tier=_TIERS.get(_number(inventory, "tierType")) or _TIERS_BY_HASH.get(_number(inventory, "tierTypeHash")),
        icon=_text(shown, "icon") or None,
        position=index if -(2**31) <= index < 2**31 else 0,
        redacted=bool(item.get("redacted")),
    )


def learned(held: WeaponDefinition | None, told: WeaponDefinition) -> WeaponDefinition:
    """What is known now: the newer word, but what it leaves out stays as it was (the light table tells less).

    A weapon that has become a secret is shown as it was, but joins no family.
    """
    if held is None:
        return told
    if told.redacted and not held.redacted:
        return replace(held, position=told.position, redacted=True)
    return replace(
        told,
        name=told.name or held.name,
        type=told.type or held.type,
        slot=told.slot or held.slot,
        damage=told.damage or held.damage,
        tier=told.tier or held.tier,
        icon=told.icon or held.icon,
    )


def plan_weapons(held: Mapping[int, HeldWeapon], used: Iterable[int], told: Sequence[WeaponDefinition]) -> WeaponPlan:
    """What to store after `told` was told. `held`: by hash, all that is stored; `used`: every hash with kills.

    Weapons that nobody tells of any more stay as they are: they have kills.
    """
    known = {found: weapon.definition for found, weapon in held.items()}
    news = tuple(learned(known.get(weapon.weapon_hash), weapon) for weapon in told)
    family = families((known | {weapon.weapon_hash: weapon for weapon in news}).values())
    before = {found: weapon.family for found, weapon in held.items()}
    return WeaponPlan(news, family, regrouped(before, used, family))


def families(weapons: Iterable[WeaponDefinition]) -> dict[int, int]:
    """Hash -> newest hash of the same name and type; a redacted or nameless weapon is a family of its own."""
    same: dict[tuple[str, str] | int, list[WeaponDefinition]] = defaultdict(list)
    for weapon in weapons:
        alone = weapon.redacted or not weapon.name
        same[weapon.weapon_hash if alone else (weapon.name, weapon.type)].append(weapon)
    newest = {key: max(found, key=lambda w: (w.position, w.weapon_hash)).weapon_hash for key, found in same.items()}
    return {weapon.weapon_hash: newest[key] for key, found in same.items() for weapon in found}


def regrouped(before: Mapping[int, int], used: Iterable[int], now: Mapping[int, int]) -> bool:
    """Whether weapons that have kills belong together otherwise than before: then sums over families are wrong.

    A hash without a family stands alone. A new reissue that nobody has used changes no sum.
    """
    hashes = frozenset(used)
    return _groups(hashes, before) != _groups(hashes, now)


def _groups(hashes: frozenset[int], family: Mapping[int, int]) -> set[frozenset[int]]:
    together: dict[int, set[int]] = defaultdict(set)
    for found in hashes:
        together[family.get(found, found)].add(found)
    return {frozenset(group) for group in together.values()}


def _slot(item: Mapping[str, Any], inventory: Mapping[str, Any]) -> Slot | None:
    equipped = _number(_block(item, "equippingBlock"), "equipmentSlotTypeHash")
    return _SLOTS.get(equipped) or _SLOTS.get(_number(inventory, "bucketTypeHash"))


def _damage(item: Mapping[str, Any]) -> Damage | None:
    told = _DAMAGES.get(_number(item, "defaultDamageType"))
    hashed = _DAMAGES_BY_HASH.get(_number(item, "defaultDamageTypeHash"))
    listed = item.get("damageTypes")
    first = _DAMAGES.get(listed[0]) if isinstance(listed, list) and listed and isinstance(listed[0], int) else None
    return told or hashed or first


def _block(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _text(block: Mapping[str, Any], key: str) -> str:
    found = block.get(key)
    return found.replace("\0", "").strip() if isinstance(found, str) else ""


def _number(block: Mapping[str, Any], key: str) -> int:
    found = block.get(key)
    return found if isinstance(found, int) else 0
