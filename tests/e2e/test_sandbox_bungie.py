"""The simulated Bungie.net over real sockets: what it answers, what it refuses, and how it breaks."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.app import Sandbox
from bot.sandbox.bungie.requestlog import RateWatch
from bot.sandbox.world import Person
from tests.e2e.sandbox_caller import Answer, Caller
from tests.openapi import BungieValidator, bungie_validator
from tests.unit.sandbox.clock import Clock

EVERYTHING = "100,104,200,204,700,800,900,1000"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(seed=7, live=False, now=clock) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def caller(sandbox: Sandbox) -> AsyncIterator[Caller]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Caller(sandbox, http)


@pytest.fixture
def clan(sandbox: Sandbox) -> str:
    return sandbox.clan_ids[0]


@pytest.fixture
def member(sandbox: Sandbox, clan: str) -> Person:
    return next(p for p in sandbox.world.members(clan) if not p.private and not p.online and p.habit)


def profile_path(person: Person, components: str) -> str:
    kind, id_ = person.membership_type, person.membership_id
    return f"/Platform/Destiny2/{kind}/Profile/{id_}/?components={components}"


def members_path(clan: str, page: int = 1) -> str:
    return f"/Platform/GroupV2/{clan}/Members/?currentpage={page}"


async def test_a_clan_and_all_pages_of_its_members(caller: Caller, sandbox: Sandbox, clan: str) -> None:
    group = (await caller.get(f"/Platform/GroupV2/{clan}/")).response
    rows, page = [], 1
    while True:
        answer = (await caller.get(members_path(clan, page))).response
        rows += answer["results"]
        if not answer["hasMore"]:
            break
        page += 1
    assert page == 2
    assert group["detail"]["memberCount"] == answer["totalResults"] == len(rows) == 92
    assert group["founder"]["destinyUserInfo"]["membershipId"] == rows[0]["destinyUserInfo"]["membershipId"]
    expected = [person.membership_id for person in sandbox.world.members(clan)]
    assert [row["destinyUserInfo"]["membershipId"] for row in rows] == expected
    assert any("bungieNetUserInfo" not in row for row in rows)
    assert any("bungieGlobalDisplayName" not in row["destinyUserInfo"] for row in rows)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/Platform/GroupV2/4107201/Members/", 18),
        ("/Platform/GroupV2/4107201/Members/?currentpage=0", 18),
        ("/Platform/GroupV2/4107201/Members/?currentpage=one", 7),
        ("/Platform/GroupV2/99/", 622),
        ("/Platform/GroupV2/nonsense/", 7),
        ("/Platform/Destiny2/3/Profile/4611686018000000000/?components=100", 1601),
        ("/Platform/Destiny2/254/Profile/4611686018000000000/?components=100", 18),
        ("/Platform/Destiny2/3/Profile/me/?components=100", 7),
        ("/Platform/Destiny2/3/Profile/4611686018000000000/", 18),
        ("/Platform/Destiny2/3/Profile/4611686018000000000/?components=Dragons", 7),
        ("/Platform/GroupV2/User/3/4611686018000000000/0/1/", 1601),
    ],
)
async def test_bad_questions_have_their_codes(caller: Caller, path: str, code: int) -> None:
    answer = await caller.get(path)
    assert answer.code == code
    assert "Response" not in answer.json


async def test_an_account_is_found_on_its_own_platform_only(caller: Caller, member: Person) -> None:
    other = 1 if member.membership_type != 1 else 2
    wrong = f"/Platform/Destiny2/{other}/Profile/{member.membership_id}/?components=100"
    assert (await caller.get(wrong)).code == 1601
    assert (await caller.get(profile_path(member, "100"))).code == 1
    assert (await caller.get(profile_path(member, "Profiles"))).code == 1


async def test_a_group_that_is_no_clan_says_so(caller: Caller) -> None:
    detail = (await caller.get("/Platform/GroupV2/2810345/")).response["detail"]
    assert detail["groupType"] == 0
    assert "clanInfo" not in detail


async def test_refusals_before_the_question(caller: Caller) -> None:
    path = "/Platform/Settings/"
    blocked = await caller.get(path, User_Agent="")
    assert blocked.status == 403
    assert blocked.headers["Content-Type"].startswith("text/html")
    assert (await caller.get(path, X_API_Key="")).code == 2102
    assert (await caller.get(path, X_API_Key="wrong")).code == 2101
    origin = await caller.get(path, Origin="https://example.org")
    assert (origin.code, origin.json["MessageData"]) == (2107, {"Origin": "https://example.org"})
    moved = await caller.get("/Platform/Settings?a=1")
    assert (moved.status, moved.headers["Location"]) == (301, "/Platform/Settings/?a=1")
    assert (await caller.get("/Platform/Nothing/Here/")).status == 404
    assert [row["what"] for row in caller.sandbox.bungie.log.violations] == ["no User-Agent"]


async def test_too_many_requests_are_throttled_and_remembered(caller: Caller) -> None:
    codes = [(await caller.get("/Platform/Settings/")) for _ in range(260)]
    throttled = [answer for answer in codes if answer.code == 51]
    assert len(throttled) == 10
    assert throttled[0].json["ThrottleSeconds"] == 10
    assert throttled[0].json["MessageData"] == {"MaximumRequestsPerSecond": "25"}
    assert len(caller.sandbox.bungie.log.violations) == 10


async def test_reports_live_on_the_other_host(caller: Caller, sandbox: Sandbox) -> None:
    path = "/Platform/Destiny2/Stats/PostGameCarnageReport/9999999999/"
    moved = await caller.get(path)
    assert (moved.status, moved.headers["Location"]) == (301, sandbox.stats_url + path)
    assert (await caller.get(path, sandbox.stats_url)).code == 1653
    assert (await caller.get("/Platform/Settings/", sandbox.stats_url)).status == 404


async def test_answers_are_compressed_for_those_who_ask(caller: Caller, clan: str) -> None:
    plain = await caller.get(members_path(clan), Accept_Encoding="identity")
    packed = await caller.get(members_path(clan), Accept_Encoding="gzip")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json == plain.json


async def test_a_member_who_logs_in_and_out(caller: Caller, sandbox: Sandbox, member: Person, clock: Clock) -> None:
    before = (await caller.get(profile_path(member, "200,204,1000"))).response
    assert "data" not in before["profileTransitoryData"]
    sandbox.world.set_online(member.membership_id, 604276217)
    clock.go(minutes=3)
    during = (await caller.get(profile_path(member, "100,204,1000"))).response
    assert during["profileTransitoryData"]["data"]["currentActivity"]["startTime"] == "2026-11-24T20:00:00Z"
    hashes = [part["currentActivityHash"] for part in during["characterActivities"]["data"].values()]
    assert 604276217 in hashes
    assert during["responseMintedTimestamp"] == "2026-11-24T20:03:00Z"
    sandbox.world.set_offline(member.membership_id)
    after = (await caller.get(profile_path(member, "100,1000"))).response
    assert "data" not in after["profileTransitoryData"]
    assert after["profile"]["data"]["dateLastPlayed"] == "2026-11-24T20:03:00Z"


async def test_profiles_may_be_cached_for_a_while(
    caller: Caller, sandbox: Sandbox, member: Person, clock: Clock
) -> None:
    sandbox.bungie.profile_cache = timedelta(seconds=60)
    first = (await caller.get(profile_path(member, "1000"))).response
    sandbox.world.set_online(member.membership_id)
    clock.go(seconds=59)
    assert (await caller.get(profile_path(member, "1000"))).response == first
    clock.go(seconds=1)
    assert "data" in (await caller.get(profile_path(member, "1000"))).response["profileTransitoryData"]


async def test_where_a_leaver_went(caller: Caller, sandbox: Sandbox, member: Person, clan: str) -> None:
    path = f"/Platform/GroupV2/User/{member.membership_type}/{member.membership_id}/0/1/"
    assert (await caller.get(path)).response["results"][0]["group"]["groupId"] == clan
    sandbox.world.switch(member.membership_id, sandbox.clan_ids[1])
    assert (await caller.get(path)).response["results"][0]["group"]["groupId"] == sandbox.clan_ids[1]
    sandbox.world.leave(member.membership_id)
    assert (await caller.get(path)).response["results"] == []
    sandbox.bungie.faults.add({"subsystem": "groups", "fault": "stale", "times": 1})
    assert (await caller.get(path)).response["results"][0]["group"]["groupId"] == sandbox.clan_ids[1]


async def test_the_manifest_and_its_files(caller: Caller) -> None:
    manifest = (await caller.get("/Platform/Destiny2/Manifest/")).response
    paths = manifest["jsonWorldComponentContentPaths"]["en"]
    tables = {name: (await caller.get(path, X_API_Key="")).json for name, path in paths.items()}
    assert tables["DestinyActivityDefinition"]["604276217"]["displayProperties"]["name"] == "Javelin-4"
    assert tables["DestinyClassDefinition"]["671679327"]["displayProperties"]["name"] == "Hunter"
    assert all(str(row["hash"]) == key for table in tables.values() for key, row in table.items())
    version = (await caller.control("POST", "/sandbox/manifest")).json["version"]
    assert version != manifest["version"]
    fresh = (await caller.get("/Platform/Destiny2/Manifest/")).response
    assert fresh["version"] == version
    assert set(fresh["jsonWorldComponentContentPaths"]["en"].values()).isdisjoint(paths.values())
    assert (await caller.get(paths["DestinyRecordDefinition"].replace("-", "-0"))).status == 404


async def test_people_are_found_by_their_name(caller: Caller, member: Person) -> None:
    path = "/Platform/Destiny2/SearchDestinyPlayerByBungieName/-1/"
    body = {"displayName": (member.global_name or "").upper(), "displayNameCode": member.code}
    [card] = (await caller.post(path, body)).response
    assert card["membershipId"] == member.membership_id
    assert (await caller.post(path, body | {"displayName": "Nobody At All"})).response == []
    assert (await caller.post(path, {"displayName": "x"})).code == 18


async def _refused(caller: Caller, fault: dict[str, Any]) -> Answer:
    caller.sandbox.bungie.faults.clear()
    caller.sandbox.bungie.faults.add(fault)
    return await caller.get("/Platform/Settings/")


async def test_faults_on_the_wire(caller: Caller) -> None:
    page = await _refused(caller, {"fault": "html503"})
    assert (page.status, page.raw[:15]) == (503, b"<!DOCTYPE html>")
    quiet = await _refused(caller, {"fault": "error5"})
    assert (quiet.status, quiet.code) == (200, 5)
    loud = await _refused(caller, {"fault": "error5_500"})
    assert (loud.status, loud.code) == (500, 5)
    chosen = await _refused(caller, {"fault": "code", "code": 1618, "status": 200})
    assert (chosen.status, chosen.code, chosen.json["ErrorStatus"]) == (200, 1618, "DestinyUnexpectedError")
    patient = await _refused(caller, {"fault": "throttle", "throttle_seconds": 3, "retry_after": True})
    assert (patient.json["ThrottleSeconds"], patient.headers["Retry-After"]) == (3, "3")
    assert "Retry-After" not in (await _refused(caller, {"fault": "throttle"})).headers
    cut = await _refused(caller, {"fault": "truncated"})
    assert cut.status == 200
    with pytest.raises(json.JSONDecodeError):
        _ = cut.json
    began = time.monotonic()
    assert (await _refused(caller, {"fault": "latency", "delay": 0.3})).code == 1
    assert time.monotonic() - began >= 0.3


async def test_a_reset_and_a_half_open_connection(caller: Caller) -> None:
    with pytest.raises(aiohttp.ClientOSError):
        await _refused(caller, {"fault": "reset"})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await _refused(caller, {"fault": "half_open"})
    caller.sandbox.bungie.faults.clear()
    assert (await caller.get("/Platform/Settings/")).code == 1


async def test_lies_are_told_as_often_as_asked(caller: Caller, sandbox: Sandbox, clan: str) -> None:
    async def page(number: int = 1) -> dict[str, Any]:
        answer: dict[str, Any] = (await caller.get(members_path(clan, number))).response
        return answer

    faults = sandbox.bungie.faults
    faults.add({"subsystem": "members", "fault": "lose_page", "times": 1})
    assert [(await page())["hasMore"], (await page())["hasMore"]] == [False, True]
    faults.add({"subsystem": "members", "fault": "duplicate_row", "times": 1, "group_id": clan})
    assert len((await page())["results"]) == 51
    faults.add({"subsystem": "members", "fault": "short", "times": 1, "count": 2})
    assert len((await page())["results"]) == 48
    faults.add({"subsystem": "groups", "fault": "short", "times": 1, "count": 2})
    assert (await caller.get(f"/Platform/GroupV2/{clan}/")).response["detail"]["memberCount"] == 90
    assert faults.active() == []


async def test_a_stale_roster_is_the_one_before_the_change(
    caller: Caller, sandbox: Sandbox, member: Person, clan: str
) -> None:
    sandbox.world.leave(member.membership_id)
    sandbox.bungie.faults.add({"subsystem": "members", "fault": "stale", "times": 2})
    stale = [await caller.get(members_path(clan, page)) for page in (1, 2)]
    ids = [row["destinyUserInfo"]["membershipId"] for answer in stale for row in answer.response["results"]]
    assert member.membership_id in ids
    fresh = (await caller.get(members_path(clan))).response
    assert (len(ids), fresh["totalResults"]) == (92, 91)


async def test_a_stale_profile_was_minted_earlier(
    caller: Caller, sandbox: Sandbox, member: Person, clock: Clock
) -> None:
    first = (await caller.get(profile_path(member, "100"))).response
    clock.go(minutes=2)
    sandbox.world.set_online(member.membership_id)
    second = (await caller.get(profile_path(member, "100"))).response
    sandbox.bungie.faults.add({"subsystem": "profile", "fault": "stale", "membership_id": member.membership_id})
    assert (await caller.get(profile_path(member, "100"))).response == first
    assert second != first


async def test_a_profile_without_data_for_once(caller: Caller, sandbox: Sandbox, member: Person) -> None:
    sandbox.bungie.faults.add({"subsystem": "profile", "fault": "empty", "times": 1})
    hollow = (await caller.get(profile_path(member, "100,900"))).response
    assert hollow["profile"] == {"privacy": 1}
    assert "data" in (await caller.get(profile_path(member, "100,900"))).response["profile"]


async def test_the_control_api(caller: Caller, sandbox: Sandbox, member: Person, clan: str) -> None:
    seen = (await caller.control("GET", "/sandbox/world")).json
    assert [len(c["members"]) for c in seen["clans"]] == [92, 40]
    made = await caller.control("POST", "/sandbox/world/rename", {"membership_id": member.membership_id, "name": "Q"})
    assert [event["kind"] for event in made.json["events"]] == ["renamed"]
    purged = await caller.control("POST", "/sandbox/world/purge", {"group_id": clan, "count": 30})
    assert len(purged.json["events"]) == 30
    log = (await caller.control("GET", "/sandbox/log?after=1")).json["events"]
    assert [event["kind"] for event in log] == ["left"] * 30
    assert (await caller.control("POST", "/sandbox/world/fly")).status == 404
    missing = await caller.control("POST", "/sandbox/world/rename", {"membership_id": member.membership_id})
    assert (missing.status, missing.json["error"]) == (400, "name: is missing")
    assert (await caller.control("POST", "/sandbox/faults", {"fault": "rain"})).status == 400
    assert (await caller.control("POST", "/sandbox/faults", {"fault": "error5", "times": 1})).status == 201
    assert len((await caller.control("GET", "/sandbox/faults")).json["faults"]) == 1
    assert (await caller.control("DELETE", "/sandbox/faults")).json == {"faults": []}


async def test_every_deed_of_the_control_api_works(caller: Caller, sandbox: Sandbox) -> None:
    bodies = {"rename": {"name": "Quill"}, "clan": {"field": "motto", "value": "Sing."}, "purge": {"count": 2}}
    deeds = "join leave rename promote switch purge private move_platform online offline seal gild clan disband"
    for deed in deeds.split():
        answer = await caller.control("POST", f"/sandbox/world/{deed}", bodies.get(deed, {}))
        assert answer.status == 200, answer.raw
    kinds = {event.kind for event in sandbox.world.log}
    assert kinds >= {"joined", "left", "renamed", "role_changed", "clan_switched", "platform_moved"}
    assert kinds >= {"seal_earned", "seal_gilded", "clan_changed"}
    gone = await caller.get(f"/Platform/GroupV2/{sandbox.clan_ids[0]}/")
    assert gone.code == 622


async def test_requests_are_counted(caller: Caller, clan: str) -> None:
    await caller.get(members_path(clan))
    await caller.get("/Platform/GroupV2/99/")
    seen = (await caller.control("GET", "/sandbox/requests?last=1")).json
    assert seen["total"] == 2
    assert seen["by_endpoint"] == {"/Platform/GroupV2/{}/Members/": 1, "/Platform/GroupV2/{}/": 1}
    assert seen["refused"] == {"622": 1}
    assert seen["recent"][0]["code"] == 622


async def test_images_are_served(caller: Caller) -> None:
    icon = await caller.get("/common/destiny2_content/icons/d7a54be63562c94e56baf65d74854602.png", X_API_Key="")
    assert (icon.status, icon.headers["Content-Type"]) == (200, "image/png")


@pytest.fixture
def validator() -> BungieValidator:
    return bungie_validator()


async def test_every_kind_of_answer_is_as_published(
    caller: Caller, sandbox: Sandbox, validator: BungieValidator, clan: str
) -> None:
    paths = ["/Platform/Settings/", "/Platform/Destiny2/Manifest/", "/Platform/GroupV2/99/"]
    paths.append("/Platform/Destiny2/Stats/Definition/")
    for group_id in [*sandbox.clan_ids, "2810345"]:
        paths += [f"/Platform/GroupV2/{group_id}/", members_path(group_id), members_path(group_id, 2)]
    for person in [*sandbox.world.members(clan)[:30], *sandbox.world.strangers()[:5]]:
        place = f"{person.membership_type}/{person.membership_id}"
        linked = f"/Platform/Destiny2/{person.membership_type}/Profile/{person.membership_id}/LinkedProfiles/"
        paths += [profile_path(person, EVERYTHING), f"/Platform/GroupV2/User/{place}/0/1/", linked]
    for path in paths:
        sandbox.bungie.rate = RateWatch()
        validator.validate(path, (await caller.get(path)).json)
    name = {"displayName": person.global_name, "displayNameCode": person.code}
    search = "/Platform/Destiny2/SearchDestinyPlayerByBungieName/-1/"
    validator.validate(search, (await caller.post(search, name)).json, "post")


async def test_the_validator_is_no_pushover(caller: Caller, validator: BungieValidator, clan: str) -> None:
    path = f"/Platform/GroupV2/{clan}/"
    body = (await caller.get(path)).json
    for key, wrong in {"groupId": 4107201, "creationDate": "yesterday", "groupType": 77, "bannerColour": "red"}.items():
        detail = body["Response"]["detail"] | {key: wrong}
        with pytest.raises(AssertionError, match=key):
            validator.validate(path, body | {"Response": body["Response"] | {"detail": detail}})
    with pytest.raises(AssertionError, match="no operation"):
        validator.validate("/Platform/GroupV3/", body)


async def test_as_a_process_of_its_own(tmp_path: Path) -> None:
    """Prints where it is once it answers, keeps its world, and ends with 0 when told to."""
    first = await _run(tmp_path, join="Keepsake")
    second = await _run(tmp_path, join=None)
    assert "Keepsake" not in first
    assert "Keepsake" in second


async def _run(data_dir: Path, join: str | None) -> str:
    """Start, read the roster, let someone join, stop; the roster as it was at the start."""
    arguments = ("-m", "bot.sandbox", "--still", "--data-dir", str(data_dir))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        places = json.loads(line)
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{places['discord_url']}/sandbox/world") as answer:
                seen = await answer.text()
            if join:
                await http.post(f"{places['discord_url']}/sandbox/world/join", json={"name": join})
    finally:
        process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    return seen
