"""Exotics, seals and gilding through the whole product: equal to the world's, told once, nothing known forgotten."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.presenters.text import plural, safe_name
from bot.presenters.weapon_words import bare
from bot.sandbox.discord import cast
from tests.e2e.harness import JSON, Town, eventually, text_of, town

pytestmark = pytest.mark.soak

USERS = (cast.OWNER_ID, cast.PLAIN_ID, cast.OTHER_PLAIN_ID)
AT_ONCE = 6


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: object) -> AsyncIterator[Town]:
    home: Path = tmp_path_factory.mktemp("town")  # type: ignore[attr-defined]
    async with town(home, unlimited=True) as opened:
        schedule = {"membership_seconds": 1, "roster_seconds": 1, "collections_seconds": 1, "manifest_seconds": 30}
        opened.configure(schedule=schedule, bungie={"requests_per_second": 25})
        await opened.start()
        await opened.ready()
        await opened.watched()
        yield opened


async def truth(place: Town, clan: str) -> dict[str, JSON]:
    members = (await place.ask("GET", f"/sandbox/collections?clan={clan}"))["members"]
    return {member["membership_id"]: member for member in members}


async def owned(place: Town, clan: str) -> dict[str, set[int]]:
    """Membership id -> collectible hashes, as the API tells it."""
    found: dict[str, set[int]] = {}
    for row in (await place.api(f"/clans/{clan}/exotics"))["exotics"]:
        for owner in row["owners"]:
            found.setdefault(owner, set()).add(row["collectible_hash"])
    return found


async def held(place: Town, clan: str) -> dict[str, dict[int, tuple[int, bool]]]:
    """Membership id -> completion record -> times gilded, and whether this season."""
    found: dict[str, dict[int, tuple[int, bool]]] = {}
    for row in (await place.api(f"/clans/{clan}/seals"))["seals"]:
        for one in row["holders"]:
            told = one["gilded_times"], one["gilded_this_season"]
            assert one["gilded"] == (told[0] >= 1)
            found.setdefault(one["membership_id"], {})[row["record_hash"]] = told
    return found


def exotics_of(world: dict[str, JSON]) -> dict[str, set[int]]:
    return {key: set(one["exotics"]) for key, one in world.items() if not one["private"] and one["exotics"]}


def seals_of(world: dict[str, JSON]) -> dict[str, dict[int, tuple[int, bool]]]:
    held = {
        key: {s["record_hash"]: (s["gilded_times"], s["gilded_this_season"]) for s in one["seals"] if s["held"]}
        for key, one in world.items()
        if not one["private"]
    }
    return {key: seals for key, seals in held.items() if seals}


async def equal(place: Town) -> bool:
    for clan in place.places["clan_ids"]:
        world = await truth(place, clan)
        if await owned(place, clan) != exotics_of(world) or await held(place, clan) != seals_of(world):
            return False
    return True


async def posts(place: Town, word: str) -> list[str]:
    """Posts with this word; answers to commands aside."""
    return [text for message in await place.messages() if word in (text := text_of(message))]


async def play(place: Town, clan: str, membership_id: str) -> None:
    """A session that the roster's loop sees, as it would see one of a few minutes."""
    await place.happen("online", membership_id=membership_id)

    async def seen() -> bool:
        members = (await place.api(f"/clans/{clan}/roster"))["members"]
        return any(one["membership_id"] == membership_id and one["online"] for one in members)

    await eventually(seen, 30, "they are seen playing")
    await place.happen("offline", membership_id=membership_id)


async def plain_members(place: Town, clan: int = 0) -> list[JSON]:
    """Members with names of letters alone that nobody else bears, in public and offline."""
    members = (await place.ask("GET", "/sandbox/world"))["clans"][clan]["members"]
    names = [bare(member["name"]) for member in members]
    fit = [m for m in members if not m["private"] and not m["online"] and bare(m["name"]).isalpha()]
    return [member for member in fit if names.count(bare(member["name"])) == 1 and len(bare(member["name"])) > 6]


