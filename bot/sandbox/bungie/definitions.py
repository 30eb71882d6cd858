"""Definition tables of the manifest, made from the facts in the shape of the real files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.sandbox import facts
from bot.sandbox.bungie.armor import full_armor, lite_armor
from bot.sandbox.bungie.items import full_items, lite_items
from bot.sandbox.bungie.records import ACTIVE_SEALS, LEGACY_SEALS, WARDEN

Table = dict[str, Any]
_MALE, _FEMALE = "3111576190", "2204441813"
_CLASSES = ((3655393761, 0, "Titan"), (671679327, 1, "Hunter"), (2271682572, 2, "Warlock"))


def all_tables() -> dict[str, Table]:
    """Table name -> definitions keyed by their hash as a string; all but the seasons."""
    return {
        "DestinyActivityDefinition": _keyed(_activity(row) for row in facts.rows("activities")),
        "DestinyActivityModeDefinition": _keyed(_mode(row) for row in facts.rows("modes")),
        "DestinyActivityTypeDefinition": _keyed(_plain(row) for row in facts.rows("activity_types")),
        "DestinyClassDefinition": _keyed(_class(*row) for row in _CLASSES),
        "DestinyCollectibleDefinition": _keyed(collectible_definition(row) for row in facts.exotics()),
        "DestinyInventoryItemDefinition": _by_hash(full_items() + full_armor()),
        "DestinyInventoryItemLiteDefinition": _by_hash(lite_items() + lite_armor()),
        "DestinyPresentationNodeDefinition": _keyed(_nodes()),
        "DestinyRecordDefinition": _keyed(
            record_definition(row) for row in (*facts.record_by_hash().values(), *_badges())
        ),
    }


def season_table(rows: Sequence[facts.Row]) -> Table:
    """Apart from the others, for seasons turn."""
    return _keyed(_season(row) for row in rows)


def _keyed(definitions: Any) -> Table:
    table: Table = {}
    for index, definition in enumerate(definitions):
        table[str(definition["hash"])] = {"redacted": False, "blacklisted": False} | definition | {"index": index}
    return table


def _by_hash(definitions: list[Table]) -> Table:
    return {str(definition["hash"]): definition for definition in definitions}


def _display(row: facts.Row, name: str = "name") -> Table:
    icon = {"icon": row["icon"]} if row.get("icon") else {}
    return {"description": "", "name": row[name], **icon, "hasIcon": bool(icon)}


def _plain(row: facts.Row) -> Table:
    return {"displayProperties": _display(row), "hash": row["hash"]}


def _activity(row: facts.Row) -> Table:
    kept = {k: v for k, v in row.items() if k not in ("name", "icon", "originalName")}
    original = _display(row, "originalName") if "originalName" in row else _display(row)
    return {"displayProperties": _display(row), "originalDisplayProperties": original, **kept}


def _mode(row: facts.Row) -> Table:
    return {"displayProperties": _display(row), **{k: v for k, v in row.items() if k not in ("name", "icon")}}


def _class(hash_: int, class_type: int, name: str) -> Table:
    return {
        "classType": class_type,
        "displayProperties": {"name": name, "hasIcon": False},
        "genderedClassNames": {"Male": name, "Female": name},
        "genderedClassNamesByGenderHash": {_FEMALE: name, _MALE: name},
        "hash": hash_,
    }


def _season(row: facts.Row) -> Table:
    return {"displayProperties": _display(row), **{k: v for k, v in row.items() if k != "name"}}


def record_definition(row: facts.Row) -> Table:
    """Titles' own records are those with titleInfo.hasTitle; gilding counters have an empty name, as in the game."""
    steps = [{"intervalObjectiveHash": hash_, "intervalScoreValue": score} for hash_, score in row.get("intervals", ())]
    return {
        "displayProperties": _display(row),
        "scope": 1 if row["hash"] == WARDEN else row["scope"],
        "objectiveHashes": row["objectives"],
        "recordValueStyle": 0,
        "forTitleGilding": row.get("forTitleGilding", False),
        "titleInfo": _title(row),
        "completionInfo": {
            "partialCompletionObjectiveCountThreshold": 0,
            "ScoreValue": row["score"],
            "shouldFireToast": True,
            "toastStyle": row["toast"],
        },
        "intervalInfo": {"intervalObjectives": steps, "intervalRewards": []},
        "hash": row["hash"],
    }


def _badges() -> list[facts.Row]:
    """Badges have completion records too, which are no titles."""
    completions = (row["completion"] for row in facts.rows("collection_nodes") if "completion" in row)
    return [{"hash": hash_, "name": "", "scope": 0, "objectives": [], "score": 0, "toast": 0} for hash_ in completions]


def _title(row: facts.Row) -> Table:
    if "title" not in row:
        return {"hasTitle": False}
    names = {"Male": row["title"], "Female": row["titleFemale"]}
    gilding = {"gildingTrackingRecordHash": row["gilding"]} if "gilding" in row else {}
    by_hash = {_FEMALE: row["titleFemale"], _MALE: row["title"]}
    return {"hasTitle": True, "titlesByGender": names, "titlesByGenderHash": by_hash, **gilding}


def _nodes() -> list[Table]:
    return [
        _root(ACTIVE_SEALS, "Seals", False),
        _root(LEGACY_SEALS, "Legacy Seals", True),
        *(seal_node(row) for row in facts.rows("seals")),
        *(_collection(row) for row in facts.rows("collection_nodes")),
    ]


def _node(hash_: int, display: Table, kind: int, scope: int, parents: list[int], **children: list[Table]) -> Table:
    filled: Table = {"presentationNodes": [], "collectibles": [], "records": [], "metrics": []} | children
    return {
        "displayProperties": display,
        "nodeType": kind,
        "scope": scope,
        "children": filled,
        "displayStyle": 2,
        "screenStyle": 2,
        "presentationNodeType": kind,
        "parentNodeHashes": parents,
        "hash": hash_,
    }


def _root(hash_: int, name: str, legacy: bool) -> Table:
    nodes = [{"presentationNodeHash": row["node"]} for row in facts.rows("seals") if row["legacy"] is legacy]
    return _node(hash_, _display({"name": name}), 1, 0, [], presentationNodes=nodes)


def seal_node(row: facts.Row) -> Table:
    parents = [LEGACY_SEALS if row["legacy"] else ACTIVE_SEALS]
    records = [{"recordHash": hash_} for hash_ in row["records"]]
    node = _node(row["node"], _display(row), 3, row["scope"], parents, records=records)
    return node | {"originalIcon": row["icon"], "completionRecordHash": row["completion"]}


def _collection(row: facts.Row) -> Table:
    nodes = [{"presentationNodeHash": hash_} for hash_ in row["nodes"]]
    collectibles = [{"collectibleHash": hash_} for hash_ in row["collectibles"]]
    records = [{"recordHash": hash_} for hash_ in row.get("records", ())]
    children = {"presentationNodes": nodes, "collectibles": collectibles, "records": records}
    node = _node(row["node"], _display(row), 2, row.get("scope", 0), row["parents"], **children)
    return node | ({"completionRecordHash": row["completion"]} if "completion" in row else {})


def collectible_definition(row: facts.Row) -> Table:
    return {
        "displayProperties": _display(row),
        "scope": 1 if "class" in row else 0,
        "sourceString": row.get("source", ""),
        "itemHash": row["itemHash"],
        "acquisitionInfo": {"runOnlyAcquisitionRewardSite": False},
        "presentationNodeType": 2,
        "parentNodeHashes": row["parents"],
        "hash": row["hash"],
        "redacted": row.get("redacted", False),
    }
