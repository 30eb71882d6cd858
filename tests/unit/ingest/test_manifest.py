"""When a manifest is new, when it is not to be trusted, and which seals it describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.manifest import ManifestRead, StoredManifest, TableCount
from bot.ingest.manifest import NEEDED, doubts, is_current, seals_of, wanted_tables

ACTIVE, LEGACY = 616318467, 1881970629


def test_wanted_tables() -> None:
    assert wanted_tables("needed", ["Extra", *NEEDED]) == NEEDED
    assert set(wanted_tables("all", ["Extra"])) == {"Extra", *NEEDED}


@pytest.mark.parametrize(
    ("stored", "current"),
    [
        (None, False),
        (StoredManifest("1", {"A": "/a", "B": "/b"}), True),
        (StoredManifest("1", {"A": "/a", "B": "/b", "C": "/c"}), True),
        (StoredManifest("2", {"A": "/a", "B": "/b"}), False),
        (StoredManifest("1", {"A": "/a", "B": "/other"}), False),
        (StoredManifest("1", {"A": "/a"}), False),
    ],
)
def test_a_manifest_is_current_by_version_and_paths(stored: StoredManifest | None, current: bool) -> None:
    assert is_current(stored, ManifestRead("1", {"A": "/a", "B": "/b"}), ["A", "B"]) is current


@pytest.mark.parametrize(
    ("incoming", "present", "trusted"),
    [(100, 0, True), (50, 100, True), (49, 100, False), (0, 0, True), (0, 1, False), (500, 100, True)],
)
def test_a_table_that_shrank_by_more_than_half_is_doubted(incoming: int, present: int, trusted: bool) -> None:
    found = doubts([TableCount("Fine", 10, 10), TableCount("Odd", incoming, present)])
    assert (found is None) is trusted
    assert trusted or "Odd" in str(found)


def test_a_needed_table_is_never_empty() -> None:
    assert doubts([TableCount(NEEDED[0], 0, 0)])


def node(*children: int, record: int | None = None, records: tuple[int, ...] = (), name: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "displayProperties": {"name": name, "icon": f"/{name}.png"},
        "children": {
            "presentationNodes": [{"presentationNodeHash": child} for child in children],
            "records": [{"recordHash": child} for child in records],
        },
    }
    return found if record is None else found | {"completionRecordHash": record}


def test_seals_in_their_order_and_only_those_under_the_roots() -> None:
    nodes = {
        ACTIVE: node(2, 1, 9),
        LEGACY: node(3, 1),
        1: node(record=101, name="One"),
        2: node(record=102, records=(102, 7, 8), name="Two"),
        3: node(record=103, name="Three"),
        4: node(record=104, name="A badge"),
    }
    records = {
        101: {"titleInfo": {"hasTitle": True, "titlesByGender": {"Male": "First"}}},
        102: {"titleInfo": {"titlesByGender": {"Male": "Second"}, "gildingTrackingRecordHash": 902}},
        7: {"forTitleGilding": True},
        8: {},
    }
    seals = seals_of(nodes, records, ACTIVE, LEGACY)
    assert [(seal.record_hash, seal.legacy, seal.position) for seal in seals] == [
        (102, False, 0),
        (101, False, 1),
        (103, True, 2),
    ]
    assert [seal.title for seal in seals] == ["Second", "First", "Three"]
    assert [seal.gilding_record_hash for seal in seals] == [902, None, None]
    assert seals[0].record_hashes == (8,)
    assert seals[0].icon == "/Two.png"


def test_no_roots_no_seals() -> None:
    assert seals_of({}, {}, ACTIVE, LEGACY) == ()


def real(samples: Path, name: str) -> dict[int, dict[str, Any]]:
    table = json.loads((samples / "manifest" / f"{name}.json").read_bytes())
    return {int(found): row for found, row in table.items()}


def test_the_35_seals_of_the_real_manifest(samples: Path) -> None:
    seals = seals_of(real(samples, "presentationnode"), real(samples, "record"), ACTIVE, LEGACY)
    assert len(seals) == 35
    assert sum(not seal.legacy for seal in seals) == 18
    gilded = {seal.title: seal.gilding_record_hash for seal in seals if seal.gilding_record_hash}
    assert gilded == {
        "Conqueror": 1715149073,
        "Flawless": 2506618338,
        "Unbroken": 2843544039,
        "Dredgen": 1249847601,
        "Deadeye": 4141599814,
    }
    assert all(seal.title and seal.name and seal.icon and seal.record_hashes for seal in seals)
    assert len({seal.record_hash for seal in seals}) == 35
