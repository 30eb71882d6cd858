from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from bot.renderer import Renderer
from bot.sandbox.discord import cast
from tests.cogs.guild import CLAN, OTHER_CLAN, Guild, embed_of, lines_of, with_public_url
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
    message = await armed.ask("weapons", private=True)
    assert message["flags"] & EPHEMERAL
    embed = embed_of(message)
    assert embed["title"] == "Rose leads Crucible with 50.0 % of weapon kills"
    assert embed["author"]["name"] == "Quiet Orbit [QO]"
    assert embed["color"] == 0xC3CBCA
    assert embed["image"]["width"] == 1600
    assert embed["image"]["description"] == (
        "Rose leads Crucible with 50.0 % of weapon kills. Bar chart of 5 weapons by kills, last 30 days: "
        "Rose 50, Matador 64 20, Unknown (999) 15, … Elsie's Rifle 5."
    )
    lines = lines_of(message)
    assert lines[0] == "Crucible · last 30 days · 100 weapon kills"
    assert lines[2:4] == ["1. **Rose** · 50 · 50.0 %", "2. **Matador 64** · 20 · 20.0 %"]
    assert "On the 30 days before: **Rose** +30.0 points, **Thorn** −70.0 points" in lines
    assert "Kills that no weapon made: 4 grenade · 4 melee · 4 other" in lines
    assert lines[-1].startswith("-# Matches <t:")
    assert lines[-1].endswith(":R> · 23 members")
    async with armed.place.http.get(embed["image"]["url"]) as answer:
        assert (await answer.read())[:8] == b"\x89PNG\r\n\x1a\n"


async def test_filters_narrow_the_answer(armed: Guild) -> None:
    async def title(**options: Any) -> str:
        return str(embed_of(await armed.ask("weapons", **options))["title"])

    assert (await title(type="hand_cannon", days=0)).startswith("Thorn leads hand cannons in Crucible with ")
    assert await title(slot="power") == "No kills with power weapons in Crucible"
    assert await title(mode="raid", damage="solar") == "Gjallarhorn is the only solar weapon in use in raids: 10 kills"
    by_players = await armed.ask("weapons", sort="players")
    assert embed_of(by_players)["title"] == "Rose is the most shared weapon in Crucible: 3 members"
    assert lines_of(by_players)[2] == "1. **Rose** · 3 members"
    await add_seasons(armed)
    season = await armed.ask("weapons", season=1)
    assert lines_of(season)[0].startswith("Crucible · season 1 · ")
    assert controls(season)["d"]["options"][0]["label"].startswith("Season 1")


async def test_a_members_own_answer(armed: Guild) -> None:
    message = await armed.ask("weapons", member="member1", sort="players")
    assert embed_of(message)["title"] == "Member1's favourite in Crucible is Rose: 30 kills, 50.0 %"
    cleared = await armed.choose(message, controls(message)["c"]["custom_id"])
    assert embed_of(cleared)["title"] == "Rose is the most shared weapon in Crucible: 3 members"
    assert "c" not in controls(cleared)
    await armed.pool.execute("update history_member set private_since = now() where membership_id = 1")
    lines = lines_of(await armed.ask("weapons", member="1"))
    assert any(line.startswith("Member1 keeps match history private") for line in lines)


async def test_controls_change_the_answer_in_place_for_the_asker_alone(armed: Guild) -> None:
    message = await armed.ask("weapons", user_id=cast.PLAIN_ID)
    refused = await armed.press(message, controls(message)["m"]["custom_id"], "0", user_id=cast.OTHER_PLAIN_ID)
    assert "belong to whoever asked" in lines_of(refused)[0]
    assert refused["flags"] & EPHEMERAL
    raids = await armed.choose(message, controls(message)["m"]["custom_id"], "9", user_id=cast.PLAIN_ID)
    assert raids["id"] == message["id"]
    assert embed_of(raids)["title"] == "Gjallarhorn is the only weapon in use in raids: 10 kills"
    assert len(raids["files"]) == 1, "the earlier picture is gone"
    everything = await armed.choose(raids, controls(raids)["d"]["custom_id"], "0", user_id=cast.PLAIN_ID)
    assert lines_of(everything)[0] == "Raid · all time · 10 weapon kills"
    chosen = {
        kind: one["value"] for kind in "md" for one in controls(everything)[kind]["options"] if one.get("default")
    }
    assert chosen == {"m": "9", "d": "0"}
    if document_path() is not None:
        sent = [one for one in armed.place.server.requests if one.json is not None]
        assert [one.files for one in sent if one.method == "PATCH"] == [("chart.png",)] * 3
        assert [validate_request(one.method, one.path, one.json) for one in sent] == [[]] * len(sent)


