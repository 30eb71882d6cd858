"""Weapons as item definitions: the small form of the lite table, and the full one."""

from __future__ import annotations

from typing import Any

from bot.sandbox import facts
from bot.sandbox.bungie.armor import release_traits

Table = dict[str, Any]
_BUCKETS = {"kinetic": 1498876634, "energy": 2465295065, "power": 953998645}
_AMMO = {"kinetic": 1, "energy": 2, "power": 3}
_DAMAGE_HASHES = dict(
    zip((1, 2, 3, 4, 6, 7), (3373582085, 2303181850, 1847026933, 3454344768, 151347233, 3949783978), strict=True)
)
_TIERS = {0: ("Unknown", 0), 5: ("Legendary", 4008398120), 6: ("Exotic", 2759499571)}
_TYPES = {
    6: ("Auto Rifle", 5),
    7: ("Shotgun", 11),
    8: ("Machine Gun", 12),
    9: ("Hand Cannon", 6),
    10: ("Rocket Launcher", 13),
    11: ("Fusion Rifle", 9),
    12: ("Sniper Rifle", 10),
    13: ("Pulse Rifle", 7),
    14: ("Scout Rifle", 8),
    17: ("Sidearm", 14),
    18: ("Sword", 54),
    22: ("Linear Fusion Rifle", 1504945536),
    23: ("Grenade Launcher", 153950757),
    24: ("Submachine Gun", 3954685534),
    25: ("Trace Rifle", 2489664120),
    31: ("Combat Bow", 3317538576),
    33: ("Glaive", 3871742104),
}
"""What item sub types are called, and their item category."""
_SLOT_CATEGORIES = {"kinetic": 2, "energy": 3, "power": 4}
_WATERMARKS = (
    "/common/destiny2_content/icons/fb50cd68a9850bd323872be4f6be115c.png",
    "/common/destiny2_content/icons/aeb95eb1abe8e45e1fe2573d6b3ab3c5.png",
    "/common/destiny2_content/icons/bcc26708e314306fb2fc8cb98fcbf47e.png",
)
_FIRST_INDEX, _STEP = 4200, 17
"""Items are numbered in the order in which they came into the game."""


def lite_items() -> list[Table]:
    """The lite table. Of weapons marked thin it lacks damage and bucket, which only the full one tells then."""
    return [_lite(place, row) for place, row in enumerate(facts.rows("weapons")) if not row.get("unborn")]


def full_items() -> list[Table]:
    """The full table of the same weapons."""
    return [_full(place, row) for place, row in enumerate(facts.rows("weapons")) if not row.get("unborn")]


def unborn_items() -> list[Table]:
    """Weapons that people kill with already, though the manifest knows nothing of them yet."""
    return [_full(place, row) for place, row in enumerate(facts.rows("weapons")) if row.get("unborn")]


def item_definition(row: facts.Row) -> Table:
    """The full form of a weapon that no facts have; the newest of all."""
    return _full(len(facts.rows("weapons")) - 1, row) | {"index": _FIRST_INDEX + len(facts.rows("weapons")) * _STEP}


def _lite(place: int, row: facts.Row) -> Table:
    item = _common(place, row)
    if row.get("redacted"):
        return item
    if row.get("thin"):
        return item | {"inventory": {"tierType": row["tier"], "tierTypeName": _TIERS[row["tier"]][0]}}
    traits = {} if _exotic(row).get("thin") else _traits(row)
    return item | {"inventory": _inventory(row), "equippingBlock": _equipping(row), **_damage(row), **traits}


def _full(place: int, row: facts.Row) -> Table:
    """Destiny.Definitions.DestinyInventoryItemDefinition, as far as anything here reads it."""
    if row.get("redacted"):
        return _common(place, row)
    tier, (kind, category) = _TIERS[row["tier"]][0], _TYPES[row["type"]]
    return _common(place, row) | {
        "tooltipNotifications": [],
        "flavorText": "",
        "uiItemDisplayStyle": "",
        "itemTypeAndTierDisplayName": f"{tier} {kind}",
        "displaySource": "",
        "inventory": _inventory(row),
        "equippingBlock": _equipping(row),
        "allowActions": True,
        "doesPostmasterPullHaveSideEffects": False,
        "nonTransferrable": False,
        "itemCategoryHashes": [_SLOT_CATEGORIES[row["slot"]], 1, category],
        "specialItemType": 0,
        "classType": 3,
        "breakerType": 0,
        "equippable": True,
        "damageTypeHashes": [_DAMAGE_HASHES[row["damage"]]],
        "damageTypes": [row["damage"]],
        **_damage(row),
        "isWrapper": False,
        **_traits(row),
    }


def _common(place: int, row: facts.Row) -> Table:
    """What both tables tell of every weapon; of a redacted one they tell little."""
    collectible = {"collectibleHash": row["collectible"]} if "collectible" in row else {}
    return {
        "displayProperties": {"description": "", "name": row["name"], "icon": row["icon"], "hasIcon": True},
        **collectible,
        "iconWatermark": _WATERMARKS[place * len(_WATERMARKS) // len(facts.rows("weapons"))],
        "itemTypeDisplayName": _TYPES.get(row["type"], ("", 0))[0],
        "itemType": 0 if row.get("redacted") else 3,
        "itemSubType": row["type"],
        "hash": row["hash"],
        "index": _FIRST_INDEX + place * _STEP,
        "redacted": bool(row.get("redacted")),
        "blacklisted": False,
    }


def _traits(row: facts.Row) -> Table:
    kind = _TYPES[row["type"]][0].lower().replace(" ", "_")
    exotic = ["item.weapon.exotic"] if row["tier"] == 6 else []
    return {"traitIds": [f"item.weapon.{kind}", *exotic, *release_traits(_exotic(row))]}


def _exotic(row: facts.Row) -> facts.Row:
    """What the collections say of a weapon; nothing where they don't have it."""
    return facts.exotic_by_hash().get(row.get("collectible", 0), {})


def _inventory(row: facts.Row) -> Table:
    name, hash_ = _TIERS[row["tier"]]
    return {
        "maxStackSize": 1,
        "bucketTypeHash": _BUCKETS[row["slot"]],
        "recoveryBucketTypeHash": 215593132,
        "tierTypeHash": hash_,
        "isInstanceItem": True,
        "nonTransferrableOriginal": False,
        "tierTypeName": name,
        "tierType": row["tier"],
    }


def _equipping(row: facts.Row) -> Table:
    return {
        "equipmentSlotTypeHash": _BUCKETS[row["slot"]],
        "attributes": 0,
        "ammoType": _AMMO[row["slot"]],
        "displayStrings": [""],
    }


def _damage(row: facts.Row) -> Table:
    return {"defaultDamageType": row["damage"], "defaultDamageTypeHash": _DAMAGE_HASHES[row["damage"]]}
