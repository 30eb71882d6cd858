"""The contract's finer words, asked from outside: forged cursors, lists that change while they are read."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest

from tests.web import seed
from tests.web.conftest import NOW, Client, Writer, ask, text
from tests.web.seed_collections import VEX
from tests.web.seed_matches import FIRST_INSTANCE, ROSE

ROSTER, EVENTS = "/api/v1/clans/{group_id}/roster", "/api/v1/clans/{group_id}/events"
ROSTER_URL, EVENTS_URL = f"/api/v1/clans/{seed.QUIET_ORBIT}/roster", f"/api/v1/clans/{seed.QUIET_ORBIT}/events"
CLAN = f"/clans/{seed.QUIET_ORBIT}"
WHEN = "2026-11-28T18:43:30Z"


def cursor(value: object) -> str:
    """A cursor as someone might forge it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "forged",
    [[WHEN, 2**63], [WHEN, -(2**64)], ["0001-01-01T00:00:00+14:00", 1], ["9999-12-31T23:59:59-14:00", 1], [WHEN], 7],
)
async def test_a_forged_cursor_of_events_is_refused(client: Client, forged: object) -> None:
    refused = await ask(client, f"{EVENTS_URL}?cursor={cursor(forged)}", EVENTS, 400)
    assert "cursor" in refused["error"]["message"]
    matches = f"/api/v1/members/{seed.FIRST_MEMBER}/matches?cursor={cursor(forged)}"
    await ask(client, matches, "/api/v1/members/{member}/matches", 400)
    for kind in ("", ".csv"):
        await text(client, f"/clans/{seed.QUIET_ORBIT}/events{kind}?cursor={cursor(forged)}", 400)


@pytest.mark.parametrize("forged", [[2**63, 1], [-1, 1], [5, -1], [5, 2**63], [WHEN, 1], "x", None])
async def test_a_forged_cursor_of_sorted_lists_is_refused(client: Client, forged: object) -> None:
    await ask(client, f"{ROSTER_URL}?cursor={cursor(forged)}", ROSTER, 400)
    for part in ("weapons", "stats", "exotics", "catalysts", "seals"):
        await ask(client, f"/api/v1{CLAN}/{part}?cursor={cursor(forged)}", f"/api/v1/clans/{{group_id}}/{part}", 400)
    for part in ("titles", "triumphs"):
        mine = f"/api/v1/members/{seed.FIRST_MEMBER}/{part}?cursor={cursor(forged)}"
        await ask(client, mine, f"/api/v1/members/{{member}}/{part}", 400)
    for part in ("exotics", "catalysts", "exotics.csv", "seals.csv"):
        await text(client, f"{CLAN}/{part}?cursor={cursor(forged)}", 400)
    await ask(client, f"/api/v1/clans?cursor={cursor(forged)}", "/api/v1/clans", 400)
    await text(client, f"/clans/{seed.QUIET_ORBIT}/roster?cursor={cursor(forged)}", 400)


async def test_a_member_who_leaves_between_two_parts_costs_no_one_their_row(site: Client, writer: Writer) -> None:
    """The last row of the first part is gone when the second is asked for: it goes on where that row stood."""
    whole = [member["name"] for member in (await ask(site, ROSTER_URL, ROSTER))["members"]]
    first = await ask(site, f"{ROSTER_URL}?limit=10", ROSTER)
    await writer.execute(
        "update stint set left_at = now() where membership_id = $1", int(first["members"][-1]["membership_id"])
    )
    second = await ask(site, f"{ROSTER_URL}?limit=10&cursor={first['next_cursor']}", ROSTER)
    assert [member["name"] for member in second["members"]] == whole[10:20]


async def test_an_outage_of_profiles_alone_shows_the_profiles_age(site: Client, writer: Writer) -> None:
    """The member list is read on time, so its age would say that all is well."""
    long_ago = NOW - timedelta(hours=5)
    down = "Bungie.net is down for maintenance."
    await writer.execute("insert into bungie_breaker values ('profile', 'open', $1, 5, $2, null)", long_ago, down)
    await writer.execute(
        "update loop set last_ok_at = $1, last_verdict = 'skipped', last_error = $2 where name = 'roster'",
        long_ago,
        down,
    )
    body = await ask(site, ROSTER_URL, ROSTER)
    assert body["stale"] == f"Profiles are 5 h old. {down} Who is a member is known up to now."
    assert "Profiles are 5 h old." in await text(site, f"/clans/{seed.QUIET_ORBIT}/roster")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/status",
        CLAN,
        f"{CLAN}/roster",
        f"{CLAN}/events",
        f"{CLAN}/weapons?days=0",
        f"{CLAN}/weapons?days=0&member={seed.FIRST_MEMBER}",
        f"{CLAN}/weapons/{ROSE}?days=0",
        f"/members/{seed.FIRST_MEMBER}",
        f"/members/{seed.FIRST_MEMBER}/weapons?days=0",
        f"/members/{seed.FIRST_MEMBER}/matches",
        f"/matches/{FIRST_INSTANCE}",
        f"{CLAN}/exotics?member={seed.FIRST_MEMBER}",
        f"{CLAN}/exotics/{VEX}",
        f"{CLAN}/catalysts",
        f"{CLAN}/seals",
        f"{CLAN}/seals/1",
        f"/members/{seed.FIRST_MEMBER}/exotics",
        f"/members/{seed.FIRST_MEMBER}/titles",
        f"/members/{seed.FIRST_MEMBER}/triumphs",
        "/metrics",
    ],
)
async def test_no_name_turns_the_direction_of_what_stands_beside_it(site: Client, writer: Writer, address: str) -> None:
    """A name that turns direction stands alone in its <bdi>, or without those marks."""
    turned = "\u202egnp.exe\u2066"
    await writer.execute("update member set name = $2 where membership_id = $1", seed.FIRST_MEMBER, turned)
    await writer.execute("update clan set name = $1, callsign = $1, motto = $1", turned)
    await writer.execute("update match_player set name = $1, clan_tag = $1, clan_name = $1", turned)
    await writer.execute("update weapon set name = $1", turned)
    await writer.execute("update exotic set name = $1, source = $1", turned)
    await writer.execute("update catalyst set name = $1", turned)
    await writer.execute("update definition set name = $1 where table_name = 'DestinyRecordDefinition'", turned)
    await writer.execute("update match set teams = jsonb_set(teams, '{0,name}', $1) where teams <> '[]'", turned)
    await writer.execute("update event set name = $1", turned)
    await writer.execute("update event set detail = detail || $1 where kind = 'renamed'", {"from": turned})
    await writer.execute("update event set detail = detail || $1 where kind = 'left'", {"to_name": turned})
    outside = re.sub(r"<bdi[^>]*>[^<]*</bdi>", "", await text(site, address))
    found = re.search("[\u202a-\u202e\u2066-\u2069]", outside)
    assert found is None, outside[max(0, found.start() - 90) : found.end() + 30] if found else ""
