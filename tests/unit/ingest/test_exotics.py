"""Exotics and catalysts: the pages of the collections, no more and no less."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.domain.collection import ExoticKind
from bot.domain.match import GuardianClass
from bot.ingest.exotics import ARMOR_ROOT, CATALYST_ROOT, WEAPON_ROOT, catalysts_of, exotics_of

KINETIC, TITAN = 2969886327, 2598675734


def node(
    *, nodes: Sequence[int] = (), collectibles: Sequence[int] = (), records: Sequence[int] = (), **more: Any
) -> dict[str, Any]:
    return {
        "children": {
            "presentationNodes": [{"presentationNodeHash": h} for h in nodes],
            "collectibles": [{"collectibleHash": h} for h in collectibles],
            "records": [{"recordHash": h} for h in records],
        },
        **more,
    }


def named(name: str, **more: Any) -> dict[str, Any]:
    return {"displayProperties": {"name": name, "icon": f"/{name}.jpg"}, **more}


NODES = {
    WEAPON_ROOT: node(nodes=[KINETIC]),
    KINETIC: node(collectibles=[1, 2, 3, 99]),
    ARMOR_ROOT: node(nodes=[TITAN]),
    TITAN: node(collectibles=[4, 5]),
    CATALYST_ROOT: node(nodes=[10]),
    10: node(nodes=[11, 10]),
    11: node(records=[21, 22, 21, 23]),
    50: node(parentNodeHashes=[51]),
    51: named("Exotics: Forsaken"),
}
COLLECTIBLES = {
    1: named("Rat King", itemHash=101, sourceString="Source: A quest."),
    2: named("Thorn", itemHash=102, parentNodeHashes=[50]),
    3: named("Late", itemHash=103),
    4: named("Helm", itemHash=104),
    5: named("Gloves", itemHash=105),
    6: named("On no page", itemHash=106),
}
ITEMS = {
    101: {"itemType": 3, "traitIds": ["item.weapon", "releases.v300.annual"], "defaultDamageType": 1},
    103: {"itemType": 3, "traitIds": ["releases.v610.season"], "defaultDamageType": 7},
    104: {"itemType": 2, "inventory": {"bucketTypeHash": 3448274439}, "traitIds": ["releases.v310.season"]},
}


def test_what_the_manifest_keeps_back_is_marked() -> None:
    secret = {**COLLECTIBLES, 2: named("Classified", itemHash=102, redacted=True)}
    assert [each.redacted for each in exotics_of(NODES, secret, ITEMS)].count(True) == 1
    assert not any(each.redacted for each in exotics_of(NODES, COLLECTIBLES, ITEMS))


def test_what_the_pages_list_is_found_and_nothing_else() -> None:
    found = [each.exotic for each in exotics_of(NODES, COLLECTIBLES, ITEMS)]
    assert [(e.name, e.kind, e.slot) for e in found] == [
        ("Rat King", ExoticKind.WEAPON, "kinetic"),
        ("Thorn", ExoticKind.WEAPON, "kinetic"),
        ("Late", ExoticKind.WEAPON, "kinetic"),
        ("Helm", ExoticKind.ARMOR, "helmet"),
        ("Gloves", ExoticKind.ARMOR, "unknown"),
    ]
    assert [e.position for e in found] == [0, 1, 2, 3, 4]
    assert [e.guardian for e in found[2:4]] == [None, GuardianClass.TITAN]


def test_release_and_badge_tell_the_expansion() -> None:
    found = {each.exotic.name: each.exotic for each in exotics_of(NODES, COLLECTIBLES, ITEMS)}
    assert found["Rat King"].expansion == "The Red War"
    assert found["Thorn"].expansion == "Forsaken"
    assert found["Late"].expansion == "The Witch Queen"
    assert found["Gloves"].expansion is None
    assert found["Rat King"].source == "A quest."
    assert (found["Rat King"].damage, found["Late"].damage, found["Thorn"].damage) == ("kinetic", "strand", None)


def test_an_older_release_comes_first_whatever_its_page_says() -> None:
    items = ITEMS | {101: {"traitIds": ["releases.v700.annual"]}}
    found = [each.exotic.name for each in exotics_of(NODES, COLLECTIBLES, items)]
    assert found[:3] == ["Thorn", "Late", "Rat King"]


def test_catalysts_know_their_weapon() -> None:
    records = {21: named("Rat King Catalyst"), 22: named("Lost Catalyst"), 24: named("Not listed Catalyst")}
    exotics = [each.exotic for each in exotics_of(NODES, COLLECTIBLES, ITEMS)]
    found = catalysts_of(NODES, records, exotics)
    assert [(c.name, c.collectible_hash, c.position) for c in found] == [
        ("Rat King Catalyst", 1, 0),
        ("Lost Catalyst", None, 1),
    ]


def _table(samples: Path, name: str) -> dict[int, dict[str, Any]]:
    read = json.loads((samples / "manifest" / f"{name}.json").read_text(encoding="utf-8"))
    return {int(key): value for key, value in read.items()}


def test_real_pages_of_2022(samples: Path, record_property: Callable[[str, object], None]) -> None:
    """85 exotic weapons with 85 names, 31 kinetic, 30 energy, 24 power; 33 pieces of armour a class."""
    nodes, collectibles, records = (_table(samples, name) for name in ("presentationnode", "collectible", "record"))
    found = [each.exotic for each in exotics_of(nodes, collectibles, {})]
    weapons = [each for each in found if each.kind is ExoticKind.WEAPON]
    slots = {slot: sum(each.slot == slot for each in weapons) for slot in ("kinetic", "energy", "power")}
    assert (len(weapons), len({each.name for each in weapons})) == (85, 85)
    assert slots == {"kinetic": 31, "energy": 30, "power": 24}
    armor = [each for each in found if each.kind is ExoticKind.ARMOR]
    assert {c: sum(each.guardian is c for each in armor) for c in GuardianClass} == dict.fromkeys(GuardianClass, 33)
    catalysts = catalysts_of(nodes, records, found)
    assert len(catalysts) == 63
    assert all(each.collectible_hash for each in catalysts)
    record_property(
        "told",
        f"Real manifest of 2022: {len(weapons)} exotic weapons {slots}, {len(armor)} armour, "
        f"{len(catalysts)} catalysts.",
    )