async def test_all_that_both_clans_have_is_told_and_nothing_is_news(place: Town) -> None:
    await eventually(lambda: equal(place), 90, "both clans' collections and seals are those of the world")
    for clan in place.places["clan_ids"]:
        world = await truth(place, clan)
        answer = await place.api(f"/clans/{clan}/exotics")
        private = sum(one["private"] for one in world.values())
        assert {row["owned"] + row["missing"] + row["unknown"] for row in answer["exotics"]} == {len(world)}
        assert {row["unknown"] for row in answer["exotics"]} == {private}
        everything = set().union(*exotics_of(world).values())
        assert set(answer["nobody"]) == {row["collectible_hash"] for row in answer["exotics"]} - everything
        await _catalysts_and_closest(place, clan, world)
    assert not await posts(place, " found **")
    assert not await posts(place, " earned **")


async def _catalysts_and_closest(place: Town, clan: str, world: dict[str, JSON]) -> None:
    for row in (await place.api(f"/clans/{clan}/catalysts"))["catalysts"]:
        done = {key for key, one in world.items() if not one["private"] and row["record_hash"] in one["catalysts"]}
        assert set(row["owners"]) == done, row["name"]
    for row in (await place.api(f"/clans/{clan}/seals"))["seals"]:
        for one in row["closest"]:
            seals = {seal["record_hash"]: seal for seal in world[one["membership_id"]]["seals"]}
            expected = seals[row["record_hash"]]
            assert (one["done"], one["of"]) == (min(expected["done"], expected["of"]), expected["of"]), row["title"]


async def say(place: Town, name: str, user_id: str, **options: str) -> JSON:
    """The embed of an answer that comes at once. Who asks too often is told when to ask again."""
    while True:
        asked = {"type": "command", "channel_id": place.places["channel_id"], "name": name, "options": options}
        made = await place.ask("POST", "/sandbox/discord/interactions", {**asked, "user_id": user_id})
        assert made["ok"], made
        embed: JSON = made["response"]["embeds"][0]
        if not embed["description"].startswith("That was quick"):
            return embed
        await asyncio.sleep(1)


async def test_the_commands_say_the_same_of_every_member(place: Town) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def check(place_in_row: int, clan: str, one: JSON) -> None:
        asked: dict[str, Any] = {"user_id": USERS[place_in_row % len(USERS)], "clan": clan}
        async with gate:
            exotics = await say(place, "exotics", **asked, member=one["membership_id"])
            seals = await say(place, "seals", **asked, member=one["membership_id"])
        name = safe_name(bare(one["name"]), 60)
        if one["private"]:
            assert exotics["title"] == f"{name} has never shown collections"
            assert seals["title"].endswith("has never shown triumphs")
            return
        has = re.match(r"Has (\d+) of 188: ", exotics["description"])
        assert has is not None
        assert int(has[1]) == len(one["exotics"]), one["name"]
        titles = [seal for seal in one["seals"] if seal["held"]]
        gilded = sum(seal["gilded_times"] > 0 for seal in titles)
        tail = f", {gilded} of them gilded" if gilded and len(titles) > 1 else ", gilded" if gilded else ""
        holds = plural(len(titles), "seal") if titles else "no seal yet"
        assert seals["title"] == f"{name} holds {holds}{tail}"

    members = [(clan, one) for clan in place.places["clan_ids"] for one in (await truth(place, clan)).values()]
    assert len(members) == 132
    await asyncio.gather(*(check(number, clan, one) for number, (clan, one) in enumerate(members)))


async def test_one_exotic_lists_its_owners(place: Town) -> None:
    clan = place.places["clan_ids"][1]
    world = await truth(place, clan)
    rows = (await place.api(f"/clans/{clan}/exotics"))["exotics"]
    row = next(row for row in rows if 2 < row["owned"] < 20)
    embed = await say(place, "exotics", USERS[0], clan=clan, exotic=str(row["collectible_hash"]))
    owners = sorted((safe_name(bare(world[key]["name"])) for key in row["owners"]), key=str.casefold)
    assert f"**Owned by {row['owned']}**\n{', '.join(owners)}\n" in embed["description"]


