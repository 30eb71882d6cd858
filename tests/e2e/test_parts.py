"""The parts as processes of their own, on one embedded database: each may die, the others go on."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.harness import JSON, Child, Town, eventually, postmaster, text_of, town

NAMES = ("Fernwick", "Oakmantle", "Larkspur")


@asynccontextmanager
async def part(place: Town, name: str, number: int = 1) -> AsyncIterator[Child]:
    """One part as a process; killed at the end if it still runs."""
    child = Child(place.home / f"{name}-{number}.log")
    await child.start("bot", "run", "--config", str(place.config_path), "--only", name)
    try:
        yield child
    finally:
        if child.alive:
            await child.signal(signal.SIGKILL)


async def served(place: Town) -> None:
    async def check() -> bool:
        return (await place.page("/readyz"))[0] == 200

    await eventually(check, 40, "the web part is ready")


async def stored(place: Town, name: str) -> None:
    """Someone joins, and the web part tells it."""
    clan = place.places["clan_ids"][0]
    await place.happen("join", group_id=clan, name=name)

    async def listed() -> bool:
        events: list[JSON] = (await place.api(f"/clans/{clan}/events?kind=joined")).get("events", [])
        return any(event["name"].startswith(name) for event in events)

    await eventually(listed, 30, f"{name} is stored")


async def told_once(place: Town) -> None:
    async def all_told() -> bool:
        return set(NAMES) <= set(await mentions(place))

    await eventually(all_told, 40, "all joins are posted")
    await asyncio.sleep(2)
    assert await mentions(place) == dict.fromkeys(NAMES, 1)


async def mentions(place: Town) -> Counter[str]:
    words = "\n".join([text_of(message) for message in await place.messages()])
    return Counter({name: words.count(name) for name in NAMES if name in words})


async def ends_cleanly(child: Child) -> None:
    began = time.monotonic()
    assert await child.signal(signal.SIGTERM) == 0, child.words()
    assert time.monotonic() - began < 10


async def test_the_owner_of_the_database_is_killed_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    async with town(tmp_path) as place, part(place, "ingest") as first:
        owner = await eventually(lambda: postmaster(place.home / "data"), 30, "PostgreSQL runs")
        async with part(place, "web") as web, part(place, "discord") as discord:
            await served(place)
            await stored_baseline(place)
            await stored(place, "Fernwick")
            await first.signal(signal.SIGKILL)
            await place.happen("join", group_id=place.places["clan_ids"][1], name="Oakmantle")
            async with part(place, "ingest", 2) as second:
                await stored(place, "Larkspur")
                assert await postmaster(place.home / "data") != owner
                assert (await place.command("roster"))["ok"]
                await told_once(place)
                assert all(child.alive for child in (web, discord, second))
                for child in (web, discord, second):
                    await ends_cleanly(child)
        assert not await postmaster(place.home / "data")


async def stored_baseline(place: Town) -> None:
    async def both() -> bool:
        rosters = [await place.api(f"/clans/{clan_id}/roster") for clan_id in place.places["clan_ids"]]
        return all(roster.get("members") for roster in rosters)

    await eventually(both, 30, "both clans are read")