async def test_controls_outlive_a_restart_and_lead_to_the_same_view(armed: Guild) -> None:
    asked = {"member": "1", "type": "Hand Cannon", "slot": "kinetic", "sort": "precision"}
    message = await armed.ask("weapons", **asked, since="2020-01-01", until="2999-12-31")
    again = await with_public_url(armed, PUBLIC)
    try:
        changed = await again.choose(message, controls(message)["m"]["custom_id"], "0")
        assert embed_of(changed)["title"] == "Member1 made most precision kills with Thorn: 29"
        assert controls(changed)["d"]["options"][0]["label"] == "1 January 2020 – 31 December 2999"
        assert controls(changed)["Dashboard"]["url"] == (
            f"{PUBLIC}/clans/{CLAN}/weapons?mode=all&since=2020-01-01&until=2999-12-31&member=1"
            "&type=Hand+Cannon&slot=kinetic&sort=precision"
        )
        assert lines_of(changed)[-1].endswith(f" · quiet-orbit.example/clans/{CLAN}/weapons")
        one = await again.ask("weapon", weapon="rose")
        assert controls(one)["Dashboard"]["url"] == f"{PUBLIC}/clans/{CLAN}/weapons/{ROSE}?mode=crucible&days=30"
    finally:
        await again.stop()


async def test_figures_that_grow_or_are_old_say_so(armed: Guild) -> None:
    await add_growth(armed)
    lines = lines_of(await armed.ask("weapons"))
    assert any(line.startswith("⚠ 18 of 23 histories complete, numbers still rise") for line in lines)
    assert not any(line.startswith("On the 30 days before") for line in lines), "a comparison would mislead"
    armed.clock.advance(hours=5)
    last = lines_of(await armed.ask("weapons"))[-1]
    assert last.startswith("-# ⚠ Matches 5 h old: no reading has succeeded since")


async def test_an_answer_without_its_picture_has_the_figures_all_the_same(armed: Guild) -> None:
    await armed.place.call("POST", "/faults", {"fault": "403", "path": "/messages/@original", "times": 1})
    refused = await armed.ask("weapons")
    assert armed.bot is not None
    armed.bot.renderer = None
    for message in (refused, await armed.ask("weapons")):
        assert "image" not in embed_of(message)
        assert message["files"] == []
        assert lines_of(message)[2] == "1. **Rose** · 50 · 50.0 %"
        assert lines_of(message)[-2] == "-# The chart can't be drawn right now; the figures are the same."


async def test_twenty_who_ask_at_once_are_answered_by_one_drawing(armed: Guild, renderer: Renderer) -> None:
    armed.clock.advance(minutes=2)  # nothing drawn so far says this age
    await armed.pool.execute("update loop set last_ok_at = $1 where name = 'matches'", armed.clock.now())
    before = renderer.drawn
    people = [*cast.USERS][1:]
    async with asyncio.timeout(20):
        messages = await asyncio.gather(*(armed.ask("weapons", people[n % 3], days=90) for n in range(20)))
    assert {embed_of(message)["title"] for message in messages} == {"Thorn leads Crucible with 45.0 % of weapon kills"}
    assert all(message["files"] for message in messages)
    assert renderer.drawn == before + 1


async def test_weapon_says_who_is_best_with_it(armed: Guild) -> None:
    message = await armed.ask("weapon", weapon=str(ROSE), days=0)
    assert embed_of(message)["title"] == "Member2 leads the clan with Rose: 35 kills"
    lines = lines_of(message)
    assert lines[0] == "Hand Cannon · Crucible · all time · 70 kills, 30 % precise"
    assert lines[2:5] == [
        "1. **Member2** · 35 · 31 % precise",
        "2. **Member1** · 30 · 30 % precise",
        "3. **Member3** · 5 · 20 % precise",
    ]
    assert {"2nd of 5 weapons · 35.0 % of weapon kills", "Hunter 100 %"} < set(lines)
    assert embed_of(message)["image"]["description"].startswith("Member2 leads the clan with Rose: 35 kills. Bar chart")
    unknown = await armed.ask("weapon", weapon="999")
    assert embed_of(unknown)["title"] == "Only Member3 uses Unknown (999): 15 kills"


async def test_weapon_left_out_is_the_one_used_most(armed: Guild) -> None:
    message = await armed.ask("weapon", days=0)
    assert embed_of(message)["title"] == "Only Member1 uses Thorn: 90 kills"


async def test_weapon_keeps_its_weapon_when_something_else_changes(armed: Guild) -> None:
    message = await armed.ask("weapon", weapon="Gjallarhorn")
    assert embed_of(message)["title"] == "Nobody here has a kill with Gjallarhorn in Crucible"
    assert "image" not in embed_of(message)
    raids = await armed.choose(message, controls(message)["m"]["custom_id"], "9")
    assert embed_of(raids)["title"] == "Member2 leads the clan with Gjallarhorn: 7 kills"
    mine = await armed.ask("weapon", weapon="gjallarhorn", member="Member5#0005", mode="raid")
    assert embed_of(mine)["title"] == "Member5 made 3 kills with Gjallarhorn"
    everyone = await armed.choose(mine, controls(mine)["c"]["custom_id"])
    assert embed_of(everyone)["title"] == "Member2 leads the clan with Gjallarhorn: 7 kills"


