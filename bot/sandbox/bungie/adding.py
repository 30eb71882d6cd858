"""New exotics and seals on demand: the definitions that a manifest needs for them.

A hash is made of the name, so that what is added again under its name, after it was taken back, is the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.definitions import Table, collectible_definition, record_definition, seal_node
from bot.sandbox.bungie.items import item_definition
from bot.sandbox.bungie.novelties import COLLECTIBLES, NODES, RECORDS
from bot.sandbox.bungie.records import ACTIVE_SEALS, LEGACY_SEALS

ITEMS = ("DestinyInventoryItemDefinition", "DestinyInventoryItemLiteDefinition")
_PAGES = {"kinetic": 2969886327, "energy": 3919988882, "power": 1139971093}
_EXOTICS = ("Long Tomorrow", "Saltwife's Bargain", "Lantern Oath", "Ninth Knock", "The Quiet Part", "Ember Ledger")
_SEALS = ("Wayfarer", "Lamplighter", "Cartographer", "Tidekeeper", "Stormwright", "Archivist")


class AddError(Exception):
    """A wish that no definitions can be made of; the message says which and why."""


def add(tables: dict[str, Table], wish: Any) -> None:
    """{"exotic": {name, slot}, "seal": {title, triumphs, gilding, legacy}}; true instead of either, or of the whole,
    leaves everything to us. Names that are not said are the first that this manifest doesn't have.
    """
    wishes = {"exotic": True, "seal": True} if wish is True else wish
    if not isinstance(wishes, dict) or not wishes.keys() & {"exotic", "seal"}:
        raise AddError("add: true, or what to add: exotic, seal")
    if told := wishes.get("exotic"):
        _add_exotic(tables, told if isinstance(told, dict) else {})
    if told := wishes.get("seal"):
        _add_seal(tables, told if isinstance(told, dict) else {})


def _add_exotic(tables: dict[str, Table], wish: Json) -> None:
    slot = str(wish.get("slot", "kinetic"))
    if slot not in _PAGES:
        raise AddError(f"slot: one of {', '.join(_PAGES)}")
    name = str(wish.get("name") or _unused(_EXOTICS, tables[COLLECTIBLES]))
    weapons = (row for row in facts.rows("weapons") if row["slot"] == slot and "collectible" in row)
    like = next(row for row in weapons if not row.keys() & {"thin", "unborn", "redacted"})
    collectible, item = _hash("exotic", name), _hash("item", name)
    row = {"hash": collectible, "name": name, "icon": like["icon"], "itemHash": item, "parents": [_PAGES[slot]]}
    _put(tables, COLLECTIBLES, collectible_definition(row | {"source": "Source: An Exotic quest or challenge."}))
    for table in ITEMS:
        _put(tables, table, item_definition(like | {"hash": item, "name": name, "collectible": collectible}))
    _list(tables, _PAGES[slot], "collectibles", {"collectibleHash": collectible})


def _add_seal(tables: dict[str, Table], wish: Json) -> None:
    title = str(wish.get("title") or _unused(_SEALS, tables[RECORDS]))
    names = _triumph_names(title, wish.get("triumphs", 5))
    rows = list(_record_rows(title, names, gilded=bool(wish.get("gilding", True))))
    for row in rows:
        _put(tables, RECORDS, record_definition(row))
    seal = {"node": _hash("node", title), "name": title, "icon": facts.rows("seals")[0]["icon"], "scope": 0}
    hashes = [row["hash"] for row in rows[: len(names)]]
    legacy = bool(wish.get("legacy", False))
    _put(tables, NODES, seal_node(seal | {"legacy": legacy, "completion": _hash("seal", title), "records": hashes}))
    root = LEGACY_SEALS if legacy else ACTIVE_SEALS
    _list(tables, root, "presentationNodes", {"presentationNodeHash": seal["node"]})


def _triumph_names(title: str, asked: Any) -> list[str]:
    """Out of how many, or what they are called."""
    names = [f"{title}: Part {n}" for n in range(1, asked + 1)] if isinstance(asked, int) else asked
    if not isinstance(names, list) or not names:
        raise AddError("triumphs: how many, at least one, or a list of their names")
    return [str(name) for name in names]


def _record_rows(title: str, triumphs: list[str], gilded: bool) -> Iterator[facts.Row]:
    """The triumphs, the title's own record, and the counter of gildings."""
    for name in triumphs:
        yield _plain(_hash(f"triumph of {title}", name), name)
    gilding = _hash("gilding", title)
    names = {"title": title, "titleFemale": title}
    yield _plain(_hash("seal", title), title) | names | ({"gilding": gilding} if gilded else {})
    if gilded:
        yield _plain(gilding, "")


def _plain(hash_: int, name: str) -> facts.Row:
    return {"hash": hash_, "name": name, "scope": 0, "score": 25, "toast": 1, "objectives": [_hash("objective", hash_)]}


def _put(tables: dict[str, Table], table: str, definition: Table) -> None:
    """Beside the others, in a table of its own: those of the facts are shared."""
    whole = {"redacted": False, "blacklisted": False, "index": len(tables[table])} | definition
    tables[table] = tables[table] | {str(definition["hash"]): whole}


def _list(tables: dict[str, Table], parent: int, kind: str, child: Json) -> None:
    """Name a child on its parent's page, at the end, once."""
    node = tables[NODES][str(parent)]
    children = [each for each in node["children"][kind] if each != child] + [child]
    tables[NODES] = tables[NODES] | {str(parent): node | {"children": node["children"] | {kind: children}}}


def _unused(names: tuple[str, ...], table: Mapping[str, Table]) -> str:
    taken = {row["displayProperties"].get("name") for row in table.values()}
    numbered = (name if n == 1 else f"{name} {n}" for n in range(1, len(table)) for name in names)
    return next(name for name in numbered if name not in taken)


def _hash(kind: str, name: str | int) -> int:
    return crc32(f"{kind}: {name}".encode())
