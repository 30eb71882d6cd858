"""Matches: a member's list against the reports, each report as stored, and what its page tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.match import FetchedReport, MatchLine, MatchPlayer, MatchState
from bot.domain.mode import Mode
from dashboard.show import matches as shown
from db.pool import Connection
from tests.web import seed, seed_matches
from tests.web.conftest import NOW, Client, Writer, ask, text
from tests.web.seed_matches import FIRST_INSTANCE

MEMBERS = range(seed.FIRST_MEMBER, seed.FIRST_MEMBER + 62)
LIST, ONE = "/api/v1/members/{member}/matches", "/api/v1/matches/{instance_id}"
LIST_URL = f"/api/v1/members/{seed.FIRST_MEMBER}/matches"
REPORTS = seed_matches.reports(NOW, MEMBERS)


def mine() -> list[tuple[FetchedReport, MatchPlayer]]:
    """Newest first."""
    return [(each, p) for each in REPORTS for p in each.report.players if p.membership_id == seed.FIRST_MEMBER]


async def test_a_list_is_what_the_reports_say(client: Client) -> None:
    body = await ask(client, LIST_URL, LIST)
    assert list(body) == ["as_of", "stale", "matches", "histories", "next_cursor"]
    assert len(body["matches"]) == len(mine()) > 15
    for row, (fetched, player) in zip(body["matches"], mine(), strict=True):
        assert row["instance_id"] == str(fetched.report.details.instance_id)
        assert (row["kills"], row["deaths"], row["assists"]) == (player.kills, player.deaths, player.assists)
        assert (row["seconds"], row["standing"], row["class"]) == (player.seconds, player.standing, player.guardian)
        assert row["state"] == "done"
    raid = next(row for row in body["matches"] if "raid" in row["modes"])
    assert (raid["modes"], raid["activity"]) == (["all", "pve", "raid"], "The Desert Perpetual")


async def test_parts_join_and_filters_hold(client: Client) -> None:
    whole = (await ask(client, LIST_URL, LIST))["matches"]
    rows, cursor = [], ""
    while cursor is not None:
        body = await ask(client, f"{LIST_URL}?limit=4{cursor and '&cursor=' + cursor}", LIST)
        rows += body["matches"]
        cursor = body["next_cursor"]
    assert rows == whole
    crucible = (await ask(client, f"{LIST_URL}?mode=crucible", LIST))["matches"]
    assert crucible == [row for row in whole if "crucible" in row["modes"]]
    month = (await ask(client, f"{LIST_URL}?days=30", LIST))["matches"]
    assert [row["instance_id"] for row in month] == [
        str(each.report.details.instance_id)
        for each, _ in mine()
        if each.report.details.period >= NOW - timedelta(days=30)
    ]
    october = (await ask(client, f"{LIST_URL}?since=2026-10-01&until=2026-10-31", LIST))["matches"]
    assert october == [row for row in whole if row["period"].startswith("2026-10")]
    assert 0 < len(october) < len(whole)


@pytest.mark.parametrize("query", ["type=shotgun", "sort=kills", "days=x", "cursor=x", "cursor=WzEsMl0", "mode=x"])
async def test_what_is_not_known_is_named(client: Client, query: str) -> None:
    body = await ask(client, f"{LIST_URL}?{query}", LIST, 400)
    assert query.partition("=")[0] in body["error"]["message"]


async def test_a_report_as_stored(client: Client) -> None:
    stored = REPORTS[0].report
    body = await ask(client, f"/api/v1/matches/{FIRST_INSTANCE}", ONE)
    assert (body["state"], body["final"], body["stale"]) == ("done", True, None)
    assert (body["mode_type"], body["mode_types"]) == (stored.details.mode, list(stored.details.modes))
    assert [(team["name"], team["score"]) for team in body["teams"]] == [("Alpha", 150), ("Bravo", 137)]
    assert {player["membership_id"] for player in body["players"]} == {str(p.membership_id) for p in stored.players}
    for told in body["players"]:
        player = next(each for each in stored.players if str(each.membership_id) == told["membership_id"])
        assert told["tracked"] is (player.membership_id in MEMBERS)
        assert told["fireteam_id"] == str(player.fireteam_id)
        assert {use["weapon_hash"]: use["kills"] for use in told["weapons"]} == {
            use.weapon_hash: use.kills for use in player.weapons
        }


@pytest.mark.parametrize(("instance", "status"), [("5", 404), ("0", 400), ("x", 400), (str(2**63), 400)])
async def test_no_such_match(client: Client, instance: str, status: int) -> None:
    body = await ask(client, f"/api/v1/matches/{instance}", ONE, status)
    assert instance in body["error"]["message"]
    await text(client, f"/matches/{instance}", status)


async def test_a_match_whose_report_never_came(site: Client, writer: Connection) -> None:
    """The history's own figures stand in for it."""
    await writer.execute(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, activity_hash, state, found_by,
          found_at)
        values (77, $1::timestamptz, $1 + interval '10 min', 5, '{5}', 3, 3, 'gone', 'live', $1)
        """,
        NOW - timedelta(hours=2),
    )
    await writer.execute(
        """
        insert into history_entry (membership_id, instance_id, character_id, period, mode_bits, kills, deaths, assists,
          standing, completed, seconds)
        values ($1, 77, 9, $2, 3, 17, 4, 2, 0, true, 590)
        """,
        seed.FIRST_MEMBER,
        NOW - timedelta(hours=2),
    )
    row = next(row for row in (await ask(site, LIST_URL, LIST))["matches"] if row["instance_id"] == "77")
    assert (row["state"], row["kills"], row["seconds"], row["class"]) == ("gone", 17, 590, None)
    assert (await ask(site, "/api/v1/matches/77", ONE))["stale"] == "Bungie.net no longer has its report."
    page = await text(site, f"/members/{seed.FIRST_MEMBER}/matches")
    assert "report gone" in page
    assert "17 / 4 / 2" in page
    assert "Bungie.net no longer has its report." in await text(site, "/matches/77")


async def test_the_page_of_a_report(client: Client) -> None:
    page = await text(client, f"/matches/{FIRST_INSTANCE}")
    assert "<b>Alpha won 150 to 137</b> after 9 min 20 s." in page
    insider = next(p for p in REPORTS[0].report.players if p.membership_id in MEMBERS)
    stranger = next(p for p in REPORTS[0].report.players if p.membership_id not in MEMBERS)
    assert f'href="/members/{insider.membership_id}"' in page
    assert f"/members/{stranger.membership_id}" not in page
    assert stranger.name.partition("#")[0] in page
    for use in insider.weapons:
        assert f"/weapons/{use.weapon_hash}" in page
    assert "that no weapon made" in page


async def test_what_a_member_plays(client: Client) -> None:
    page = await text(client, f"/members/{seed.FIRST_MEMBER}")
    month = [p for each, p in mine() if each.report.details.period >= NOW - timedelta(days=30)]
    assert f'<dt>Matches, 30 days</dt><dd><div class="n">{len(month)}</div>' in page
    assert f"<b>{len(mine())}</b> in all" in page
    assert page.count('class="act"') == 10
    assert f"/matches/{mine()[0][0].report.details.instance_id}" in page
    assert f"/members/{seed.FIRST_MEMBER}/weapons" in page


async def test_what_the_clan_plays(client: Client) -> None:
    week = [
        player
        for each in REPORTS
        for player in each.report.players
        if player.membership_id in MEMBERS and each.report.details.period >= NOW - timedelta(days=7)
    ]
    page = await text(client, f"/clans/{seed.QUIET_ORBIT}")
    assert f'<dt>Matches this week</dt><dd><div class="n">{len(week)}</div>' in page
    assert "Weapons of the week" in page


async def test_someone_without_matches(site: Client, writer: Writer) -> None:
    page = await text(site, f"/members/{seed.FIRST_MEMBER + 40}")
    assert "No match is known yet." in page
    assert "No kill with a weapon is known yet." in page
    assert "No match is known here." in await text(site, f"/members/{seed.FIRST_MEMBER + 40}/matches")


async def test_the_search_finds_weapons(client: Client) -> None:
    page = await text(client, f"/clans/{seed.QUIET_ORBIT}/roster?q=rose")
    assert f"/clans/{seed.QUIET_ORBIT}/weapons/{seed_matches.ROSE}?mode=all" in page
    assert "No member matches these filters." in page


async def test_the_pages_of_sums(client: Client) -> None:
    page = await text(client, f"/clans/{seed.QUIET_ORBIT}/stats?days=0&mode=crucible")
    body = await ask(client, f"/api/v1/clans/{seed.QUIET_ORBIT}/stats?mode=crucible", "/api/v1/clans/{group_id}/stats")
    played = [row for row in body["by_member"] if row["matches"]]
    assert f"{sum(row['matches'] for row in played)} matches played by {len(played)} members" in page
    assert page.count('class="c-won num">') == 2 + len(played) + sum(row["matches"] > 0 for row in body["by_mode"])
    own = await text(client, f"/members/{seed.FIRST_MEMBER}/stats?days=0")
    assert f"{len(mine())} matches in " in own
    assert "No match is known for these filters." in await text(client, f"/members/{seed.FIRST_MEMBER + 40}/stats")


@pytest.mark.parametrize(
    ("modes", "standing", "completed", "seconds", "word"),
    [
        ("all crucible", 0, True, 600, "won"),
        ("all crucible", 1, True, 600, "lost"),
        ("all crucible", 0, False, 600, "won"),  # by mercy or time, which complete nothing
        ("all crucible", 0, False, 200, "left early"),
        ("all crucible", 3, True, 600, "played"),
        ("all crucible", None, True, 600, "played"),
        ("all gambit", 1, True, 610, "lost"),
        ("all pve raid", None, True, 600, "completed"),
        ("all pve raid", None, True, 200, "completed"),  # who came late
        ("all pve raid", None, False, 590, "not completed"),
        ("all pve raid", None, False, 100, "left early"),
    ],
)
def test_results(modes: str, standing: int | None, completed: bool, seconds: int, word: str) -> None:
    row = MatchLine(
        1, NOW, 600, tuple(map(Mode, modes.split())), None, None, MatchState.DONE, None, 0, 0, 0, None, standing,
        completed, seconds,
    )  # fmt: skip
    assert shown.result(row).text == word
