"""Exotics and catalysts out of the manifest: exactly what the in-game pages of the collections list. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.collection import Catalyst, Exotic, ExoticKind
from bot.domain.match import GuardianClass
from bot.ingest.manifest import Definitions, children_of
from bot.ingest.weapons import weapon_of

# Presentation nodes of every manifest so far; what hangs below them is read each time.
WEAPON_ROOT, ARMOR_ROOT, CATALYST_ROOT = 2214408526, 1789205056, 511607103
_WEAPON_PAGES = {2969886327: "kinetic", 3919988882: "energy", 1139971093: "power"}
_ARMOR_PAGES = {
    2598675734: GuardianClass.TITAN,
    2765771634: GuardianClass.HUNTER,
    1573256543: GuardianClass.WARLOCK,
}
_ARMOR_SLOTS = {
    3448274439: "helmet",
    3551918588: "gauntlets",
    14239492: "chest",
    20886954: "legs",
    1585787867: "class_item",
}
SLOTS = ("kinetic", "energy", "power", *_ARMOR_SLOTS.values())
UNKNOWN_SLOT = "unknown"
"""Of armour whose item is not known yet."""

# traitIds of items name the release that brought them: releases.v410.season belongs to the expansion before it.
_EXPANSIONS = (
    (300, "The Red War"),
    (310, "Curse of Osiris"),
    (320, "Warmind"),
    (400, "Forsaken"),
    (450, "Shadowkeep"),
    (500, "Beyond Light"),
    (600, "The Witch Queen"),
    (700, "Lightfall"),
    (800, "The Final Shape"),
    (900, "The Edge of Fate"),
    (950, "Renegades"),
)
_RELEASE = re.compile(r"releases\.v(\d{3,4})\b")
_BADGES = {
    "Exotics: Red War": 0,
    "Exotics: Curse of Osiris and Warmind": 2,
    "Exotics: Forsaken": 3,
    "Lunar Rover": 4,
    "Europan Collector": 5,
}
"""Badges of the collections say it of older exotics whose items bear no release."""


@dataclass(frozen=True, slots=True)
class Found:
    """An exotic on its page, with the place of its expansion: None where nothing tells it.

    `redacted`: the manifest keeps back what it is, its name too.
    """

    exotic: Exotic
    expansion_position: int | None
    redacted: bool = False


def roots_below(nodes: Definitions, root: int) -> Iterator[int]:
    """A node and all that lie below it, each once, in the game's order."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if node not in seen:
            seen.add(node)
            yield node
            waiting = children_of(nodes.get(node)) + waiting


def listed(node: Mapping[str, Any] | None, kind: str, key: str) -> list[int]:
    """The collectibles or records that hang on a node itself."""
    found = ((node or {}).get("children") or {}).get(kind) or []
    return [child[key] for child in found if isinstance(child.get(key), int)]


def exotics_of(nodes: Definitions, collectibles: Definitions, items: Definitions) -> tuple[Found, ...]:
    """Every exotic weapon and piece of armour, keyed by collectible hash, in order of release.

    Weapons hang below nodes of other kinds too (classes, badges): only the pages of the collections count.
    Items may be missing: slot, class and release are then told by the pages as far as they go.
    """
    found: dict[int, Found] = {}
    for kind, root in ((ExoticKind.WEAPON, WEAPON_ROOT), (ExoticKind.ARMOR, ARMOR_ROOT)):
        for page in roots_below(nodes, root):
            for collectible in listed(nodes.get(page), "collectibles", "collectibleHash"):
                if collectible in collectibles and collectible not in found:
                    found[collectible] = _exotic(collectible, kind, page, nodes, collectibles, items)
    return _in_order(found.values())


def _exotic(
    collectible: int, kind: ExoticKind, page: int, nodes: Definitions, collectibles: Definitions, items: Definitions
) -> Found:
    definition = collectibles[collectible]
    shown = definition.get("displayProperties") or {}
    item_hash = definition.get("itemHash") or None
    item = items.get(item_hash) if item_hash else None
    place = _expansion_of(item, definition, nodes)
    exotic = Exotic(
        collectible_hash=collectible,
        item_hash=item_hash,
        name=shown.get("name") or "",
        kind=kind,
        slot=_slot(kind, page, item),
        guardian=_ARMOR_PAGES.get(page),
        expansion=_EXPANSIONS[place][1] if place is not None else None,
        source=(definition.get("sourceString") or "").removeprefix("Source: "),
        icon=shown.get("icon") or "",
        damage=weapon_of(item_hash, item).damage if item_hash and item and kind is ExoticKind.WEAPON else None,
        position=0,
    )
    return Found(exotic, place, redacted=bool(definition.get("redacted")))


