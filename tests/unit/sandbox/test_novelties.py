"""Exotics and seals that only a later manifest brings: people earn and find them as they do the others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox import facts
from bot.sandbox.bungie import BungieServer
from bot.sandbox.bungie.adding import AddError, add
from bot.sandbox.bungie.manifest import edited
from bot.sandbox.bungie.novelties import COLLECTIBLES, NODES, RECORDS, novelties
from bot.sandbox.bungie.profiles import profile_response
from bot.sandbox.bungie.records import ACTIVE_SEALS
from bot.sandbox.control_collection import collection_json
from bot.sandbox.world import Person, World, WorldError
from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.collection import findable, open_triumphs, owned_exotics
from bot.sandbox.world.rows import roster_row
from tests.unit.sandbox.clock import Clock

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
HUNTERS, HUNTER = 2765771634, 1
WISH = {
    "exotic": {"name": "Ninth Knock", "slot": "power"},
    "seal": {"title": "Tidekeeper", "triumphs": ["Ebb", "Flow"]},
}


@pytest.fixture
def world() -> World:
    return World(7, Clock())


@pytest.fixture
def bungie(world: World) -> BungieServer:
    return BungieServer(world)


@pytest.fixture
def person(world: World) -> Person:
    return next(
        p for p in world.people.values() if not p.private and not any(c.class_type == HUNTER for c in p.characters)
    )


def wish(bungie: BungieServer, wanted: Any = True) -> Catalogue:
    """Publish what is wanted; all that the manifest has beyond the facts."""
    bungie.manifest.publish(edit=lambda tables: add(tables, wanted))
    return novelties(bungie.manifest.tables, bungie.world.catalogue)


def told(world: World, person: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """The profile's records and collectibles."""
    answer = profile_response(person, {800, 900}, NOW, world.catalogue)
    return answer["profileRecords"]["data"]["records"], answer["profileCollectibles"]["data"]["collectibles"]


def test_an_exotic_that_was_added_is_found_like_any_other(world: World, bungie: BungieServer, person: Person) -> None:
    (hash_,) = wish(bungie, WISH).exotics
    assert told(world, person)[1][str(hash_)]["state"] & 1
    assert findable(person, world.catalogue)[0] == hash_
    (event,) = world.find_exotic(person.membership_id, hash_)
    assert event.detail == {"collectible_hash": hash_, "name": "Ninth Knock"}
    assert world.find_exotic(person.membership_id, hash_) == []
    assert hash_ in owned_exotics(person)
    assert not told(world, person)[1][str(hash_)]["state"] & 1
    definition = bungie.manifest.tables[COLLECTIBLES][str(hash_)]
    assert str(definition["itemHash"]) in bungie.manifest.tables["DestinyInventoryItemLiteDefinition"]


def test_a_seal_that_was_added_is_worked_at_earned_and_gilded(
    world: World, bungie: BungieServer, person: Person
) -> None:
    (seal,) = wish(bungie, WISH).seals
    gilding = str(world.catalogue.gilding_of(seal))
    records, _ = told(world, person)
    assert (records[str(seal)]["state"], gilding in records) == (4, False)
    world.do_triumph(person.membership_id, open_triumphs(person, world.catalogue)[0])
    assert told(world, person)[0][str(seal)]["objectives"][0]["progress"] == 1
    assert collection_json(person, world.catalogue)["seals"][-1] | {"title": ""} == {
        "record_hash": seal,
        "title": "",
        "held": False,
        "gilded_times": 0,
        "gilded_this_season": False,
        "done": 1,
        "of": 2,
    }
    events = world.gild_seal(person.membership_id, seal)
    assert [(event.kind, event.detail["title"]) for event in events] == [
        ("seal_earned", "Tidekeeper"),
        ("seal_gilded", "Tidekeeper"),
    ]
    records, _ = told(world, person)
    assert records[str(seal)]["state"] & 65
    assert records[gilding]["completedCount"] == 1
    assert "Tidekeeper" in [each["title"] for each in roster_row(person, NOW, world.catalogue)["seals"]]


def test_newcomers_and_readings_from_before_fare_well(world: World, bungie: BungieServer, person: Person) -> None:
    bungie.mint(person)
    (seal,) = wish(bungie, WISH).seals
    stale, _ = bungie.mint(person, back=0)
    assert str(seal) not in told(world, stale)[0]
    event = world.join(next(iter(world.clans)))
    newcomer = world.person(event.membership_id or "")
    assert str(seal) in told(world, newcomer)[0]


