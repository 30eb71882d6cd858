"""The simulated Bungie.net's matches over real sockets: histories, account sums, reports, items, and their faults."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox import facts
from bot.sandbox.app import Sandbox
from bot.sandbox.bungie.answers import pack
from bot.sandbox.bungie.history import history_response, played_by
from bot.sandbox.world import Person, World
from bot.sandbox.world.matches.model import Match, Seat
from tests.e2e.sandbox_caller import Answer, Caller
from tests.openapi import BungieValidator, bungie_validator
from tests.unit.sandbox.clock import Clock

ACE = 347366834


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared(clock: Clock) -> AsyncIterator[Sandbox]:
    """One world with four years of matches for all tests here; each plays its own on top."""
    async with Sandbox(seed=7, live=False, now=clock, matches="demo") as sandbox:
        sandbox.bungie.rate.limit = None
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    shared.bungie.faults.clear()
    return shared


@pytest_asyncio.fixture(loop_scope="session")
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as http:
        yield Caller(sandbox, http)


@pytest.fixture(scope="module")
def veteran(shared: Sandbox) -> Person:
    """Who has played most of all that are not private, and the character that they played most."""
    people = [person for person in shared.world.people.values() if not person.private]
    return max(people, key=lambda p: len(shared.world.matches.meetings_of(p.membership_id)))


@pytest.fixture
def match(sandbox: Sandbox, veteran: Person) -> Match:
    """One that has ended just now, with a fireteam of three."""
    mates = [p.membership_id for p in sandbox.world.people.values() if p is not veteran][:2]
    kills = {veteran.membership_id: {ACE: (12, 7)}}
    return sandbox.world.play_match("control", [veteran.membership_id, *mates], kills=kills)


def history_path(person: Person, query: str = "", character: str = "") -> str:
    place = f"{person.membership_type}/Account/{person.membership_id}"
    return f"/Platform/Destiny2/{place}/Character/{character or person.current.character_id}/Stats/Activities/{query}"


def account_path(person: Person) -> str:
    return f"/Platform/Destiny2/{person.membership_type}/Account/{person.membership_id}/Stats/"


def report_path(instance_id: str) -> str:
    return f"/Platform/Destiny2/Stats/PostGameCarnageReport/{instance_id}/"


async def report(caller: Caller, instance_id: str) -> Answer:
    return await caller.get(report_path(instance_id), caller.sandbox.stats_url)


async def whole_history(caller: Caller, person: Person, character: str, query: str = "") -> list[Any]:
    rows: list[Any] = []
    for page in range(100):
        answer = await caller.get(history_path(person, f"?count=250&page={page}{query}", character))
        if answer.response == {}:
            return rows
        rows += answer.response["activities"]
    raise AssertionError("a history without an end")


def ids_of(rows: list[Any]) -> list[str]:
    return [row["activityDetails"]["instanceId"] for row in rows]


async def test_a_whole_history_newest_first(caller: Caller, sandbox: Sandbox, veteran: Person) -> None:
    characters = [c.character_id for c in [*veteran.characters, *sandbox.world.matches.deleted(veteran)]]
    seen = {character: await whole_history(caller, veteran, character) for character in characters}
    for rows in seen.values():
        periods = [row["period"] for row in rows]
        assert periods == sorted(periods, reverse=True)
        assert len(set(ids_of(rows))) == len(rows)
    found = {id_ for rows in seen.values() for id_ in ids_of(rows)}
    assert found == {str(meeting.id) for meeting in sandbox.world.matches.meetings_of(veteran.membership_id)}


async def test_a_history_by_mode_and_page(caller: Caller, veteran: Person) -> None:
    character = veteran.current.character_id
    everything = await whole_history(caller, veteran, character)
    crucible = await whole_history(caller, veteran, character, "&mode=5")
    assert ids_of(crucible) == [
        i for i, row in zip(ids_of(everything), everything, strict=True) if 5 in row["activityDetails"]["modes"]
    ]
    first = (await caller.get(history_path(veteran))).response["activities"]
    assert ids_of(first) == ids_of(everything)[:25]
    third = (await caller.get(history_path(veteran, "?count=7&page=2"))).response["activities"]
    assert ids_of(third) == ids_of(everything)[14:21]


@pytest.mark.parametrize(
    ("query", "code"), [("?count=251", 8), ("?count=0", 8), ("?page=-1", 8), ("?mode=x", 7), ("?page=1.5", 7)]
)
async def test_questions_that_make_no_sense(caller: Caller, veteran: Person, query: str, code: int) -> None:
    assert (await caller.get(history_path(veteran, query))).code == code


async def test_histories_that_are_not_shown(caller: Caller, sandbox: Sandbox, veteran: Person) -> None:
    private = next(person for person in sandbox.world.people.values() if person.private)
    assert (await caller.get(history_path(private))).code == 1665
    assert (await caller.get(account_path(private))).code == 1665
    assert (await caller.get(history_path(veteran, character="2305843009999999999"))).code == 1620
    stranger = f"/Platform/Destiny2/3/Account/4611686018429999999/Character/{veteran.current.character_id}"
    assert (await caller.get(f"{stranger}/Stats/Activities/")).code == 1601


async def test_account_stats_name_deleted_characters(caller: Caller, sandbox: Sandbox) -> None:
    matches = sandbox.world.matches
    person = next(p for p in sandbox.world.people.values() if not p.private and matches.deleted(p))
    rows = (await caller.get(account_path(person))).response["characters"]
    assert [row["characterId"] for row in rows if not row["deleted"]] == [c.character_id for c in person.characters]
    [gone] = [row["characterId"] for row in rows if row["deleted"]]
    entered = [row["merged"].get("allTime", {}).get("activitiesEntered", {"basic": {"value": 0}}) for row in rows]
    counts = [len(await whole_history(caller, person, row["characterId"])) for row in rows]
    assert [int(one["basic"]["value"]) for one in entered] == counts
    assert (await caller.get(history_path(person, character=gone))).code == 1


async def test_a_row_of_history_says_what_the_report_says(caller: Caller, match: Match, veteran: Person) -> None:
    row = (await caller.get(history_path(veteran))).response["activities"][0]
    body = (await report(caller, match.instance_id)).response
    [entry] = [e for e in body["entries"] if e["player"]["destinyUserInfo"]["membershipId"] == veteran.membership_id]
    assert (row["period"], row["activityDetails"]) == (body["period"], body["activityDetails"])
    assert {name: value["basic"] for name, value in row["values"].items()} == {
        name: value["basic"] for name, value in entry["values"].items()
    }
    assert all(value["statId"] == name for name, value in row["values"].items())
    assert row["values"]["kills"]["basic"] == {"value": 12.0, "displayValue": "12"}


async def test_a_report_tells_the_truth(caller: Caller, sandbox: Sandbox, match: Match, veteran: Person) -> None:
    body = (await report(caller, match.instance_id)).response
    told = {
        (entry["player"]["destinyUserInfo"]["membershipId"], weapon["referenceId"]): (
            int(weapon["values"]["uniqueWeaponKills"]["basic"]["value"]),
            int(weapon["values"]["uniqueWeaponPrecisionKills"]["basic"]["value"]),
        )
        for entry in body["entries"]
        for weapon in entry.get("extended", {}).get("weapons", [])
    }
    assert told == {(e.membership_id, use.weapon): use[1:] for e in match.entries for use in e.weapons}
    assert told[veteran.membership_id, ACE] == (12, 7)
    assert [team["teamName"] for team in body["teams"]] == ["Alpha", "Bravo"]
    clan = sandbox.world.clan(veteran.group_id or "")
    mine = body["entries"][0]["player"]
    assert (mine["clanName"], mine["clanTag"]) == (clan.name, clan.callsign)


async def test_where_reports_are_and_where_not(caller: Caller, sandbox: Sandbox, match: Match, veteran: Person) -> None:
    moved = await caller.get(report_path(match.instance_id))
    assert (moved.status, moved.headers["Location"]) == (301, sandbox.stats_url + report_path(match.instance_id))
    plain = await caller.get(report_path(match.instance_id), sandbox.stats_url, Accept_Encoding="identity")
    packed = await report(caller, match.instance_id)
    assert "Content-Encoding" not in plain.headers
    assert (packed.headers["Content-Encoding"], packed.json) == ("gzip", plain.json)
    coming = sandbox.world.play_match("control", [veteran.membership_id], start=sandbox.world.now(), seconds=300)
    assert (await report(caller, coming.instance_id)).code == 1653
    assert (await report(caller, "x")).code == 7


async def test_faults_of_history_and_reports(caller: Caller, sandbox: Sandbox, match: Match, veteran: Person) -> None:
    faults = sandbox.bungie.faults
    faults.add({"subsystem": "history", "fault": "late", "delay": 60, "membership_id": veteran.membership_id})
    assert match.instance_id not in ids_of((await caller.get(history_path(veteran))).response["activities"])
    faults.clear()
    faults.add({"subsystem": "history", "fault": "private", "times": 1})
    assert [(await caller.get(account_path(veteran))).code for _ in range(2)] == [1665, 1]
    faults.add({"subsystem": "reports", "fault": "late", "delay": 60, "instance_id": match.instance_id})
    assert (await report(caller, match.instance_id)).code == 1653
    faults.clear()
    faults.add({"subsystem": "reports", "fault": "swapped", "times": 1})
    other = (await report(caller, match.instance_id)).response
    assert other["activityDetails"]["instanceId"] != match.instance_id
    faults.add({"subsystem": "reports", "fault": "truncated", "times": 1})
    assert not (await report(caller, match.instance_id)).raw.endswith(b"}")
    assert (await report(caller, match.instance_id)).response["activityDetails"]["instanceId"] == match.instance_id


async def test_items_are_whole_in_the_full_table(caller: Caller, sandbox: Sandbox) -> None:
    tables = sandbox.bungie.manifest.tables
    lite, full = tables["DestinyInventoryItemLiteDefinition"], tables["DestinyInventoryItemDefinition"]
    assert set(lite) == set(full)
    weapons = {key: item for key, item in lite.items() if item["itemType"] == 3 and not item["redacted"]}
    thin = [key for key, item in weapons.items() if "defaultDamageType" not in item]
    assert 1 < len(thin) < 10
    for key in thin:
        answer = await caller.get(f"/Platform/Destiny2/Manifest/DestinyInventoryItemDefinition/{key}/")
        assert (
            answer.response["inventory"]["bucketTypeHash"] == answer.response["equippingBlock"]["equipmentSlotTypeHash"]
        )
    ace = full[str(ACE)]
    assert (ace["itemType"], ace["itemSubType"], ace["itemTypeDisplayName"]) == (3, 9, "Hand Cannon")
    assert (ace["inventory"]["bucketTypeHash"], ace["defaultDamageType"], ace["inventory"]["tierType"]) == (
        1498876634,
        1,
        6,
    )
    indexes = [item["index"] for item in full.values()]
    assert indexes == sorted(set(indexes))


async def test_a_weapon_that_the_manifest_learns_of_late(caller: Caller, sandbox: Sandbox) -> None:
    [unborn] = [row["hash"] for row in facts.rows("weapons") if row.get("unborn")]
    path = f"/Platform/Destiny2/Manifest/DestinyInventoryItemDefinition/{unborn}/"
    assert (await caller.get(path)).code == 21
    before = sandbox.bungie.manifest.version
    assert (await caller.control("POST", "/sandbox/manifest", {"reveal": True})).json["version"] != before
    assert (await caller.get(path)).response["hash"] == unborn
    await caller.control("POST", "/sandbox/manifest", {"restore": True})


async def test_the_truth_by_the_control_api(caller: Caller, sandbox: Sandbox, veteran: Person) -> None:
    order = {"members": [veteran.membership_id], "mode": "trials", "kills": {veteran.membership_id: {ACE: [9, 4]}}}
    made = (await caller.control("POST", "/sandbox/world/match", order | {"ended_seconds_ago": 120})).json
    listed = (await caller.control("GET", f"/sandbox/matches?member={veteran.membership_id}&limit=1000")).json
    assert made["instance_id"] in {row["instance_id"] for row in listed["matches"]} or listed["total"] > 1000
    shown = (await caller.control("GET", f"/sandbox/matches/{made['instance_id']}")).json
    assert shown == made
    since = made["period"].replace("+00:00", "Z")
    path = f"/sandbox/totals?member={veteran.membership_id}&mode=84&since={since}"
    totals = (await caller.control("GET", path)).json
    assert totals["weapons"] == [{"weapon_hash": ACE, "kills": 9, "precision_kills": 4}]
    assert (totals["matches"], totals["kills"], totals["weapon_kills"]) == (1, 9, 9)
    wrong = await caller.control("POST", "/sandbox/world/match", {"members": ["12"], "mode": "trials"})
    assert (wrong.status, wrong.json["error"]) == (400, "there is nobody with the membership id 12")
    missing = await caller.control("POST", "/sandbox/world/match", {"mode": "trials"})
    assert (missing.status, missing.json["error"]) == (400, "members: is missing")
    assert (await caller.control("GET", "/sandbox/matches/1")).status == 404


async def test_many_matches_by_the_control_api(caller: Caller, sandbox: Sandbox) -> None:
    body = {"count": 50, "since": "2026-11-20", "until": "2026-11-21", "kinds": ["raid"], "warm": True}
    made = (await caller.control("POST", "/sandbox/world/fill", body)).json["instance_ids"]
    assert len(made) == 50
    assert (await report(caller, made[0])).response["activityDetails"]["modes"] == [7, 4]
    assert (await caller.control("POST", "/sandbox/world/fill", {"count": 5})).json == {"error": "since: is missing"}


async def test_a_season_that_turns(caller: Caller, sandbox: Sandbox) -> None:
    async def now_on() -> int:
        core: dict[str, Any] = (await caller.get("/Platform/Settings/")).response["destiny2CoreSettings"]
        table = sandbox.bungie.manifest.tables["DestinySeasonDefinition"]
        assert all(str(hash_) in table for hash_ in core["futureSeasonHashes"])
        return int(table[str(core["currentSeasonHash"])]["seasonNumber"])

    before, version = await now_on(), sandbox.bungie.manifest.version
    turned = (await caller.control("POST", "/sandbox/world/season")).json
    assert turned["version"] == sandbox.bungie.manifest.version != version
    assert await now_on() == before + 1


async def test_matches_cost_little(sandbox: Sandbox, veteran: Person) -> None:
    """Processor time with a wide margin: a page of 250 rows takes about 15 ms, a report under 1 ms, a start 30 ms."""
    book, now = sandbox.world.matches, int(sandbox.world.now().timestamp())
    seat = Seat(veteran.membership_id, veteran.current.character_id)
    began = time.process_time()
    rows = pack(history_response(book, seat, played_by(book, seat, 0, now)[:250]))
    page = time.process_time() - began
    matches = [book.match(str(meeting.id)) for meeting in book.everything()[:200]]
    reports = [sandbox.bungie.matches.packed_report(match) for match in matches if match]
    report = (time.process_time() - began - page) / len(reports)
    began = time.process_time()
    World(8, sandbox.world.now, matches="demo")
    assert (page < 0.06, report < 0.004, time.process_time() - began < 0.15) == (True, True, True)
    assert len(rows) > 10_000


async def test_all_of_it_is_as_published(caller: Caller, sandbox: Sandbox, match: Match, veteran: Person) -> None:
    validator: BungieValidator = bungie_validator()
    paths = [account_path(veteran), history_path(veteran, "?count=250"), history_path(veteran, "?page=999")]
    paths += [account_path(person) for person in list(sandbox.world.people.values())[:12]]
    for path in paths:
        validator.validate(path, (await caller.get(path)).json)
    for meeting in sandbox.world.matches.everything()[::400]:
        path = report_path(str(meeting.id))
        validator.validate(path, (await report(caller, str(meeting.id))).json)
    for item in sandbox.bungie.manifest.tables["DestinyInventoryItemDefinition"].values():
        validator.validate_type("Destiny.Definitions.DestinyInventoryItemDefinition", _documented(item))


def _documented(item: dict[str, Any]) -> dict[str, Any]:
    """A definition without the two keys that real ones have, though the document knows nothing of them."""
    known = {key: value for key, value in item.items() if key != "blacklisted"}
    inventory = known.get("inventory", {})
    return known | {"inventory": {key: inventory[key] for key in inventory if key != "nonTransferrableOriginal"}}