def _slot(kind: ExoticKind, page: int, item: Mapping[str, Any] | None) -> str:
    if kind is ExoticKind.WEAPON:
        return _WEAPON_PAGES.get(page) or _told_slot(item)
    bucket = ((item or {}).get("inventory") or {}).get("bucketTypeHash") or 0
    return _ARMOR_SLOTS.get(bucket, UNKNOWN_SLOT)


def _told_slot(item: Mapping[str, Any] | None) -> str:
    """Of a weapon on a page that is new to us."""
    slot = weapon_of(0, item).slot if item else None
    return slot.value if slot else UNKNOWN_SLOT


def _expansion_of(item: Mapping[str, Any] | None, collectible: Mapping[str, Any], nodes: Definitions) -> int | None:
    """The place in _EXPANSIONS: by the item's release, else by a badge that the collectible belongs to."""
    for trait in (item or {}).get("traitIds") or ():
        if match := _RELEASE.match(str(trait)):
            return _expansion_at(int(match[1]))
    for parent in collectible.get("parentNodeHashes") or ():
        for badge in (nodes.get(parent) or {}).get("parentNodeHashes") or ():
            name = ((nodes.get(badge) or {}).get("displayProperties") or {}).get("name")
            if name in _BADGES:
                return _BADGES[name]
    return None


def _expansion_at(release: int) -> int:
    return max((place for place, (since, _) in enumerate(_EXPANSIONS) if since <= release), default=0)


def _in_order(found: Iterable[Found]) -> tuple[Found, ...]:
    """By kind, expansion and slot. Pages list the oldest first, so what is not told lies with the one before it."""
    placed: list[tuple[tuple[bool, int, int, int], Found]] = []
    last: dict[str, int] = {}
    for index, each in enumerate(found):
        page = each.exotic.guardian or each.exotic.slot
        place = each.expansion_position if each.expansion_position is not None else last.get(page, 0)
        last[page] = max(place, last.get(page, 0))
        slot = SLOTS.index(each.exotic.slot) if each.exotic.slot in SLOTS else len(SLOTS)
        placed.append(((each.exotic.kind is ExoticKind.ARMOR, place, slot, index), each))
    ordered = [each for _, each in sorted(placed, key=lambda pair: pair[0])]
    return tuple(replace(each, exotic=replace(each.exotic, position=at)) for at, each in enumerate(ordered))


def catalysts_of(nodes: Definitions, records: Definitions, exotics: Iterable[Exotic]) -> tuple[Catalyst, ...]:
    """The catalysts of the triumphs' page, each with the weapon that its name begins with, where there is one."""
    weapons = [exotic for exotic in exotics if exotic.kind is ExoticKind.WEAPON and exotic.name]
    found = [
        record
        for page in roots_below(nodes, CATALYST_ROOT)
        for record in listed(nodes.get(page), "records", "recordHash")
        if record in records
    ]
    return tuple(_catalyst(record, records[record], weapons, at) for at, record in enumerate(dict.fromkeys(found)))


def _catalyst(record: int, definition: Mapping[str, Any], weapons: Iterable[Exotic], position: int) -> Catalyst:
    shown = definition.get("displayProperties") or {}
    name = shown.get("name") or ""
    return Catalyst(
        record_hash=record,
        name=name,
        collectible_hash=_weapon_named(name.removesuffix(" Catalyst"), weapons),
        icon=shown.get("icon") or "",
        position=position,
    )


def _weapon_named(name: str, weapons: Iterable[Exotic]) -> int | None:
    """The weapon of that name, or the only one whose name has it ("Acrius" is the Legend of Acrius)."""
    known = {weapon.name: weapon.collectible_hash for weapon in weapons}
    if not name or name in known:
        return known.get(name)
    part = re.compile(rf"\b{re.escape(name)}\b")
    near = [found for full, found in known.items() if part.search(full)]
    return near[0] if len(near) == 1 else None