async def test_what_can_be_chosen_is_offered(armed: Guild) -> None:
    offered = await armed.complete("weapon", "weapon", "")
    assert [one["name"] for one in offered[:2]] == ["Thorn · Hand Cannon", "Rose · Hand Cannon"]
    assert await armed.complete("weapon", "weapon", "ros") == [{"name": "Rose · Hand Cannon", "value": str(ROSE)}]
    offered = await armed.complete("weapons", "member", "member2")
    assert [one["name"] for one in offered[:3]] == ["Member2#0002", "Member20#0020", "Member21#0021"]
    assert offered[0]["value"] == "2"
    assert await armed.complete("weapons", "member", "member2", clan="no such clan") == []
    assert [one["value"] for one in await armed.complete("weapons", "type", "ri")] == ["Pulse Rifle"]
    await add_seasons(armed)
    assert await armed.complete("weapons", "season", "") == [
        {"name": "2 · Season of Echoes", "value": 2},
        {"name": "1 · Red War", "value": 1},
    ]


async def add_seasons(at: Guild) -> None:
    """Two that have begun, and one that is ahead."""
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


NONSENSE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"days": 7, "season": 3}, "`days` and `season` say different spans."),
    ({"days": 7, "since": "2026-01-01", "until": "2026-01-02"}, "`days`, `since` and `until` say different spans."),
    ({"since": "yesterday"}, "`since` “yesterday” is no day. Write it as YYYY-MM-DD, for example 2026-05-03."),
    ({"until": "2026-02-30"}, "`until` “2026-02-30” is no day."),
    ({"since": "2026-02-02", "until": "2026-02-01"}, "`since` 2026-02-02 lies after `until` 2026-02-01"),
)


async def test_what_makes_no_sense_is_said_at_once(armed: Guild) -> None:
    for options, words in NONSENSE:
        message = await armed.run("weapons", **options)
        assert lines_of(message)[0].startswith(words)
        assert message["flags"] & EPHEMERAL


NOT_HERE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("weapons", {"member": "membre 1"}, "Nobody in **Quiet Orbit** now goes by “membre 1”. Close to it: Member1"),
    ("weapons", {"type": "Laser Tag"}, "“Laser Tag” is no weapon type. Pick one from the list"),
    ("weapons", {"type": "shoutgam"}, "“shoutgam” is no weapon type. Close to it: Shotgun."),
    ("weapons", {"season": 77}, "Seasons are not known yet"),
    ("weapons", {"clan": "xyzzy"}, "No clan here is like “xyzzy”."),
    ("weapon", {"weapon": "Roze of"}, "No weapon with kills here is like “Roze of”. Close to it: Rose"),
    (
        "weapon",
        {"weapon": "😀"},
        "No weapon with kills here is like “😀”. Pick one from the list",
    ),
)


async def test_what_is_not_here_is_said_to_the_asker_alone(armed: Guild) -> None:
    for name, options, words in NOT_HERE:
        message = await armed.ask(name, **options)
        assert lines_of(message)[0].startswith(words)
        assert message["flags"] & EPHEMERAL
    channel = await armed.place.messages(message["channel_id"])
    assert len(channel) == len(NOT_HERE), "nobody is left thinking"


async def test_a_member_of_another_clan_is_found_when_no_clan_is_named(armed: Guild) -> None:
    await armed.add_clan(OTHER_CLAN, "Night Ledger")
    await armed.add_member(OTHER_CLAN, 77, "Gale#2210", joined_at=armed.clock.now())
    message = await armed.ask("weapons", member="gale")
    assert embed_of(message)["author"]["name"] == "Night Ledger"
    assert embed_of(message)["title"] == "No weapon kills by Gale in Crucible"
    refused = await armed.ask("weapons", member="gale", clan="Quiet Orbit")
    assert "Nobody in **Quiet Orbit** now goes by “gale”." in lines_of(refused)[0]


async def test_of_two_with_one_name_both_are_named(armed: Guild) -> None:
    for member, code in ((78, "0001"), (79, "0002")):
        await armed.add_member(CLAN, member, f"Anchor#{code}", joined_at=armed.clock.now())
    refused = lines_of(await armed.ask("weapons", member="anchor"))[0]
    assert refused == ("Several go by “anchor”: Anchor#0001, Anchor#0002. Type one of these names whole.")


async def test_an_unknown_season_is_answered_with_the_known_ones(armed: Guild) -> None:
    await add_seasons(armed)
    refused = lines_of(await armed.ask("weapons", season=77))[0]
    assert refused == "There is no season 77 here: give one from 1 to 3, or leave `season` out."


async def test_a_fault_of_ours_is_told_to_the_asker_alone(armed: Guild) -> None:
    await armed.pool.execute("alter table clan rename to elsewhere")
    message = await armed.ask("weapons")
    assert "-# ref " in embed_of(message)["description"]
    assert message["flags"] & EPHEMERAL
