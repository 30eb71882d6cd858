"""Weapons and sums: each figure of the API counted again from the reports, and what the pages say of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from bot.domain.match import FetchedReport, MatchPlayer, Report
from db.pool import Connection
from db.queries.clan_follow import follow_members
from tests.web import seed, seed_matches
from tests.web.conftest import NOW, Client, ask, text
from tests.web.seed_matches import ROSE, ROSE_AGAIN, UNKNOWN, WEAPONS

WEAPONS_URL, ONE_URL = f"/api/v1/clans/{seed.QUIET_ORBIT}/weapons", f"/api/v1/clans/{seed.QUIET_ORBIT}/weapons/{ROSE}"
LIST, ONE = "/api/v1/clans/{group_id}/weapons", "/api/v1/clans/{group_id}/weapons/{weapon_hash}"
PAGE = f"/clans/{seed.QUIET_ORBIT}/weapons"
MEMBERS = range(seed.FIRST_MEMBER, seed.FIRST_MEMBER + 62)
Chosen = Callable[[Report], bool]


def crucible(report: Report) -> bool:
    return 5 in report.details.modes


def played(chosen: Chosen = crucible) -> Iterator[tuple[FetchedReport, MatchPlayer]]:
    for fetched in seed_matches.reports(NOW, MEMBERS):
        if chosen(fetched.report):
            yield from ((fetched, player) for player in fetched.report.players if player.membership_id in MEMBERS)


def counted(chosen: Chosen = crucible, member: int | None = None) -> dict[int, dict[str, int]]:
    """Kills, precision kills, matches and players by weapon hash."""
    figures: dict[int, Counter[str]] = defaultdict(Counter)
    people: dict[int, set[int]] = defaultdict(set)
    for _, player in played(chosen):
        if member in (None, player.membership_id):
            for use in player.weapons:
                figures[use.weapon_hash].update(kills=use.kills, precision_kills=use.precision_kills, matches=1)
                people[use.weapon_hash].add(player.membership_id)
    return {key: {**figures[key], "players": len(people[key])} for key in figures}


def figures(body: dict[str, list[dict[str, int]]]) -> dict[int, dict[str, int]]:
    keys = ("kills", "precision_kills", "matches", "players")
    return {row["weapon_hash"]: {key: row[key] for key in keys} for row in body["weapons"]}


def since(days: float) -> Chosen:
    return lambda report: crucible(report) and report.details.period >= NOW - timedelta(days=days)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", crucible),
        ("?days=0&mode=crucible", crucible),
        ("?mode=all", lambda report: True),
        ("?mode=trials", lambda report: 84 in report.details.modes),
        ("?mode=nightfall", lambda report: 46 in report.details.modes),
        ("?days=7", since(7)),
        ("?days=30", since(30)),
        (
            "?since=2026-10-05&until=2026-11-03",
            lambda report: crucible(report) and day("2026-10-05") <= report.details.period < day("2026-11-04"),
        ),
        ("?until=2026-10-31", lambda report: crucible(report) and report.details.period < day("2026-11-01")),
        ("?season=2", lambda report: crucible(report) and report.details.period >= day("2026-10-01T17:00")),
        ("?season=1&mode=all", lambda report: report.details.period < day("2026-10-01T17:00")),
    ],
)
async def test_rows_are_what_the_reports_say(client: Client, query: str, chosen: Chosen) -> None:
    body = await ask(client, WEAPONS_URL + query, LIST)
    assert figures(body) == counted(chosen)
    everyone = await ask(client, f"/api/v1/clans/all/weapons{query}", LIST)
    assert {**everyone, "histories": body["histories"]} == body


async def test_one_members(client: Client) -> None:
    member = (await ask(client, f"/api/v1/members/{seed.FIRST_MEMBER}", "/api/v1/members/{member}"))["name"]
    by_name = await ask(client, f"{WEAPONS_URL}?member={quote(member.upper())}", LIST)
    own = await ask(client, f"/api/v1/members/{quote(member)}/weapons", "/api/v1/members/{member}/weapons")
    assert figures(by_name) == figures(own) == counted(member=seed.FIRST_MEMBER)
    assert own["histories"] == {"complete": 1, "members": 1}


async def test_totals_follow_all_but_the_kinds(client: Client) -> None:
    whole = await ask(client, WEAPONS_URL, LIST)
    kills = sum(player.kills for _, player in played())
    weapons = sum(player.weapon_kills for _, player in played())
    grenades = sum(player.grenade_kills for _, player in played())
    assert whole["totals"]["kills"] == kills
    assert whole["totals"]["weapon_kills"] == weapons == sum(row["kills"] for row in whole["weapons"])
    assert whole["totals"]["grenade"] == grenades
    assert whole["totals"]["matches"] == len(list(played()))
    assert whole["totals"]["other"] == kills - weapons - sum(
        whole["totals"][key] for key in ("grenade", "melee", "super")
    )
    for query in ("?type=hand_cannon", "?slot=power", "?damage=arc", "?tier=exotic", "?sort=players", "?limit=1"):
        assert (await ask(client, WEAPONS_URL + query, LIST))["totals"] == whole["totals"], query
    assert whole["histories"] == {"complete": 60, "members": 62}
    assert whole["as_of"] == "2026-11-28T18:42:00Z"


@pytest.mark.parametrize(
    ("query", "column", "value"),
    [
        ("type=hand_cannon", 2, "Hand Cannon"), ("type=HAND%20cannon", 2, "Hand Cannon"), ("slot=power", 3, "power"),
        ("damage=arc", 4, "arc"), ("tier=exotic", 5, "exotic"),
    ],
)  # fmt: skip
async def test_kinds(client: Client, query: str, column: int, value: str) -> None:
    body = await ask(client, f"{WEAPONS_URL}?mode=all&{query}", LIST)
    wanted = {weapon[0] for weapon in WEAPONS if weapon[column] == value}
    assert {row["weapon_hash"] for row in body["weapons"]} == wanted


@pytest.mark.parametrize(
    ("sort", "key"),
    [("kills", "kills"), ("precision", "precision_kills"), ("matches", "matches"), ("players", "players")],
)
async def test_sorts_are_descending_and_pages_join(client: Client, sort: str, key: str) -> None:
    url = f"{WEAPONS_URL}?mode=all&sort={sort}"
    whole = (await ask(client, url, LIST))["weapons"]
    assert whole == sorted(whole, key=lambda row: (-row[key], row["weapon_hash"]))
    rows, cursor = [], ""
    while cursor is not None:
        body = await ask(client, f"{url}&limit=5{cursor and '&cursor=' + cursor}", LIST)
        rows += body["weapons"]
        cursor = body["next_cursor"]
    assert rows == whole


async def test_merged_reissues_stand_under_the_newest(client: Client) -> None:
    """The seed's later rows are the manifest's newer ones, but for the second Rose, whose family is the first."""
    apart, joined = counted(), figures(await ask(client, f"{WEAPONS_URL}?merge=1", LIST))
    assert ROSE_AGAIN not in joined
    assert joined[ROSE]["kills"] == apart[ROSE]["kills"] + apart[ROSE_AGAIN]["kills"]
    both = [player for _, player in played() if {use.weapon_hash for use in player.weapons} & {ROSE, ROSE_AGAIN}]
    assert joined[ROSE]["matches"] == len(both), "a match with both counts once"
    body = await ask(client, f"{WEAPONS_URL}?merge=1", LIST)
    versions = {row["weapon_hash"]: row["versions"] for row in body["weapons"]}
    assert {each["weapon_hash"]: each["kills"] for each in versions[ROSE]} == {
        key: apart[key]["kills"] for key in (ROSE, ROSE_AGAIN)
    }
    assert all(sum(each["kills"] for each in versions[key]) == joined[key]["kills"] for key in joined)
    assert "versions" not in (await ask(client, WEAPONS_URL, LIST))["weapons"][0]


async def test_keys_stand_in_the_contracts_order(client: Client) -> None:
    body = await ask(client, WEAPONS_URL, LIST)
    assert list(body) == ["as_of", "stale", "weapons", "totals", "histories", "next_cursor"]
    assert list(body["weapons"][0]) == [
        "weapon_hash", "name", "type", "slot", "damage", "tier", "kills", "precision_kills", "matches", "players",
    ]  # fmt: skip
    assert list(body["totals"]) == ["kills", "weapon_kills", "grenade", "melee", "super", "other", "matches"]
    unknown = next(row for row in (await ask(client, f"{WEAPONS_URL}?mode=all", LIST))["weapons"] if row["type"] == "")
    assert (unknown["name"], unknown["slot"]) == (f"Unknown ({UNKNOWN})", None)


@pytest.mark.parametrize("query", ["", "?days=30", "?mode=all&merge=1"])
async def test_one_weapon(client: Client, query: str) -> None:
    body = await ask(client, ONE_URL + query, ONE)
    table = await ask(client, WEAPONS_URL + query, LIST)
    assert body["weapon"] == next(row for row in table["weapons"] if row["weapon_hash"] == ROSE)
    for part in ("players", "by_day", "by_class"):
        assert sum(row["kills"] for row in body[part]) == body["weapon"]["kills"], part
    assert [row["kills"] for row in body["players"]] == sorted((r["kills"] for r in body["players"]), reverse=True)
    assert len(body["players"]) == body["weapon"]["players"]


async def test_a_weapon_without_kills_there(client: Client) -> None:
    body = await ask(client, f"{ONE_URL}?until=2020-01-01&merge=1", ONE)
    assert (body["weapon"]["name"], body["weapon"]["kills"], body["weapon"]["versions"]) == ("Rose", 0, [])
    assert (body["players"], body["by_day"], body["by_class"]) == ([], [], [])
    refused = await ask(client, f"{WEAPONS_URL}/77", ONE, 404)
    assert "77" in refused["error"]["message"]
    await ask(client, f"{WEAPONS_URL}/{2**32}", ONE, 400)
    await ask(client, f"{WEAPONS_URL}/rose", ONE, 400)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("days=7&season=1", "days and season"), ("days=7&since=2026-01-01", "days and since"),
        ("season=1&until=2026-01-01", "season and until"), ("since=2026-02-02&until=2026-02-01", "since=2026-02-02"),
        ("days=-1", "days"), ("days=x", "days"), ("days=36501", "days"), ("since=2026-02-30", "since"),
        ("since=20260201", "since"), ("until=yesterday", "until"), ("season=0", "season"),
        ("season=3", "seasons 1 to 2"),
        ("mode=pvp", "mode"), ("type=Spoon", "type"), ("slot=heavy", "slot"), ("damage=fire", "damage"),
        ("tier=common,rare", "tier"), ("sort=name", "sort"), ("former=yes", "former"), ("merge=2", "merge"),
        ("limit=0", "limit"), ("cursor=x", "cursor"), ("colour=red", "colour"), ("mode=raid&mode=pve", "mode"),
        ("member=" + "9" * 20, "member"),
    ],
)  # fmt: skip
async def test_what_is_not_known_is_named(client: Client, query: str, named: str) -> None:
    body = await ask(client, f"{WEAPONS_URL}?{query}", LIST, 400)
    assert named in body["error"]["message"]
    assert named in (await text(client, f"{PAGE}?{query}", 400)).replace("&#39;", "'")


async def test_unknown_ids(client: Client) -> None:
    await ask(client, f"{WEAPONS_URL}?member=nobody%230001", LIST, 404)
    await ask(client, "/api/v1/clans/5/weapons", LIST, 404)
    await ask(client, "/api/v1/clans/x/weapons", LIST, 400)
    for part in ("weapons", "stats", "matches"):
        await ask(client, f"/api/v1/members/5/{part}", f"/api/v1/members/{{member}}/{part}", 404)


async def test_who_left_counts_with_former_only(site: Client, writer: Connection) -> None:
    async with writer.transaction():
        await writer.execute("update stint set left_at = $2 where membership_id = $1", seed.FIRST_MEMBER, NOW)
        await follow_members(writer)
    whole, theirs = counted(), counted(member=seed.FIRST_MEMBER)
    without = figures(await ask(site, WEAPONS_URL, LIST))
    assert {key: row["kills"] for key, row in without.items()} == {
        key: row["kills"] - theirs.get(key, {"kills": 0})["kills"] for key, row in whole.items()
    }
    assert figures(await ask(site, f"{WEAPONS_URL}?former=1", LIST)) == whole
    assert figures(await ask(site, f"{WEAPONS_URL}?member={seed.FIRST_MEMBER}", LIST)) == {}
    assert figures(await ask(site, f"{WEAPONS_URL}?member={seed.FIRST_MEMBER}&former=true", LIST)) == theirs


async def test_stats_of_clan_and_member(client: Client) -> None:
    clan, one = "/api/v1/clans/{group_id}/stats", "/api/v1/members/{member}/stats"
    body = await ask(client, f"/api/v1/clans/{seed.QUIET_ORBIT}/stats?mode=crucible", clan)
    mine = [player for _, player in played() if player.membership_id == seed.FIRST_MEMBER]
    row = next(row for row in body["by_member"] if row["membership_id"] == str(seed.FIRST_MEMBER))
    assert row == {
        "membership_id": str(seed.FIRST_MEMBER), "name": row["name"], "matches": len(mine),
        "hours": round(sum(each.seconds for each in mine) / 3600, 2), "kills": sum(each.kills for each in mine),
        "deaths": sum(each.deaths for each in mine), "assists": sum(each.assists for each in mine),
        "wins": sum(each.completed and each.standing == 0 for each in mine),
        "completions": sum(each.completed for each in mine),
    }  # fmt: skip
    assert len(body["by_member"]) == 62
    by_mode = {row["mode"]: row["matches"] for row in body["by_mode"]}
    assert by_mode["crucible"] == len(list(played())) == sum(row["matches"] for row in body["by_member"])
    part = await ask(client, f"/api/v1/clans/{seed.QUIET_ORBIT}/stats?mode=crucible&limit=3", clan)
    assert part["by_member"] == body["by_member"][:3]
    own = await ask(client, f"/api/v1/members/{seed.FIRST_MEMBER}/stats", one)
    assert next(each for each in own["by_mode"] if each["mode"] == "crucible")["kills"] == row["kills"]
    only = await ask(client, f"/api/v1/members/{seed.FIRST_MEMBER}/stats?mode=raid", one)
    assert [each["mode"] for each in only["by_mode"]] == ["raid"]
