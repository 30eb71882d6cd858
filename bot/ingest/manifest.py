"""What to make of a manifest: whether it is new, whether to trust it, and the seals it describes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from bot.domain.manifest import ManifestRead, Seal, StoredManifest, TableCount
from bot.ingest.weapons import LITE

NEEDED = (
    "DestinyActivityDefinition",
    "DestinyActivityModeDefinition",
    "DestinyActivityTypeDefinition",
    "DestinyClassDefinition",
    "DestinyCollectibleDefinition",
    LITE,
    "DestinyPresentationNodeDefinition",
    "DestinyRecordDefinition",
    "DestinySeasonDefinition",
)
ACTIVE_ROOT, LEGACY_ROOT = 616318467, 1881970629  # of every manifest so far; /Settings/ has the last word
Definitions = Mapping[int, Mapping[str, Any]]


def wanted_tables(choice: str, offered: Iterable[str]) -> tuple[str, ...]:
    """The tables of manifest.tables: those that are needed, or all that Bungie.net offers. They name files later on."""
    return tuple(sorted({*NEEDED, *filter(str.isidentifier, offered)})) if choice == "all" else NEEDED


def is_current(stored: StoredManifest | None, offered: ManifestRead, wanted: Iterable[str]) -> bool:
    """Same version and language, and every wanted table was loaded from the path that is offered now."""
    if stored is None or (stored.version, stored.language) != (offered.version, offered.language):
        return False
    return all(stored.paths.get(table) == offered.paths.get(table) for table in wanted)


def doubts(counts: Iterable[TableCount]) -> str | None:
    """Why a manifest is not to be trusted: a table with less than half of its present definitions, or a needed one
    that is empty (among all the tables there are some that have always been)."""
    for table in counts:
        if table.incoming == 0 and table.table in NEEDED:
            return f"{table.table} is empty."
        if table.incoming * 2 < table.present:
            return f"{table.table} has only {table.incoming} definitions, now there are {table.present}."
    return None


def children_of(node: Mapping[str, Any] | None) -> list[int]:
    """The presentation nodes under a node, in its order."""
    found = ((node or {}).get("children") or {}).get("presentationNodes") or []
    return [child["presentationNodeHash"] for child in found]


def seals_of(nodes: Definitions, records: Definitions, active_root: int, legacy_root: int) -> tuple[Seal, ...]:
    """The seals under both roots. Titles repeat across years, so a seal is its completion record.

    Other nodes bear completion records too (badges); only children of the roots are seals.
    """
    seals: dict[int, Seal] = {}
    places = count()
    for legacy, root in ((False, active_root), (True, legacy_root)):
        for node_hash in children_of(nodes.get(root)):
            record_hash = (nodes.get(node_hash) or {}).get("completionRecordHash")
            if record_hash and record_hash not in seals:
                seals[record_hash] = _seal(node_hash, nodes[node_hash], records, legacy, next(places))
    return tuple(seals.values())


def _seal(node_hash: int, node: Mapping[str, Any], records: Definitions, legacy: bool, position: int) -> Seal:
    record_hash = node["completionRecordHash"]
    info = (records.get(record_hash) or {}).get("titleInfo") or {}
    shown = node.get("displayProperties") or {}
    name = shown.get("name") or ""
    return Seal(
        record_hash=record_hash,
        node_hash=node_hash,
        name=name,
        title=next(iter((info.get("titlesByGender") or {}).values()), "") or name,
        gilding_record_hash=info.get("gildingTrackingRecordHash") or None,
        legacy=legacy,
        position=position,
        icon=shown.get("icon") or "",
        record_hashes=tuple(_triumphs(node, records, record_hash)),
    )


def _triumphs(node: Mapping[str, Any], records: Definitions, own: int) -> Iterator[int]:
    """The records that count towards the title: not itself, and not those that only gild it."""
    for child in (node.get("children") or {}).get("records") or []:
        found = child["recordHash"]
        if found != own and not (records.get(found) or {}).get("forTitleGilding"):
            yield found
