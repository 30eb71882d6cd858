"""The JSON API: each answer against the document, and its figures against what was written."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.roster import RosterSort
from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, text

ROSTER = "/api/v1/clans/{group_id}/roster"
EVENTS = "/api/v1/clans/{group_id}/events"
MEMBER = "/api/v1/members/{member}"
ROSTER_URL = f"/api/v1/clans/{seed.QUIET_ORBIT}/roster"
EVENTS_URL = f"/api/v1/clans/{seed.QUIET_ORBIT}/events"


async def test_clans(site: Client, writer: Writer) -> None:
    await seed.clan(writer, NOW, seed.NIGHT_LEDGER, "Night Ledger", "NLGR", "", read=False)
    await writer.execute(
        "insert into clan (group_id, state, reason, always, added_at) values (5, 'refused', 'no clan', true, $1)", NOW
    )
    body = await ask(site, "/api/v1/clans", "/api/v1/clans")
    assert [clan["name"] for clan in body["clans"]] == ["Quiet Orbit", "Night Ledger"]
    assert body["clans"][0] == {
        "group_id": "4611001",
        "name": "Quiet Orbit",
        "callsign": "QORB",
        "motto": "No rush. The light isn’t going anywhere.",
        "member_count": 62,
        "online_count": 9,
        "as_of": "2026-11-28T18:43:30Z",
    }
    assert body["as_of"] is None, "one of them was never read"
    first = await ask(site, "/api/v1/clans?limit=1", "/api/v1/clans")
    rest = await ask(site, f"/api/v1/clans?limit=1&cursor={first['next_cursor']}", "/api/v1/clans")
    assert (len(first["clans"]), rest["next_cursor"]) == (1, None)
    assert rest["clans"][0]["name"] == "Night Ledger"


async def test_online_count_is_the_rosters(site: Client, writer: Writer) -> None:
    await writer.execute("update stint set is_online = not is_online")
    await writer.execute(
        "update profile set private = true, hidden_reads = 2 where membership_id = $1", seed.FIRST_MEMBER
    )
    clans = await ask(site, "/api/v1/clans", "/api/v1/clans")
    roster = await ask(site, ROSTER_URL, ROSTER)
    assert clans["clans"][0]["online_count"] == sum(member["online"] for member in roster["members"]) == 8


async def test_roster_keys_stand_in_the_contracts_order(client: Client) -> None:
    body = await ask(client, ROSTER_URL, ROSTER)
    assert list(body) == ["as_of", "stale", "members", "next_cursor"]
    assert list(body["members"][0]) == [
        "membership_id", "membership_type", "name", "role", "joined_at", "online", "activity", "activity_mode",
        "activity_started_at", "last_played_at", "power", "triumph_score", "triumph_score_active", "seals", "title",
        "private",
    ]  # fmt: skip
    assert (body["as_of"], body["stale"], len(body["members"])) == ("2026-11-28T18:43:30Z", None, 62)


async def test_one_member_of_the_roster(client: Client) -> None:
    body = await ask(client, f"{ROSTER_URL}?q=GANNET%23", ROSTER)
    (gannet,) = body["members"]
    assert gannet["online"] is True
    assert (gannet["activity"], gannet["activity_mode"]) == ("Javelin-4", "Control")
    assert gannet["activity_started_at"] == "2026-11-28T18:39:00Z"
    assert gannet["membership_id"] == str(seed.FIRST_MEMBER + 7)


async def test_names_are_the_default_order(client: Client) -> None:
    names = [member["name"].casefold() for member in (await ask(client, ROSTER_URL, ROSTER))["members"]]
    assert names == sorted(names)
    backwards = [m["name"].casefold() for m in (await ask(client, f"{ROSTER_URL}?order=desc", ROSTER))["members"]]
    assert backwards == sorted(names, reverse=True)


@pytest.mark.parametrize("sort", RosterSort)
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_each_sort_in_both_orders(client: Client, sort: RosterSort, order: str) -> None:
    members = (await ask(client, f"{ROSTER_URL}?sort={sort}&order={order}", ROSTER))["members"]
    values = [(_value(member, sort), int(member["membership_id"])) for member in members]
    known = [pair for pair in values if pair[0] is not None]
    assert values[: len(known)] == known, "empty values come last"
    expected = sorted(known, key=lambda pair: pair[1])
    assert known == sorted(expected, key=lambda pair: pair[0], reverse=order == "desc")
    assert len(members) == 62


def _value(member: dict[str, Any], sort: str) -> Any:
    roles = ["beginner", "member", "admin", "acting_founder", "founder"]
    if sort == "role":
        return roles.index(member["role"])
    if sort == "seals":
        return len(member["seals"])
    return member["name"].casefold() if sort == "name" else member[sort]


async def test_filters(client: Client) -> None:
    async def count(query: str) -> int:
        return len((await ask(client, f"{ROSTER_URL}?{query}", ROSTER))["members"])

    assert await count("online=1") == await count("online=true") == await count("show=online") == 9
    assert await count("online=0") == 53
    assert await count("show=private") == 1
    assert await count("show=new") == 3
    assert await count("role=admin") == 2
    assert await count("role=admin&online=1&q=tam") == 1
    assert await count("q=") == 62


async def test_a_roster_in_parts_is_the_roster(client: Client) -> None:
    whole = (await ask(client, f"{ROSTER_URL}?sort=power&order=desc", ROSTER))["members"]
    parts: list[Any] = []
    cursor = ""
    while True:
        part = await ask(client, f"{ROSTER_URL}?sort=power&order=desc&limit=25{cursor}", ROSTER)
        parts += part["members"]
        if part["next_cursor"] is None:
            break
        cursor = f"&cursor={part['next_cursor']}"
    assert parts == whole


async def test_the_roster_as_it_was(site: Client, writer: Writer) -> None:
    await writer.execute(
        """
        insert into profile_history (membership_id, valid_from, power, private)
        values ($1, '2026-05-01T00:00:00Z', 321, false)
        """,
        seed.FIRST_MEMBER,
    )
    await writer.execute(
        "update stint set joined_at = '2026-04-01T00:00:00Z' where membership_id = $1", seed.FIRST_MEMBER
    )
    body = await ask(site, f"{ROSTER_URL}?at=2026-05-03T18:00:00Z", ROSTER)
    assert (body["as_of"], body["stale"]) == ("2026-05-03T18:00:00Z", None)
    ferro = next(member for member in body["members"] if member["membership_id"] == str(seed.FIRST_MEMBER))
    assert (ferro["power"], ferro["online"], ferro["activity"]) == (321, None, None)
    assert all(member["joined_at"] <= "2026-05-03T18:00:00Z" for member in body["members"])
    same = await ask(site, f"{ROSTER_URL}?at=2026-05-03T20:00:00%2B02:00", ROSTER)
    lost_plus = await ask(site, f"{ROSTER_URL}?at=2026-05-03T20:00:00+02:00", ROSTER)
    assert same == lost_plus == body


async def test_old_data_says_why(site: Client, writer: Writer) -> None:
    await writer.execute("update clan set accepted_at = $1", NOW - timedelta(hours=5))
    await writer.execute(
        "insert into bungie_breaker values ('groups', 'open', $1, 5, 'Bungie.net is down for maintenance.', null)",
        NOW - timedelta(hours=5),
    )
    body = await ask(site, ROSTER_URL, ROSTER)
    assert "5 h old" in body["stale"]
    assert "maintenance" in body["stale"]
    assert (await ask(site, EVENTS_URL, EVENTS))["stale"] == body["stale"]
    status = await ask(site, "/api/v1/status", "/api/v1/status")
    assert status["bungie"]["state"] == "down"
    assert status["bungie"]["since"] == "2026-11-28T13:45:00Z"


async def test_events(client: Client) -> None:
    body = await ask(client, EVENTS_URL, EVENTS)
    assert [event["kind"] for event in body["events"]] == [
        "seal_gilded", "joined", "exotic_acquired", "renamed", "seal_earned", "left", "clan_switched", "role_changed",
        "platform_moved", "clan_changed", "manifest_updated",
    ]  # fmt: skip
    assert list(body["events"][0]) == ["id", "kind", "membership_id", "name", "occurred_at", "detail"]
    switched = body["events"][6]["detail"]
    assert switched == {"from_group_id": str(seed.NIGHT_LEDGER), "to_group_id": str(seed.QUIET_ORBIT)}
    assert body["events"][-1]["membership_id"] is None


async def test_events_filtered_and_in_parts(client: Client) -> None:
    whole = (await ask(client, EVENTS_URL, EVENTS))["events"]
    two = (await ask(client, f"{EVENTS_URL}?kind=joined,left", EVENTS))["events"]
    assert [event["kind"] for event in two] == ["joined", "left"]
    first = await ask(client, f"{EVENTS_URL}?limit=4", EVENTS)
    rest = await ask(client, f"{EVENTS_URL}?cursor={first['next_cursor']}", EVENTS)
    assert first["events"] + rest["events"] == whole
    assert rest["next_cursor"] is None
    by_id = await ask(client, f"{EVENTS_URL}?member={seed.FIRST_MEMBER + 4}", EVENTS)
    assert [event["kind"] for event in by_id["events"]] == ["seal_gilded"]


async def test_all_clans_together(site: Client, writer: Writer) -> None:
    await seed.clan(writer, NOW, seed.NIGHT_LEDGER, "Night Ledger", "NLGR", "")
    await seed.member(writer, seed.NIGHT_LEDGER, seed.FIRST_MEMBER, "", NOW)
    await seed.member(writer, seed.NIGHT_LEDGER, 77, "Other#0001", NOW)
    await seed.event(writer, "clan_switched", seed.NIGHT_LEDGER, 77, "Other#0001", NOW, {}, seed.QUIET_ORBIT)
    roster = await ask(site, "/api/v1/clans/all/roster", ROSTER)
    assert len(roster["members"]) == 63, "whoever is in two clans stands there once"
    events = await ask(site, "/api/v1/clans/all/events", EVENTS)
    assert len(events["events"]) == 12, "what two clans list is listed once"
    assert events["events"][0]["name"] == "Other#0001"
    for clan in (seed.QUIET_ORBIT, seed.NIGHT_LEDGER):
        listed = await ask(site, f"/api/v1/clans/{clan}/events", EVENTS)
        assert listed["events"][0]["kind"] == "clan_switched"


async def test_a_member_by_id_and_by_name_in_any_case(site: Client, writer: Writer) -> None:
    await writer.execute("update member set name = 'Tamsin#6469' where membership_id = $1", seed.FIRST_MEMBER + 4)
    await writer.execute(
        "insert into member_character values (9, $1, 1, 540, $2, null, null)", seed.FIRST_MEMBER + 4, NOW
    )
    by_id = await ask(site, f"/api/v1/members/{seed.FIRST_MEMBER + 4}", MEMBER)
    assert by_id == await ask(site, "/api/v1/members/tAmSiN%236469", MEMBER)
    assert (by_id["role"], by_id["online"], by_id["activity"]) == ("admin", True, "The Desert Perpetual")
    assert by_id["clans"][0]["group_id"] == str(seed.QUIET_ORBIT)
    assert by_id["characters"][0]["character_id"] == "9"
    row = (await ask(site, f"{ROSTER_URL}?q=tamsin%236469", ROSTER))["members"][0]
    assert {key: by_id[key] for key in row} == row


async def test_a_member_who_left(client: Client) -> None:
    gale = await ask(client, "/api/v1/members/gale%232210", MEMBER)
    assert (gale["role"], gale["online"], gale["as_of"], gale["power"]) == (None, False, None, None)
    assert gale["clans"][0]["left_at"] is not None


async def test_status(site: Client, writer: Writer) -> None:
    await writer.execute("insert into process values (gen_random_uuid(), '{ingest,web}', '0.1.0', $1, $1, true)", NOW)
    await writer.execute("insert into channel (channel_id, state) values (123456789012345678, 'broken')")
    body = await ask(site, "/api/v1/status", "/api/v1/status")
    assert list(body) == ["version", "parts", "loops", "bungie", "queue", "outbox", "held", "channels"]
    assert body["parts"] == ["ingest", "web"]
    assert body["channels"] == [{"channel_id": "123456789012345678", "state": "broken"}]
    membership = next(loop for loop in body["loops"] if loop["name"] == "membership")
    assert (membership["lag_seconds"], membership["last_error"]) == (0, None)
    assert "Ferro" not in json.dumps(body)


async def test_lag_is_what_exceeds_the_interval(site: Client, writer: Writer) -> None:
    await writer.execute("update loop set last_ok_at = $1 where name = 'membership'", NOW - timedelta(seconds=500))
    await writer.execute("update loop set last_ok_at = null where name = 'roster'")
    loops = {loop["name"]: loop for loop in (await ask(site, "/api/v1/status", "/api/v1/status"))["loops"]}
    assert (loops["membership"]["lag_seconds"], loops["roster"]["lag_seconds"]) == (320, None)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sort=colour", "sort"), ("sort=", "sort"), ("order=up", "order"), ("online=maybe", "online"),
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=-1", "limit"), ("limit=1e2", "limit"),
        ("cursor=!!", "cursor"), ("cursor=bnVsbA", "cursor"), ("at=yesterday", "at"), ("at=2027-01-01T00:00:00Z", "at"),
        ("at=0001-01-01T00:00:00%2B14:00", "at"), ("role=boss", "role"), ("show=none", "show"), ("mode=raid", "mode"),
        ("sort=name&sort=power", "sort"),
    ],
)  # fmt: skip
async def test_unknown_values_are_named(client: Client, query: str, named: str) -> None:
    body = await ask(client, f"{ROSTER_URL}?{query}", ROSTER, 400)
    assert named in body["error"]["message"]
    assert body["error"]["code"] == "bad_parameter"
    assert "that was not understood" in (await text(client, f"{ROSTER_URL[7:]}?{query}", 400)).lower()


@pytest.mark.parametrize("query", ["kind=party", "kind=joined,", "member=99999999999999999999", "limit=x", "cursor=eA"])
async def test_unknown_values_of_events_are_named(client: Client, query: str) -> None:
    body = await ask(client, f"{EVENTS_URL}?{query}", EVENTS, 400)
    assert query.partition("=")[0] in body["error"]["message"]


@pytest.mark.parametrize("group", ["abc", "0", "-1", "007", "9223372036854775808", "1.5", "ALL", "%C2%B2"])
async def test_malformed_clan_ids(client: Client, group: str) -> None:
    for path, rule in ((f"/api/v1/clans/{group}/roster", ROSTER), (f"/api/v1/clans/{group}/events", EVENTS)):
        assert "group_id" in (await ask(client, path, rule, 400))["error"]["message"]
    for page in ("", "/roster", "/events", "/roster.csv", "/events.csv"):
        await text(client, f"/clans/{group}{page}", 400)


async def test_unknown_ids(client: Client) -> None:
    for path, rule in (
        ("/api/v1/clans/999/roster", ROSTER), ("/api/v1/clans/999/events", EVENTS),
        ("/api/v1/members/999", MEMBER), ("/api/v1/members/nobody%230001", MEMBER),
        (f"{EVENTS_URL}?member=nobody", EVENTS),
    ):  # fmt: skip
        assert (await ask(client, path, rule, 404))["error"]["code"] == "not_found"
    for page in ("/clans/999", "/clans/999/roster", "/clans/999/events.csv", "/members/999"):
        await text(client, page, 404)
    await ask(client, "/api/v1/members/99999999999999999999", MEMBER, 400)
    await ask(client, "/api/v1/members/a%00b", MEMBER, 400)
