"""Exotic armour as item definitions: the small form of the lite table, and the full one."""

from __future__ import annotations

from typing import Any

from bot.sandbox import facts

Table = dict[str, Any]
_BUCKETS = {
    "helmet": 3448274439,
    "gauntlets": 3551918588,
    "chest": 14239492,
    "legs": 20886954,
    "class_item": 1585787867,
}
_KINDS = {"helmet": "Helmet", "gauntlets": "Gauntlets", "chest": "Chest Armor", "legs": "Leg Armor"}
_CLASS_ITEMS = ("Titan Mark", "Hunter Cloak", "Warlock Bond")
_CATEGORIES = (22, 23, 21)
_SUB_TYPES = {slot: 26 + place for place, slot in enumerate(_BUCKETS)}
_SLOT_CATEGORIES = {slot: 45 + place for place, slot in enumerate(_BUCKETS)}
_TRAITS = {"helmet": "head", "gauntlets": "arms", "chest": "chest", "legs": "legs", "class_item": "class_item"}
_FIRST_INDEX, _STEP = 10_000, 17


def lite_armor() -> list[Table]:
    """The lite table. Of armour marked thin it lacks bucket and release, which only the full one tells then."""
    return [_lite(place, row) for place, row in enumerate(facts.rows("armor"))]


def full_armor() -> list[Table]:
    return [_full(place, row) for place, row in enumerate(facts.rows("armor"))]


def release_traits(row: facts.Row) -> list[str]:
    """The trait that names the release which brought an exotic; older ones bear none, badges tell it of them."""
    if "release" not in row:
        return []
    return [f"releases.v{row['release']}.{'annual' if row['release'] % 50 == 0 else 'season'}"]


def _lite(place: int, row: facts.Row) -> Table:
    item = _common(place, row)
    if row.get("thin"):
        return item | {"inventory": {"tierType": 6, "tierTypeName": "Exotic"}}
    return item | {"inventory": _inventory(row), "equippingBlock": _equipping(row), **_traits(row)}


def _full(place: int, row: facts.Row) -> Table:
    return _common(place, row) | {
        "tooltipNotifications": [],
        "flavorText": "",
        "uiItemDisplayStyle": "",
        "itemTypeAndTierDisplayName": f"Exotic {_kind(row)}",
        "displaySource": "",
        "inventory": _inventory(row),
        "equippingBlock": _equipping(row),
        "allowActions": True,
        "nonTransferrable": False,
        "itemCategoryHashes": [_SLOT_CATEGORIES[row["slot"]], 20, _CATEGORIES[row["class"]]],
        "specialItemType": 0,
        "breakerType": 0,
        "equippable": True,
        "isWrapper": False,
        **_traits(row),
    }


def _common(place: int, row: facts.Row) -> Table:
    return {
        "displayProperties": {"description": "", "name": row["name"], "icon": row["icon"], "hasIcon": True},
        "collectibleHash": row["hash"],
        "itemTypeDisplayName": _kind(row),
        "itemType": 2,
        "itemSubType": _SUB_TYPES[row["slot"]],
        "classType": row["class"],
        "hash": row["itemHash"],
        "index": _FIRST_INDEX + place * _STEP,
        "redacted": False,
        "blacklisted": False,
    }


def _kind(row: facts.Row) -> str:
    return _CLASS_ITEMS[row["class"]] if row["slot"] == "class_item" else _KINDS[row["slot"]]


def _traits(row: facts.Row) -> Table:
    return {"traitIds": [f"item.armor.{_TRAITS[row['slot']]}", "item.armor.exotic", *release_traits(row)]}


def _inventory(row: facts.Row) -> Table:
    return {
        "maxStackSize": 1,
        "bucketTypeHash": _BUCKETS[row["slot"]],
        "recoveryBucketTypeHash": 215593132,
        "tierTypeHash": 2759499571,
        "isInstanceItem": True,
        "nonTransferrableOriginal": False,
        "tierTypeName": "Exotic",
        "tierType": 6,
    }


def _equipping(row: facts.Row) -> Table:
    return {
        "equipmentSlotTypeHash": _BUCKETS[row["slot"]],
        "attributes": 0,
        "ammoType": 0,
        "displayStrings": [""],
    }