async def test_a_newcomer_with_85_exotics_is_no_news_of_exotics(place: Town) -> None:
    clan = place.places["clan_ids"][1]
    world = await place.ask("GET", "/sandbox/world")
    who = next(one["membership_id"] for one in world["strangers"] if bare(one["name"]).isalpha())
    has: JSON = {"exotics": []}
    while len(has["exotics"]) < 85:
        await place.happen("exotic", membership_id=who)
        has = (await place.ask("GET", f"/sandbox/collections?member={who}"))["members"][0]
    await place.happen("join", group_id=clan, membership_id=who)

    async def known() -> bool:
        return (await owned(place, clan)).get(who) == set(has["exotics"])

    await eventually(known, 30, "the newcomer's exotics")
    news = (await place.api(f"/clans/{clan}/events?member={who}"))["events"]
    assert [event["kind"] for event in news] == ["joined"]


async def test_a_find_and_a_gilding_are_told_once_however_bungie_flickers(place: Town) -> None:
    finder, gilder = (await plain_members(place))[:2]
    clan, who = place.places["clan_ids"][0], finder["membership_id"]
    (found,) = await place.happen("exotic", membership_id=who)
    hash_, title = found["detail"]["collectible_hash"], await _gild(place, clan, gilder["membership_id"])
    await asyncio.gather(play(place, clan, who), play(place, clan, gilder["membership_id"]))
    await eventually(lambda: equal(place), 30, "the find and the gilding are read")
    flicker = {"subsystem": "profile", "fault": "flicker", "membership_id": who, "hash": hash_, "seconds": 30}
    await place.ask("POST", "/sandbox/faults", flicker)
    await play(place, clan, who)
    await asyncio.sleep(2.5)
    assert (await place.ask("GET", "/sandbox/faults"))["faults"][0]["hits"] > 0
    assert hash_ in (await owned(place, clan))[who]
    await place.ask("DELETE", "/sandbox/faults")
    await play(place, clan, who)
    await asyncio.sleep(2.5)
    events = (await place.api(f"/clans/{clan}/events?kind=exotic_acquired&member={who}"))["events"]
    assert [event["detail"]["collectible_hash"] for event in events] == [hash_]
    name = safe_name(gilder["name"])
    await eventually(lambda: posts(place, f"**{name}** gilded **{title}**"), 40, "the gilding is told")
    assert len(await posts(place, f"**{name}** earned **{title}**")) == 1
    assert len(await posts(place, f"**{safe_name(finder['name'])}** found **")) == 1
    assert await equal(place)


async def _gild(place: Town, clan: str, who: str) -> str:
    """Earn and gild a seal that can be, and isn't held yet; its title."""
    seals = (await truth(place, clan))[who]["seals"]
    seal = next(s for s in seals if not s["held"] and s["title"] in ("Conqueror", "Unbroken", "Deadeye", "Dredgen"))
    await place.happen("gild", membership_id=who, record_hash=seal["record_hash"])
    return str(seal["title"])


async def test_who_turns_private_keeps_what_was_known(place: Town) -> None:
    member = (await plain_members(place))[2]
    clan, who = place.places["clan_ids"][0], member["membership_id"]
    before = (await owned(place, clan))[who], (await held(place, clan))[who]
    await play(place, clan, who)
    await place.happen("private", membership_id=who)

    async def marked() -> bool:
        for deed in ("online", "offline"):
            await place.happen(deed, membership_id=who)
            await asyncio.sleep(0.7)
        embed = await say(place, "exotics", USERS[0], member=who)
        return "keeps collections private now. Known until" in embed["description"]

    await eventually(marked, 40, "they are marked")
    assert ((await owned(place, clan))[who], (await held(place, clan))[who]) == before
