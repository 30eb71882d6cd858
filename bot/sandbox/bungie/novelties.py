"""What a manifest has beyond the facts: seals and exotics, read out of its tables as rows of the facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.sandbox import facts
from bot.sandbox.bungie.definitions import Table
from bot.sandbox.bungie.records import ACTIVE_SEALS, LEGACY_SEALS
from bot.sandbox.world.catalogue import Catalogue

COLLECTIBLES, NODES = "DestinyCollectibleDefinition", "DestinyPresentationNodeDefinition"
RECORDS = "DestinyRecordDefinition"
_EXOTICS = 1068557105
_CLASS_PAGES = {2598675734: 0, 2765771634: 1, 1573256543: 2}


def novelties(tables: Mapping[str, Table], known: Catalogue) -> Catalogue:
    """Seals below their roots and exotics on the pages of the collections that the facts lack.

    `known` tells of records that this manifest has taken back while their seal is still there.
    """
    seals: dict[int, facts.Row] = {}
    records: dict[int, facts.Row] = {}
    for seal in _seals(tables):
        around = _around(seal, tables, known)
        if seal["completion"] in around and "title" in around[seal["completion"]]:
            seals[seal["completion"]] = seal | {"records": [hash_ for hash_ in seal["records"] if hash_ in around]}
            records |= {hash_: row for hash_, row in around.items() if hash_ not in facts.record_by_hash()}
    return Catalogue(seals, records, {row["hash"]: row for row in _exotics(tables)})


def _seals(tables: Mapping[str, Table]) -> Iterator[facts.Row]:
    for root, legacy in ((ACTIVE_SEALS, False), (LEGACY_SEALS, True)):
        for hash_ in _children(tables, root, "presentationNodes", "presentationNodeHash"):
            node = tables[NODES].get(str(hash_), {})
            completion = node.get("completionRecordHash")
            if completion and completion not in facts.seal_by_completion():
                records = _children(tables, hash_, "records", "recordHash")
                yield {"node": hash_, "completion": completion, "legacy": legacy, "records": records}


def _around(seal: facts.Row, tables: Mapping[str, Table], known: Catalogue) -> dict[int, facts.Row]:
    """The rows of a seal's records, of its own and of its gilding counter, as far as anything tells them."""
    found: dict[int, facts.Row] = {}
    waiting = [seal["completion"], *seal["records"]]
    while waiting:
        hash_ = waiting.pop(0)
        if row := _record(hash_, tables, known):
            found[hash_] = row
            waiting += [row["gilding"]] if "gilding" in row else []
    return found


def _record(hash_: int, tables: Mapping[str, Table], known: Catalogue) -> facts.Row | None:
    if hash_ in facts.record_by_hash():
        return facts.record_by_hash()[hash_]
    definition = tables[RECORDS].get(str(hash_))
    return known.records.get(hash_) if definition is None else _row_of(hash_, definition)


def _row_of(hash_: int, definition: Table) -> facts.Row:
    info = definition.get("titleInfo") or {}
    steps = (definition.get("intervalInfo") or {}).get("intervalObjectives") or []
    title = next(iter((info.get("titlesByGender") or {}).values()), None)
    gilding = info.get("gildingTrackingRecordHash")
    return {
        "hash": hash_,
        "scope": definition.get("scope", 0),
        "objectives": definition.get("objectiveHashes") or [],
        "forTitleGilding": definition.get("forTitleGilding", False),
        **({"intervals": [[step["intervalObjectiveHash"], 0] for step in steps]} if steps else {}),
        **({"title": title} if title else {}),
        **({"gilding": gilding} if gilding else {}),
    }


def _exotics(tables: Mapping[str, Table]) -> Iterator[facts.Row]:
    waiting = [_EXOTICS]
    while waiting:
        page = waiting.pop()
        waiting += _children(tables, page, "presentationNodes", "presentationNodeHash")
        for hash_ in _children(tables, page, "collectibles", "collectibleHash"):
            definition = tables[COLLECTIBLES].get(str(hash_))
            if definition is not None and hash_ not in facts.exotic_by_hash():
                yield _exotic(hash_, page, definition)


def _exotic(hash_: int, page: int, definition: Table) -> facts.Row:
    """What is worn is told by each character of the class whose page lists it."""
    name = (definition.get("displayProperties") or {}).get("name", "")
    row = {"hash": hash_, "name": name, "redacted": bool(definition.get("redacted"))}
    return row | ({"class": _CLASS_PAGES[page]} if page in _CLASS_PAGES else {})


def _children(tables: Mapping[str, Table], node: int, kind: str, key: str) -> list[int]:
    found = (tables[NODES].get(str(node), {}).get("children") or {}).get(kind) or []
    return [child[key] for child in found]