def test_what_is_taken_back_and_comes_again_is_still_had(world: World, bungie: BungieServer, person: Person) -> None:
    found = wish(bungie)
    ((seal,), (exotic,)) = found.seals, found.exotics
    assert (found.title_of(seal), found.exotic(exotic)["name"]) == ("Wayfarer", "Long Tomorrow")
    assert found.gilding_of(seal)
    world.earn_seal(person.membership_id, seal)
    world.find_exotic(person.membership_id, exotic)
    bungie.manifest.restore(world.seasons())
    assert novelties(bungie.manifest.tables, world.catalogue) == Catalogue()
    assert wish(bungie) == found
    assert person.seals[seal].held
    assert exotic in owned_exotics(person)
    second = wish(bungie)
    assert sorted(second.title_of(each) for each in second.seals) == ["Lamplighter", "Wayfarer"]


def test_an_edit_may_bring_them_too(world: World, bungie: BungieServer, person: Person) -> None:
    """A cloak for hunters alone, and a seal that asks for a triumph of another one which is done already."""
    shared = next(r for row in facts.rows("seals") for n, r in enumerate(row["records"]) if _done(person, row, n))
    nodes = bungie.manifest.tables[NODES]
    root, page = nodes[str(ACTIVE_SEALS)]["children"], nodes[str(HUNTERS)]["children"]
    names = {"hasTitle": True, "titlesByGender": {"Male": "Helper"}}
    node = {"completionRecordHash": 902, "children": {"records": [{"recordHash": 903}, {"recordHash": shared}]}}
    edits: dict[str, dict[str, Any]] = {
        COLLECTIBLES: {"901": {"displayProperties": {"name": "Cloak of Now"}, "itemHash": 1}},
        RECORDS: {"902": {"titleInfo": names, "objectiveHashes": [1]}, "903": {"objectiveHashes": [2]}},
        NODES: {
            "904": node,
            str(ACTIVE_SEALS): {
                "children": root | {"presentationNodes": [*root["presentationNodes"], {"presentationNodeHash": 904}]}
            },
            str(HUNTERS): {"children": page | {"collectibles": [*page["collectibles"], {"collectibleHash": 901}]}},
        },
    }
    bungie.manifest.publish(edit=edited(edits))
    assert person.seals[902].done == 2
    with pytest.raises(WorldError, match="could wear Cloak of Now"):
        world.find_exotic(person.membership_id, 901)
    hunter = next(p for p in world.people.values() if not p.private and p.current.class_type == HUNTER)
    world.find_exotic(hunter.membership_id, 901)
    answer = profile_response(hunter, {800}, NOW, world.catalogue)["characterCollectibles"]["data"]
    assert not answer[hunter.current.character_id]["collectibles"]["901"]["state"] & 1
    bungie.manifest.publish(hide=[(RECORDS, 903)])
    assert person.seals[902].done == 2


def _done(person: Person, seal: facts.Row, place: int) -> bool:
    return bool(person.seals[seal["completion"]].done >> place & 1)


def test_both_are_there_after_a_restart(world: World, bungie: BungieServer, person: Person) -> None:
    (seal,) = wish(bungie).seals
    bungie.manifest.publish(hide=[("DestinyActivityDefinition", 604276217)])
    world.earn_seal(person.membership_id, seal)
    again = World.load(world.dump(), Clock())
    restarted = BungieServer(again)
    assert restarted.manifest.tables == bungie.manifest.tables
    assert restarted.manifest.response() == bungie.manifest.response()
    assert again.person(person.membership_id).seals[seal].held
    assert again.catalogue == world.catalogue


@pytest.mark.parametrize(
    "wanted", [7, {}, {"exotic": {"slot": "pocket"}}, {"seal": {"triumphs": 0}}, {"seal": {"triumphs": "x"}}]
)
def test_a_wish_that_cannot_be_is_refused_and_changes_nothing(bungie: BungieServer, wanted: Any) -> None:
    version = bungie.manifest.version
    with pytest.raises(AddError):
        wish(bungie, wanted)
    assert bungie.manifest.version == version
    assert novelties(bungie.manifest.tables, Catalogue()) == Catalogue()
