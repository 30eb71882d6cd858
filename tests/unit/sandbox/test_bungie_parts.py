"""The parts of the simulated Bungie.net that need no socket: faults, lies, the rate, records, the manifest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import facts
from bot.sandbox.bungie import groups, lies
from bot.sandbox.bungie.faults import Fault, FaultError, Faults, subsystem_of
from bot.sandbox.bungie.manifest import Manifest
from bot.sandbox.bungie.pictures import picture
from bot.sandbox.bungie.profiles import profile_response
from bot.sandbox.bungie.records import WARDEN, completion_record
from bot.sandbox.bungie.requestlog import RateWatch, endpoint_of
from bot.sandbox.world import Person, World
from bot.sandbox.world.catalogue import FACTS
from bot.sandbox.world.model import SealProgress
from tests.unit.sandbox.clock import EVENING, Clock

MMXXI = 1284946259
ROWS: list[dict[str, Any]] = [{"n": n, "isOnline": n % 3 == 0} for n in range(92)]


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, Clock())


@pytest.mark.parametrize(
    ("path", "subsystem"),
    [
        ("/Platform/GroupV2/1/Members/", "members"),
        ("/Platform/GroupV2/1/", "groups"),
        ("/Platform/GroupV2/User/3/4/0/1/", "groups"),
        ("/Platform/Destiny2/3/Profile/4/", "profile"),
        ("/Platform/Destiny2/3/Profile/4/LinkedProfiles/", "profile"),
        ("/Platform/Destiny2/Manifest/", "manifest"),
        ("/common/destiny2_content/json/en/X.json", "manifest"),
        ("/Platform/Settings/", "settings"),
        ("/Platform/Destiny2/SearchDestinyPlayerByBungieName/-1/", "search"),
        ("/Platform/Destiny2/3/Account/4/Character/5/Stats/Activities/", "history"),
        ("/Platform/Destiny2/Stats/PostGameCarnageReport/1/", "reports"),
        ("/img/x.png", "other"),
    ],
)
def test_each_path_belongs_to_a_subsystem(path: str, subsystem: str) -> None:
    assert subsystem_of(path) == subsystem


def test_a_fault_is_used_up_by_times() -> None:
    faults = Faults(lambda: 0.0)
    faults.add({"subsystem": "members", "fault": "empty", "times": 2})
    assert faults.take("/Platform/Settings/") == []
    path = "/Platform/GroupV2/1/Members/"
    assert [len(faults.take(path)) for _ in range(3)] == [1, 1, 0]
    assert faults.active() == []


def test_a_fault_ends_with_its_seconds() -> None:
    time = [100.0]
    faults = Faults(lambda: time[0])
    faults.add({"fault": "html503", "seconds": 5})
    assert faults.take("/Platform/Settings/")
    time[0] = 105.0
    assert faults.take("/Platform/Settings/") == []


def test_a_fault_can_be_for_one_member_or_clan() -> None:
    faults = Faults(lambda: 0.0)
    faults.add({"fault": "code", "code": 1618, "membership_id": 44})
    faults.add({"fault": "error5", "group_id": "7"})
    assert len(faults.take("/Platform/Destiny2/3/Profile/44/")) == 1
    assert faults.take("/Platform/Destiny2/3/Profile/444/") == []
    assert [fault.kind for fault in faults.take("/Platform/GroupV2/7/Members/")] == ["error5"]


@pytest.mark.parametrize(
    "body",
    [
        {"fault": "fire"},
        {"fault": "empty", "subsystem": "moon"},
        {"fault": "code"},
        {"subsystem": "all"},
        {"fault": "latency", "delay": "x"},
    ],
)
def test_senseless_faults_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        Faults(lambda: 0.0).add(body)


def test_pages_are_of_fifty_and_numbered_from_one() -> None:
    first, second, third = (groups.members_page(ROWS, page) for page in (1, 2, 3))
    assert [len(page["results"]) for page in (first, second, third)] == [50, 42, 0]
    assert [page["hasMore"] for page in (first, second, third)] == [True, False, False]
    assert first["totalResults"] == second["totalResults"] == 92
    assert groups.members_page(ROWS[:50], 1)["hasMore"] is False


def _lied(kind: str, asked: int = 1, **options: Any) -> dict[str, Any]:
    return lies.lie_about_members(groups.members_page(ROWS, asked), asked, [Fault("members", kind, options=options)])


def test_lies_about_members() -> None:
    assert _lied("lose_page")["hasMore"] is False
    assert _lied("lose_page")["totalResults"] == 92
    assert _lied("lose_page", 1, variant="missing")["results"] == ROWS[:50]
    assert _lied("lose_page", 2, variant="missing")["results"] == []
    assert _lied("lose_page", 1, variant="missing", page=1)["hasMore"] is True
    empty = _lied("empty")
    assert (empty["results"], empty["totalResults"], empty["hasMore"]) == ([], 0, False)
    short = _lied("short", 2, count=5)
    assert (len(short["results"]), short["totalResults"]) == (37, 92)
    assert _lied("short", 2, count=5, total="short")["totalResults"] == 87
    assert {row["isOnline"] for row in _lied("blind")["results"]} == {False}
    assert _lied("duplicate_row")["results"] == [*ROWS[:50], ROWS[0]]


def test_the_rate_is_250_in_ten_seconds_for_each_source() -> None:
    watch = RateWatch()
    assert not any(watch.over("a", second / 25) for second in range(250))
    assert watch.over("a", 9.99)
    assert not watch.over("b", 9.99)
    assert not watch.over("a", 11.0)


def test_endpoints_are_counted_without_their_numbers() -> None:
    assert endpoint_of("/Platform/Destiny2/3/Profile/46/") == "/Platform/Destiny2/{}/Profile/{}/"
    assert endpoint_of("/common/destiny2_content/json/en/A-1.json") == "/common/destiny2_content/json/"


def test_completion_records_tell_what_is_held_and_what_is_done() -> None:
    seal = facts.seal_by_completion()[MMXXI]
    places = FACTS.base_places(MMXXI)
    almost = sum(1 << place for place in places[:27])
    assert (FACTS.needed_for(MMXXI), len(places)) == (28, 30)
    assert completion_record(seal, SealProgress(done=almost), FACTS)["state"] == 4
    done = completion_record(seal, SealProgress(done=almost | 1 << places[27]), FACTS)
    assert done["state"] == 0
    assert done["objectives"][0] | {"objectiveHash": 0} == {
        "objectiveHash": 0,
        "progress": 28,
        "completionValue": 28,
        "complete": True,
        "visible": True,
    }
    assert (
        completion_record(seal, SealProgress(done=(1 << 30) - 1, redeemed=True, equippable=True), FACTS)["state"] == 65
    )


def test_records_for_gilding_do_not_count_for_the_title() -> None:
    conqueror = facts.seal_by_completion()[3464275895]
    assert len(conqueror["records"]) == 10
    assert FACTS.needed_for(conqueror["completion"]) == 4


def test_what_the_profile_says_of_seals_is_what_the_world_holds(world: World) -> None:
    """Read back as a client must: both scopes, bits 1 and 64, completedCount of the gilding record."""
    for person in world.people.values():
        if not person.private:
            answer = profile_response(person, {900}, EVENING)
            assert _held(answer) == {h for h, progress in person.seals.items() if progress.held}
            assert _gilded(answer) == {h: p.gilded for h, p in person.seals.items() if p.gilded}


def _held(answer: dict[str, Any]) -> set[int]:
    scopes = [answer["profileRecords"]["data"], *answer["characterRecords"]["data"].values()]
    records = [(int(key), record) for scope in scopes for key, record in scope["records"].items()]
    return {key for key, record in records if key in facts.seal_by_completion() and record["state"] & 65}


def _gilded(answer: dict[str, Any]) -> dict[int, int]:
    records = answer["profileRecords"]["data"]["records"]
    counters = {c: str(facts.gilding_of(c)) for c in facts.seal_by_completion() if facts.gilding_of(c)}
    counts = {c: records[key].get("completedCount", 0) for c, key in counters.items() if key in records}
    return {completion: count for completion, count in counts.items() if count}


def test_one_title_is_known_to_characters_alone(world: World) -> None:
    holder = next(p for p in world.people.values() if p.seals[WARDEN].held and not p.private)
    answer = profile_response(holder, {900}, EVENING)
    assert str(WARDEN) not in answer["profileRecords"]["data"]["records"]
    assert str(WARDEN) in answer["characterRecords"]["data"][holder.characters[0].character_id]["records"]


def test_private_progression_hides_data_and_nothing_else(world: World) -> None:
    person = next(person for person in world.people.values() if person.private)
    answer = profile_response(person, {100, 104, 200, 204, 800, 900, 1000}, EVENING)
    without = {name for name, part in answer.items() if isinstance(part, dict) and "data" not in part}
    assert without == {
        "profileProgression",
        "characterActivities",
        "profileCollectibles",
        "characterCollectibles",
        "profileRecords",
        "characterRecords",
        "profileTransitoryData",
    }
    assert all(answer[name] == {"privacy": 2} for name in without)


def _activity(person: Person) -> dict[str, Any]:
    answer = profile_response(person, {204}, EVENING)["characterActivities"]["data"]
    activity: dict[str, Any] = answer[person.current.character_id]
    return activity


def test_orbit_offline_and_a_match_look_as_they_do(world: World) -> None:
    person = next(person for person in world.people.values() if not person.private and not person.online)
    person.current.activity = None
    assert _activity(person)["currentActivityHash"] == 0
    assert "data" not in profile_response(person, {1000}, EVENING)["profileTransitoryData"]
    world.set_online(person.membership_id)
    orbit = _activity(person)
    assert (orbit["currentActivityHash"], orbit["currentActivityModeHash"]) == (82913930, 2166136261)
    assert "currentActivityModeType" not in orbit
    world.set_online(person.membership_id, 604276217)
    match = _activity(person)
    assert (match["currentActivityModeType"], match["currentPlaylistActivityHash"]) == (10, 3176544780)
    assert "data" in profile_response(person, {1000}, EVENING)["profileTransitoryData"]


def test_only_the_components_asked_for_are_there(world: World) -> None:
    person = next(iter(world.people.values()))
    assert set(profile_response(person, {100, 4711}, EVENING)) == {"responseMintedTimestamp", "profile"}
    assert "secondaryComponentsMintedTimestamp" in profile_response(person, {900}, EVENING)


def test_a_new_manifest_has_a_new_version_and_new_paths() -> None:
    manifest = Manifest(facts.rows("seasons"))
    before = manifest.response()
    old = before["jsonWorldComponentContentPaths"]["en"]["DestinyActivityDefinition"]
    version = manifest.publish(hide=[("DestinyActivityDefinition", 604276217)])
    new = manifest.response()["jsonWorldComponentContentPaths"]["en"]["DestinyActivityDefinition"]
    assert version != before["version"]
    assert new != old
    assert "604276217" in json.loads(manifest.file(old) or b"{}")
    assert "604276217" not in json.loads(manifest.file(new) or b"{}")
    for _ in range(3):
        manifest.restore(facts.rows("seasons"))
    assert manifest.file(old) is None
    restored = manifest.response()["jsonWorldComponentContentPaths"]["de"]["DestinyActivityDefinition"]
    assert "604276217" in json.loads(manifest.file(restored) or b"{}")


def test_every_hash_that_is_served_has_a_definition() -> None:
    tables = Manifest(facts.rows("seasons")).tables
    spots = facts.rows("spots")
    for row in spots:
        assert str(row["hash"]) in tables["DestinyActivityDefinition"]
    nodes = tables["DestinyPresentationNodeDefinition"]
    for root in ("616318467", "1881970629"):
        for child in nodes[root]["children"]["presentationNodes"]:
            seal = nodes[str(child["presentationNodeHash"])]
            title = tables["DestinyRecordDefinition"][str(seal["completionRecordHash"])]
            assert title["titleInfo"]["hasTitle"]
            assert all(str(r["recordHash"]) in tables["DestinyRecordDefinition"] for r in seal["children"]["records"])
    types = tables["DestinyActivityTypeDefinition"]
    assert all(str(a["activityTypeHash"]) in types for a in tables["DestinyActivityDefinition"].values())


def test_pictures_are_png_and_differ_by_path() -> None:
    assert picture("/img/a.png").startswith(b"\x89PNG\r\n\x1a\n")
    assert picture("/img/a.png") != picture("/img/b.png")
    assert picture("/img/a.png") == picture("/img/a.png")
