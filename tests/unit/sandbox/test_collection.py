"""What people of the world own and have earned, and how the simulated profile tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from bot.sandbox import facts
from bot.sandbox.bungie.definitions import all_tables
from bot.sandbox.bungie.faults import Fault
from bot.sandbox.bungie.lies import lie_about_profile
from bot.sandbox.bungie.profiles import profile_response
from bot.sandbox.world import Person, World, WorldError
from bot.sandbox.world.collection import (
    done_catalysts,
    done_triumphs,
    findable,
    open_catalysts,
    open_triumphs,
    owned_exotics,
)
from tests.unit.sandbox.clock import Clock

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
BOTH = {800, 900}
CATALYSTS = {row["hash"] for row in facts.rows("catalysts")}


@pytest.fixture
def world() -> World:
    return World(7, Clock())


@pytest.fixture
def person(world: World) -> Person:
    return next(p for p in world.people.values() if not p.private and len({c.class_type for c in p.characters}) == 2)


def acquired(answer: dict[str, Any]) -> set[int]:
    parts = [answer["profileCollectibles"]["data"], *answer["characterCollectibles"]["data"].values()]
    return {int(key) for part in parts for key, value in part["collectibles"].items() if not value["state"] & 1}


def completed(answer: dict[str, Any]) -> set[int]:
    parts = [answer["profileRecords"]["data"], *answer["characterRecords"]["data"].values()]
    return {int(key) for part in parts for key, value in part["records"].items() if not value["state"] & 4}


def test_profiles_tell_what_the_world_holds(world: World) -> None:
    for person in world.people.values():
        if not person.private:
            answer = profile_response(person, BOTH, NOW)
            assert acquired(answer) == owned_exotics(person), person.name
            assert completed(answer) & CATALYSTS == done_catalysts(person), person.name
            triumphs = {record for row in facts.rows("seals") for record in row["records"]}
            assert completed(answer) & triumphs == done_triumphs(person, world.catalogue), person.name


def test_armour_is_told_by_characters_of_its_class_alone(person: Person) -> None:
    answer = profile_response(person, BOTH, NOW)
    assert not {row["hash"] for row in facts.rows("armor")} & {
        int(key) for key in answer["profileCollectibles"]["data"]["collectibles"]
    }
    classes = {row["hash"]: row["class"] for row in facts.rows("armor")}
    for character in person.characters:
        states = answer["characterCollectibles"]["data"][character.character_id]["collectibles"]
        worn = {classes[int(key)] for key, value in states.items() if not value["state"] & 1}
        assert worn <= {character.class_type}


def test_state_bits_beside_acquired_differ(world: World) -> None:
    answers = [profile_response(p, BOTH, NOW)["profileCollectibles"] for p in world.people.values() if not p.private]
    states = {value["state"] for answer in answers for value in answer["data"]["collectibles"].values()}
    assert {0, 1, 3, 8, 16, 32}.issubset(states)


def test_some_things_are_owned_by_nobody_and_some_by_few(world: World) -> None:
    everyone = [owned_exotics(person) for person in world.people.values()]
    owners = {row["hash"]: sum(row["hash"] in owned for owned in everyone) for row in facts.exotics()}
    assert [row["name"] for row in facts.exotics() if not owners[row["hash"]]] == [
        "Eyes of Tomorrow",
        "Icefall Mantle",
        "Classified",
    ]
    assert 0 < owners[2300465938] < 10


def test_a_find_is_logged_once_and_needs_the_class(world: World, person: Person) -> None:
    found = findable(person, world.catalogue)[0]
    (event,) = world.find_exotic(person.membership_id, found)
    name = facts.exotic_by_hash()[found]["name"]
    assert (event.kind, event.detail) == ("exotic_acquired", {"collectible_hash": found, "name": name})
    assert found in owned_exotics(person)
    assert world.find_exotic(person.membership_id, found) == []
    classes = {character.class_type for character in person.characters}
    foreign = next(row["hash"] for row in facts.rows("armor") if row["class"] not in classes)
    with pytest.raises(WorldError, match="could wear"):
        world.find_exotic(person.membership_id, foreign)
    with pytest.raises(WorldError, match="no exotic has"):
        world.find_exotic(person.membership_id, 5)


def test_catalysts_and_triumphs_advance_in_silence(world: World, person: Person) -> None:
    before = len(world.log)
    catalyst, triumph = open_catalysts(person)[0], open_triumphs(person, world.catalogue)[0]
    world.finish_catalyst(person.membership_id, catalyst)
    world.do_triumph(person.membership_id, triumph)
    assert catalyst in done_catalysts(person)
    assert triumph in done_triumphs(person, world.catalogue)
    assert len(world.log) == before
    for refused in (world.finish_catalyst, world.do_triumph):
        with pytest.raises(WorldError):
            refused(person.membership_id, 5)


def test_a_triumph_of_many_seals_is_done_in_all(world: World, person: Person) -> None:
    shared = next(r for row in facts.rows("seals") for r in row["records"] if len(facts.seals_with(r)) > 1)
    world.do_triumph(person.membership_id, shared)
    assert all(person.seals[completion].done >> place & 1 for completion, place in facts.seals_with(shared))


def test_catalysts_are_for_weapons_of_the_collections() -> None:
    assert all(facts.weapon_of_catalyst(record) is not None for record in CATALYSTS)
    assert len({facts.weapon_of_catalyst(record) for record in CATALYSTS}) == len(CATALYSTS)


def test_what_was_kept_goes_on(world: World, person: Person) -> None:
    world.find_exotic(person.membership_id, findable(person, world.catalogue)[-1])
    world.finish_catalyst(person.membership_id, open_catalysts(person)[0])
    again = World.load(world.dump(), Clock()).person(person.membership_id)
    assert owned_exotics(again) == owned_exotics(person)
    assert done_catalysts(again) == done_catalysts(person)


def test_a_collectible_flickers_and_comes_back(person: Person) -> None:
    answer = profile_response(person, BOTH, NOW)
    for hash_ in Random(1).sample(sorted(owned_exotics(person)), 5):
        lie = Fault("profile", "flicker", options={"hash": hash_})
        assert acquired(answer) - acquired(lie_about_profile(answer, [lie])) == {hash_}
    assert acquired(lie_about_profile(answer, [Fault("profile", "flicker")])) == set()
    assert acquired(answer) == owned_exotics(person)


def test_a_component_may_be_absent_or_switched_off(person: Person) -> None:
    answer = profile_response(person, BOTH, NOW)
    absent = lie_about_profile(answer, [Fault("profile", "absent")])
    assert absent["profileCollectibles"] == absent["characterCollectibles"] == {"privacy": 2}
    assert absent["profileRecords"] == answer["profileRecords"]
    off = lie_about_profile(answer, [Fault("profile", "disabled", options={"component": 900})])
    assert off["profileRecords"] == {"privacy": 2, "disabled": True}
    assert off["profileCollectibles"] == answer["profileCollectibles"]


def test_the_manifest_tells_of_what_people_own() -> None:
    tables = all_tables()
    full, lite = tables["DestinyInventoryItemDefinition"], tables["DestinyInventoryItemLiteDefinition"]
    for row in facts.exotics():
        collectible = tables["DestinyCollectibleDefinition"][str(row["hash"])]
        assert collectible["redacted"] == bool(row.get("redacted"))
        item = full[str(row["itemHash"])]
        if not row.get("redacted"):
            told = [trait for trait in item["traitIds"] if trait.startswith("releases.")]
            assert bool(told) == ("release" in row)
            assert ("traitIds" in lite[str(row["itemHash"])]) != bool(row.get("thin"))
    assert sum(bool(row.get("thin")) for row in facts.exotics()) >= 5


def test_badges_tell_the_expansion_of_what_bears_no_release() -> None:
    tables = all_tables()
    nodes = tables["DestinyPresentationNodeDefinition"]
    for row in facts.exotics():
        if "release" not in row and not row.get("redacted"):
            badges = [nodes[str(parent)]["parentNodeHashes"] for parent in row["parents"] if str(parent) in nodes]
            assert any(498211331 in nodes[str(b)]["parentNodeHashes"] for found in badges for b in found), row["name"]
    for row in facts.rows("collection_nodes"):
        if "completion" in row:
            assert not tables["DestinyRecordDefinition"][str(row["completion"])]["titleInfo"]["hasTitle"]
