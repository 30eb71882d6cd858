from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.renderer import Renderer
from bot.sandbox.discord import cast
from tests.cogs.guild import CLAN, OTHER_CLAN, Guild, buttons, embed_of, lines_of, with_public_url
from tests.cogs.shooting import ROSE, add_growth, add_shooting
from tests.discord_openapi import document_path, validate_request

EPHEMERAL = 64
PUBLIC = "https://quiet-orbit.example"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    async with Renderer() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def armed(at: Guild, renderer: Renderer) -> Guild:
    """Quiet Orbit with matches, and a bot that draws."""
    await add_shooting(at)
    assert at.bot is not None
    at.renderer = at.bot.renderer = renderer
    return at


def controls(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The components of a message by the kind in their id; links by their label."""
    items = [item for row in message["components"] for item in row["components"]]
    return {item["custom_id"].split(":")[1] if "custom_id" in item else item["label"]: item for item in items}


async def test_weapons_answers_with_a_chart_and_the_same_figures(armed: Guild) -> None:
    message = await armed.ask("weapons")
    embed = embed_of(message)
    assert embed["title"] == "Rose leads Crucible with 50.0 % of weapon kills"
    assert embed["author"]["name"] == "Quiet Orbit [QO]"
    assert embed["color"] == 0xC3CBCA
    assert embed["image"]["url"].endswith("/chart.png")
    assert embed["image"]["width"] == 1600
    assert embed["image"]["description"] == (
        "Rose leads Crucible with 50.0 % of weapon kills. Bar chart of 5 weapons by kills, last 30 days: "
        "Rose 50, Matador 64 20, Unknown (999) 15, … Elsie's Rifle 5."
    )
    lines = lines_of(message)
    assert lines[0] == "Crucible · last 30 days · 100 weapon kills"
    assert lines[2:4] == ["1. **Rose** · 50 · 50.0 %", "2. **Matador 64** · 20 · 20.0 %"]
    assert "Up most: **Rose** +30.0 points" in lines
    assert "Down most: **Thorn** −70.0 points" in lines
    assert "Kills that no weapon made: 4 grenade · 4 melee · 4 other" in lines
    assert lines[-1].startswith("-# Matches <t:")
    assert lines[-1].endswith(":R> · 23 members")
    assert not message["flags"] & EPHEMERAL


async def test_the_picture_is_a_png_that_can_be_fetched(armed: Guild) -> None:
    message = await armed.ask("weapons", private=True)
    assert message["flags"] & EPHEMERAL
    async with armed.place.http.get(embed_of(message)["image"]["url"]) as answer:
        assert (await answer.read())[:8] == b"\x89PNG\r\n\x1a\n"


async def test_a_filter_narrows_the_answer(armed: Guild) -> None:
    assert embed_of(await armed.ask("weapons", type="hand_cannon", days=0))["title"].startswith(
        "Thorn leads hand cannons in Crucible with "
    )
    assert embed_of(await armed.ask("weapons", slot="power"))["title"] == "No kills with power weapons in Crucible"
    assert embed_of(await armed.ask("weapons", mode="raid", damage="solar"))["title"] == (
        "Gjallarhorn is the only solar weapon in use in raids: 10 kills"
    )
    by_players = await armed.ask("weapons", sort="players")
    assert embed_of(by_players)["title"] == "Rose is the most shared weapon in Crucible: 3 members"
    assert lines_of(by_players)[2] == "1. **Rose** · 3 members"


async def test_a_members_own_answer(armed: Guild) -> None:
    message = await armed.ask("weapons", member="member1")
    assert embed_of(message)["title"] == "Member1's favourite in Crucible is Rose: 30 kills, 50.0 %"
    assert "Clear filters" in buttons(message)
    cleared = await armed.choose(message, controls(message)["c"]["custom_id"])
    assert embed_of(cleared)["title"] == "Rose leads Crucible with 50.0 % of weapon kills"
    assert "Clear filters" not in buttons(cleared)


async def test_a_private_history_is_said(armed: Guild) -> None:
    await armed.pool.execute("update history_member set private_since = now() where membership_id = 1")
    assert any(
        line.startswith("Member1 keeps match history private")
        for line in lines_of(await armed.ask("weapons", member="1"))
    )


async def test_choosing_a_mode_or_a_span_changes_the_answer_in_place(armed: Guild) -> None:
    message = await armed.ask("weapons")
    raids = await armed.choose(message, controls(message)["m"]["custom_id"], "9")
    assert raids["id"] == message["id"]
    assert embed_of(raids)["title"] == "Gjallarhorn is the only weapon in use in raids: 10 kills"
    assert len(raids["files"]) == 1, "the earlier picture is gone"
    everything = await armed.choose(raids, controls(raids)["d"]["custom_id"], "0")
    assert lines_of(everything)[0] == "Raid · all time · 10 weapon kills"
    chosen = {item["custom_id"][2]: [one["value"] for one in item["options"] if one.get("default")]
              for item in controls(everything).values() if "options" in item}  # fmt: skip
    assert chosen == {"m": ["9"], "d": ["0"]}


async def test_controls_outlive_a_restart(armed: Guild) -> None:
    message = await armed.ask("weapons", member="1", type="Hand Cannon", since="2020-01-01", until="2999-12-31")
    again = await with_public_url(armed, PUBLIC)
    try:
        changed = await again.choose(message, controls(message)["m"]["custom_id"], "0")
        assert embed_of(changed)["title"].startswith("Member1's favourite hand cannon is Thorn: 90 kills")
        assert controls(changed)["d"]["options"][0]["label"] == "1 January 2020 – 31 December 2999"
    finally:
        await again.stop()


async def test_only_the_asker_may_use_the_controls(armed: Guild) -> None:
    message = await armed.ask("weapons", user_id=cast.PLAIN_ID)
    answer = await armed.press(message, controls(message)["m"]["custom_id"], "0", user_id=cast.OTHER_PLAIN_ID)
    assert "belong to whoever asked" in lines_of(answer)[0]
    assert answer["flags"] & EPHEMERAL


async def test_the_dashboard_button_leads_to_the_same_view(armed: Guild) -> None:
    again = await with_public_url(armed, PUBLIC)
    try:
        message = await again.ask("weapons", member="1", type="Hand Cannon", days=7, sort="precision", slot="kinetic")
        assert buttons(message)["Dashboard"]["url"] == (
            f"{PUBLIC}/clans/{CLAN}/weapons?mode=crucible&days=7&member=1&type=Hand+Cannon&slot=kinetic&sort=precision"
        )
        assert lines_of(message)[-1].endswith(f" · quiet-orbit.example/clans/{CLAN}/weapons")
        one = await again.ask("weapon", weapon="rose", since="2020-01-01")
        assert buttons(one)["Dashboard"]["url"] == (
            f"{PUBLIC}/clans/{CLAN}/weapons/{ROSE}?mode=crucible&since=2020-01-01"
        )
    finally:
        await again.stop()


async def test_while_histories_are_read_the_answer_says_so_and_compares_nothing(armed: Guild) -> None:
    await add_growth(armed)
    lines = lines_of(await armed.ask("weapons"))
    assert any(line.startswith("⚠ 18 of 23 histories complete, numbers still rise") for line in lines)
    assert not any(line.startswith("Up most") for line in lines)


async def test_old_figures_say_how_old_they_are(armed: Guild) -> None:
    armed.clock.advance(hours=5)
    assert lines_of(await armed.ask("weapons"))[-1].startswith("-# ⚠ Matches 5 h old: no reading has succeeded since")


async def test_an_answer_without_a_worker_has_the_figures_all_the_same(armed: Guild) -> None:
    assert armed.bot is not None
    armed.bot.renderer = None
    message = await armed.ask("weapons")
    assert "image" not in embed_of(message)
    assert message["files"] == []
    assert lines_of(message)[2] == "1. **Rose** · 50 · 50.0 %"
    assert lines_of(message)[-2] == "-# The chart can't be drawn right now; the figures are the same."


async def test_a_picture_that_discord_does_not_take_is_left_out(armed: Guild) -> None:
    await armed.place.call("POST", "/faults", {"fault": "403", "path": "/messages/@original", "times": 1})
    message = await armed.ask("weapons")
    assert message["files"] == []
    assert lines_of(message)[2] == "1. **Rose** · 50 · 50.0 %"


async def test_twenty_who_ask_at_once_are_answered_by_one_drawing(armed: Guild, renderer: Renderer) -> None:
    await armed.ask("weapons", days=90)
    armed.clock.advance(minutes=2)  # nothing drawn so far says this age
    await armed.pool.execute("update loop set last_ok_at = $1 where name = 'matches'", armed.clock.now())
    before = renderer.drawn
    people = [*cast.USERS][1:]
    async with asyncio.timeout(20):
        messages = await asyncio.gather(*(armed.ask("weapons", people[n % 3], days=90) for n in range(20)))
    assert {embed_of(message)["title"] for message in messages} == {"Thorn leads Crucible with 45.0 % of weapon kills"}
    assert renderer.drawn == before + 1


async def test_weapon_says_who_is_best_with_it(armed: Guild) -> None:
    message = await armed.ask("weapon", weapon=str(ROSE), days=0)
    assert embed_of(message)["title"] == "Member2 leads the clan with Rose: 35 kills"
    lines = lines_of(message)
    assert lines[0] == "Hand Cannon · Crucible · all time · 70 kills, 30 % precision"
    assert lines[2:5] == [
        "1. **Member2** · 35 · 31 % precision",
        "2. **Member1** · 30 · 30 % precision",
        "3. **Member3** · 5 · 20 % precision",
    ]
    assert "2nd of 5 weapons · 35.0 % of weapon kills" in lines
    assert "Hunter 100 %" in lines
    assert embed_of(message)["image"]["description"].startswith("Member2 leads the clan with Rose: 35 kills. Bar chart")


async def test_weapon_keeps_its_weapon_when_mode_and_span_change(armed: Guild) -> None:
    message = await armed.ask("weapon", weapon="Gjallarhorn")
    assert embed_of(message)["title"] == "Nobody here has a kill with Gjallarhorn in Crucible"
    assert "image" not in embed_of(message)
    raids = await armed.choose(message, controls(message)["m"]["custom_id"], "9")
    assert embed_of(raids)["title"] == "Member2 leads the clan with Gjallarhorn: 7 kills"
    mine = await armed.ask("weapon", weapon="gjallarhorn", member="Member5#0005", mode="raid")
    assert embed_of(mine)["title"] == "Member5 made 3 kills with Gjallarhorn"
    assert "Whole clan" in buttons(mine)


async def test_a_weapon_that_the_manifest_does_not_know_is_fine(armed: Guild) -> None:
    assert embed_of(await armed.ask("weapon", weapon="999"))["title"] == "Only Member3 uses Unknown (999): 15 kills"


async def test_weapons_are_offered_by_what_they_are_used(armed: Guild) -> None:
    assert [one["name"] for one in await armed.complete("weapon", "weapon", "")][:2] == [
        "Thorn · Hand Cannon",
        "Rose · Hand Cannon",
    ]
    assert await armed.complete("weapon", "weapon", "ros") == [{"name": "Rose · Hand Cannon", "value": str(ROSE)}]


async def test_members_types_and_seasons_are_offered(armed: Guild) -> None:
    offered = await armed.complete("weapons", "member", "member2")
    assert [one["name"] for one in offered[:3]] == ["Member2#0002", "Member20#0020", "Member21#0021"]
    assert offered[0]["value"] == "2"
    assert [one["value"] for one in await armed.complete("weapons", "type", "ri")] == ["Pulse Rifle"]
    await add_seasons(armed)
    assert await armed.complete("weapons", "season", "") == [
        {"name": "2 · Season of Echoes", "value": 2},
        {"name": "1 · Red War", "value": 1},
    ]
    assert await armed.complete("weapons", "member", "member2", clan="no such clan") == []


async def add_seasons(at: Guild) -> None:
    now = at.clock.now()
    await at.pool.execute(
        """insert into manifest_version (version, language, paths, loaded_at, is_current, added, changed, removed)
        values ('1', 'en', '{}', $1, true, 0, 0, 0)""",
        now,
    )
    for number, name, days in ((1, "Red War", 400), (2, "Season of Echoes", 20), (3, "Ahead", -20)):
        await at.pool.execute(
            """insert into definition (table_name, hash, name, json, digest, version_added)
            values ('DestinySeasonDefinition', $1, $2,
              jsonb_build_object('seasonNumber', $1::bigint, 'startDate', $3::text), '', '1')""",
            number,
            name,
            (now - timedelta(days=days)).isoformat(),
        )


async def test_a_season_is_from_its_start_to_the_next_ones(armed: Guild) -> None:
    await add_seasons(armed)
    message = await armed.ask("weapons", season=1)
    assert lines_of(message)[0] == "Crucible · season 1 · 100 weapon kills"
    assert controls(message)["d"]["options"][0]["label"] == "Season 1"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"days": 7, "season": 3}, "`days` and `season` say different spans."),
        ({"days": 7, "since": "2026-01-01", "until": "2026-01-02"}, "`days`, `since` and `until` say different spans."),
        ({"since": "yesterday"}, "`since` “yesterday” is no day. Write it as YYYY-MM-DD, for example 2026-05-03."),
        ({"until": "2026-02-30"}, "`until` “2026-02-30” is no day."),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "`since` 2026-02-02 lies after `until` 2026-02-01"),
    ],
)
async def test_what_makes_no_sense_is_said_at_once(armed: Guild, options: dict[str, Any], words: str) -> None:
    message = await armed.run("weapons", **options)
    assert lines_of(message)[0].startswith(words)
    assert message["flags"] & EPHEMERAL


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("weapons", {"member": "membre 1"}, "Nobody in **Quiet Orbit** now goes by “membre 1”. Close to it: Member1"),
        ("weapons", {"type": "Laser Tag"}, "“Laser Tag” is no weapon type. Close to it: "),
        ("weapons", {"season": 77}, "Seasons are not known yet"),
        ("weapons", {"clan": "xyzzy"}, "No clan here is like “xyzzy”."),
        ("weapon", {"weapon": "Ace of Spades"}, "No weapon with kills here is like “Ace of Spades”. Close to it: "),
    ],
)
async def test_what_is_not_here_is_said_to_the_asker_alone(
    armed: Guild, name: str, options: dict[str, Any], words: str
) -> None:
    message = await armed.ask(name, **options)
    assert lines_of(message)[0].startswith(words)
    assert message["flags"] & EPHEMERAL
    channel = await armed.place.messages(message["channel_id"])
    assert [one["id"] for one in channel] == [message["id"]], "nobody is left thinking"


async def test_a_member_of_another_clan_is_found_when_no_clan_is_named(armed: Guild) -> None:
    await armed.add_clan(OTHER_CLAN, "Night Ledger")
    await armed.add_member(OTHER_CLAN, 77, "Gale#2210", joined_at=armed.clock.now())
    message = await armed.ask("weapons", member="gale")
    assert embed_of(message)["author"]["name"] == "Night Ledger"
    assert embed_of(message)["title"] == "No weapon kills by Gale in Crucible"
    refused = await armed.ask("weapons", member="gale", clan="Quiet Orbit")
    assert "Nobody in **Quiet Orbit** now goes by “gale”." in lines_of(refused)[0]


async def test_an_answer_without_a_database_says_so_to_the_asker_alone(armed: Guild) -> None:
    await armed.pool.execute("alter table clan rename to elsewhere")
    message = await armed.ask("weapons")
    assert "-# ref " in embed_of(message)["description"]
    assert message["flags"] & EPHEMERAL


@pytest.mark.skipif(document_path() is None, reason="HAWTHORNE_SAMPLES has no document of Discord's")
async def test_what_is_sent_is_what_discord_takes(armed: Guild) -> None:
    message = await armed.ask("weapons", member="1", type="Hand Cannon")
    await armed.choose(message, controls(message)["m"]["custom_id"], "0")
    sent = [one for one in armed.place.server.requests if one.json is not None]
    assert [one.files for one in sent if one.method == "PATCH"] == [("chart.png",)] * 2
    assert [validate_request(one.method, one.path, one.json) for one in sent] == [[]] * len(sent)
