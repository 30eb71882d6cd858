"""The database falls over again and again while people ask and things happen: no process ends, nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from bot.presenters.embeds.plain import AWAY
from tests.e2e.harness import JSON, Town, eventually, postmaster, text_of, town

pytestmark = pytest.mark.soak
CRASHES = 4
PAUSE = 0.7  # 30 commands in 10 s are let through; two ask here


def kind_of(answer: JSON) -> str:
    """The list, an honest word about the database, or what should not be."""
    words = text_of(answer["response"]) if answer["ok"] else str(answer["error"])
    return "list" if "●" in words else "away" if AWAY.partition("{")[0] in words else words


class Crowd:
    """People who load the roster page and type /roster all the time; what they got."""

    def __init__(self, place: Town) -> None:
        self.place = place
        self.pages: Counter[int] = Counter()
        self.answers: Counter[str] = Counter()

    async def load_pages(self) -> None:
        clan = self.place.places["clan_ids"][0]
        while True:
            status, _ = await self.place.page(f"/clans/{clan}/roster")
            self.pages[status] += 1
            await asyncio.sleep(0.05)

    async def type_commands(self) -> None:
        while True:
            answer = await self.place.command("roster")
            self.answers[kind_of(answer)] += 1
            await asyncio.sleep(PAUSE)


async def crash(data_dir: Path) -> None:
    """As `pg_ctl -m immediate stop`: no checkpoint, no good-bye. Returns when another server runs."""
    fallen = await eventually(lambda: postmaster(data_dir), 20, "PostgreSQL runs")
    os.kill(fallen, signal.SIGQUIT)

    async def again() -> bool:
        return await postmaster(data_dir) not in (None, fallen)

    await eventually(again, 20, "PostgreSQL runs again")


async def test_crashes_of_the_database_under_load(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.start()
        await place.ready()
        await place.watched()
        crowd = Crowd(place)
        busy = [asyncio.create_task(one) for one in (crowd.load_pages(), crowd.type_commands())]
        names = [f"Alder{'abcdefgh'[number]}" for number in range(2 * CRASHES)]
        for number in range(CRASHES):
            await joins(place, names[2 * number])
            await crash(place.home / "data")
            await joins(place, names[2 * number + 1])
            if number % 2:  # every other one falls over while it still recovers
                await answered_again(place)
        for task in busy:
            task.cancel()
        assert {type(error) for error in await asyncio.gather(*busy, return_exceptions=True)} == {
            asyncio.CancelledError
        }
        assert place.hawthorne.alive, place.hawthorne.words()
        await stored_once(place, names)
        await told_once(place, names)
        assert await place.hawthorne.signal(signal.SIGTERM) == 0
    assert set(crowd.pages) == {200, 503}, crowd.pages
    assert set(crowd.answers) <= {"list", "away"}, crowd.answers
    assert "never retrieved" not in place.hawthorne.log.read_text("utf-8")


async def joins(place: Town, name: str) -> None:
    await place.happen("join", group_id=place.places["clan_ids"][0], name=name)


async def answered_again(place: Town) -> None:
    clan = place.places["clan_ids"][0]

    async def right() -> bool:
        status, page = await place.page(f"/clans/{clan}/roster")
        if status != 200 or "<tbody" not in page:
            return False
        await asyncio.sleep(PAUSE)
        return kind_of(await place.command("roster", clan=clan)) == "list"

    await eventually(right, 20, "the page and the command answer")


async def stored_once(place: Town, names: list[str]) -> None:
    clan = place.places["clan_ids"][0]

    async def events() -> list[str]:
        rows: list[JSON] = (await place.api(f"/clans/{clan}/events?limit=100")).get("events", [])
        return sorted(row["name"].split("#")[0] for row in rows if row["kind"] == "joined")

    async def all_there() -> bool:
        return set(names) <= set(await events())

    await eventually(all_there, 30, "every join is stored")
    assert await events() == names


async def told_once(place: Town, names: list[str]) -> None:
    """In posts or in a digest, which names all of a few."""

    async def mentions() -> dict[str, int]:
        words = "\n".join([text_of(message) for message in await place.messages()])
        return {name: words.count(name) for name in names if name in words}

    async def all_told() -> bool:
        return set(names) <= set(await mentions())

    await eventually(all_told, 40, "every join is posted")
    assert await mentions() == dict.fromkeys(names, 1)
