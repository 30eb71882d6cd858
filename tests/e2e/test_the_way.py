"""From Bungie.net to Discord and the web, through real processes: what is posted, and what is not."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.e2e.harness import JSON, Town, eventually, text_of, town

SETTLE_SECONDS = 11  # a channel's first unsent row waits 10 s for others


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: object) -> AsyncIterator[Town]:
    home: Path = tmp_path_factory.mktemp("town")  # type: ignore[attr-defined]
    async with town(home) as opened:
        await opened.start()
        await opened.ready()
        await opened.watched()
        yield opened


async def posted(place: Town, words: str) -> list[JSON]:
    return [message for message in await place.messages() if words in text_of(message)]


async def some_member(place: Town, clan: int = 0, role: str = "member", skip: int = 0, **like: object) -> JSON:
    """A member with a plain name, so that the words of a post can be looked for."""
    world = await place.ask("GET", "/sandbox/world")
    plain = [m for m in world["clans"][clan]["members"] if m["role"] == role and m["name"].split("#")[0].isalpha()]
    member: JSON = [m for m in plain if all(m[key] == value for key, value in like.items())][skip]
    return member


async def test_the_first_poll_says_only_that_it_watches(place: Town) -> None:
    async def both() -> bool:
        return len(await place.messages()) >= 2

    await eventually(both, 20, "a message for each clan")
    assert all("Watching" in text_of(message) for message in await place.messages())


async def test_a_join_a_rename_a_promotion_a_leave_and_a_switch_are_each_told_once(place: Town) -> None:
    clan, other = place.places["clan_ids"]
    leaver, renamed, promoted, mover = [await some_member(place, skip=n) for n in (0, 1, 2, 5)]
    await place.happen("join", group_id=clan, name="Fernwick")
    await place.happen("rename", membership_id=renamed["membership_id"], name="Oakmantle")
    await place.happen("promote", membership_id=promoted["membership_id"], role="admin")
    await place.happen("leave", membership_id=leaver["membership_id"])
    await place.happen("switch", membership_id=mover["membership_id"], to_group_id=other)
    words = ("Fernwick", "Oakmantle", "is now an admin", "left or was removed", mover["name"].split("#")[0])
    for word in words:
        await eventually(lambda word=word: posted(place, word), 30, word)  # type: ignore[misc]
    await asyncio.sleep(SETTLE_SECONDS)
    for word in words:
        assert len(await posted(place, word)) == 1, word
    for clan_id in place.places["clan_ids"]:
        events = (await place.api(f"/clans/{clan_id}/events?kind=clan_switched"))["events"]
        assert [event["membership_id"] for event in events] == [mover["membership_id"]]


async def test_what_bungie_gets_wrong_is_not_news_and_an_outage_passes(place: Town) -> None:
    before = len(await place.messages())
    await place.happen("online", membership_id=(await some_member(place, online=False))["membership_id"])
    await asyncio.sleep(2.5)
    stale = {"subsystem": "members", "fault": "stale", "back": 20, "seconds": 4}
    await place.ask("POST", "/sandbox/faults", stale)  # long enough for two lists to agree on what is no longer so
    await asyncio.sleep(4.2)
    for fault in ("lose_page", "empty", "short", "error5", "truncated", "duplicate_row"):
        await place.ask("POST", "/sandbox/faults", {"subsystem": "members", "seconds": 2, "fault": fault})
        await asyncio.sleep(2.2)
        await place.ask("DELETE", "/sandbox/faults")
    await place.ask("POST", "/sandbox/faults", {"subsystem": "all", "fault": "html503", "seconds": 4})
    assert (await place.command("roster"))["ok"]
    before += 1  # the answer stands in the channel too
    await asyncio.sleep(4.5)
    await place.happen("join", group_id=place.places["clan_ids"][1], name="Larkspur")
    await eventually(lambda: posted(place, "Larkspur"), 40, "the join after the outage")
    news = [text_of(message) for message in (await place.messages())[before:]]
    assert len(news) == 1, news


async def test_a_purge_of_thirty_is_one_digest(place: Town) -> None:
    clan = place.places["clan_ids"][0]
    before = len(await place.messages())
    gone = await place.happen("purge", group_id=clan, count=30)
    assert len(gone) == 30

    async def all_listed() -> bool:
        events = (await place.api(f"/clans/{clan}/events?kind=left"))["events"]
        return {e["membership_id"] for e in gone} <= {e["membership_id"] for e in events}

    await eventually(all_listed, 60, "thirty leaves are stored")

    async def told() -> list[JSON]:
        return (await place.messages())[before:]

    await eventually(told, 30, "the digest")
    await asyncio.sleep(SETTLE_SECONDS)
    news = [text_of(message) for message in await told()]
    assert len(news) == 1, news
    assert "30" in news[0]


async def test_a_restart_forgets_nothing_and_repeats_nothing(place: Town) -> None:
    before = [message["id"] for message in await place.messages()]
    assert await place.hawthorne.signal(signal.SIGTERM) == 0, place.hawthorne.words()
    await place.happen("join", group_id=place.places["clan_ids"][1], name="Thornapple")
    await place.start()
    await place.ready()
    await eventually(lambda: posted(place, "Thornapple"), 25, "the join from while it was away")
    after = await place.messages()
    assert [message["id"] for message in after[: len(before)]] == before
    assert len(after) == len(before) + 1
