"""A manifest brings an exotic and a seal on demand: followed by the running product, earned, told once, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.presenters.text import safe_name
from bot.presenters.weapon_words import bare
from tests.e2e.harness import JSON, Town, eventually, text_of, town

pytestmark = pytest.mark.soak


@dataclass
class Stage:
    """One member of a clan, and what the product says of them, of a seal and of an exotic."""

    place: Town
    clan: str
    member: JSON
    seal: JSON = field(default_factory=dict)
    exotic: JSON = field(default_factory=dict)

    @property
    def who(self) -> str:
        return str(self.member["membership_id"])

    async def turn(self, **change: bool) -> None:
        """A new manifest; what it adds are the seal and the exotic from now on."""
        made = await self.place.ask("POST", "/sandbox/manifest", change)
        if "seals" in made:
            ((self.seal,), (self.exotic,)) = made["seals"], made["exotics"]

    async def happen(self, deed: str, **what: int) -> None:
        await self.place.happen(deed, membership_id=self.who, **what)

    async def play(self) -> None:
        """A session that the product sees; returns when their collections were read after it, by both who may."""
        await self.happen("online")
        await eventually(self._seen, 20, "they are seen playing")
        since = (await self.place.ask("GET", "/sandbox/requests"))["total"]
        await self.happen("offline")

        async def read() -> bool:
            seen = await self.place.ask("GET", "/sandbox/requests?last=5000")
            fresh = seen["recent"][len(seen["recent"]) - (seen["total"] - since) :]
            asked = [one["query"] for one in fresh if f"/{self.who}/" in one["path"]]
            return any("800" in query and "900" in query for query in asked)

        await eventually(read, 20, "their collections are read")
        await self.passed(datetime.now(UTC))

    async def passed(self, since: datetime) -> None:
        """Return once no pass of the loops that read collections is under way that began before."""

        async def through() -> bool:
            loops = {one["name"]: one["last_ok_at"] for one in (await self.place.api("/status"))["loops"]}
            ends = [loops["roster"], loops["collections"]]
            return all(end and datetime.fromisoformat(end) > since for end in ends)

        await eventually(through, 20, "both loops are through")

    async def _seen(self) -> bool:
        members = (await self.place.api(f"/clans/{self.clan}/roster"))["members"]
        return any(one["membership_id"] == self.who and one["online"] for one in members)

    async def seals(self) -> JSON | None:
        """The line of the seal in the clan's answer, where there is one."""
        rows = (await self.place.api(f"/clans/{self.clan}/seals"))["seals"]
        return next((row for row in rows if row["record_hash"] == self.seal["record_hash"]), None)

    async def exotics(self) -> JSON | None:
        rows = (await self.place.api(f"/clans/{self.clan}/exotics"))["exotics"]
        return next((row for row in rows if row["collectible_hash"] == self.exotic["collectible_hash"]), None)

    async def all_read(self, members: list[JSON]) -> bool:
        """Whether nobody's exotics are unknown but those of members who hide them."""
        rows = (await self.place.api(f"/clans/{self.clan}/exotics"))["exotics"]
        return {row["unknown"] for row in rows} == {sum(member["private"] for member in members)}

    async def known(self) -> bool:
        return bool(await self.seals() and await self.exotics())

    async def gone(self) -> bool:
        return not (await self.seals() or await self.exotics())

    async def had(self) -> bool:
        """Whether the member is told to have both, the seal gilded once, and nobody else either."""
        seal, exotic = await self.seals(), await self.exotics()
        holders = [(one["membership_id"], one["gilded_times"]) for one in seal["holders"]] if seal else []
        return (holders, exotic and exotic["owners"]) == ([(self.who, 1)], [self.who])

    async def told(self) -> list[int]:
        """How many posts tell of the find, the seal and the gilding."""
        texts = [text_of(message) for message in await self.place.messages()]
        name, title = safe_name(self.member["name"]), self.seal["title"]
        news = (f"found **{self.exotic['name']}**", f"earned **{title}**", f"gilded **{title}**")
        return [sum(f"**{name}** {words}" in text for text in texts) for words in news]

    async def all_told(self) -> bool:
        return 0 not in await self.told()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(dsn: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with town(tmp_path, unlimited=True) as place:
        schedule = {"membership_seconds": 1, "roster_seconds": 1, "collections_seconds": 1, "manifest_seconds": 1}
        clan = min((await place.ask("GET", "/sandbox/world"))["clans"], key=lambda each: len(each["members"]))
        place.places["clan_ids"] = [clan["group_id"]]
        place.configure(schedule=schedule, bungie={"requests_per_second": 25}, database={"url": dsn})
        await place.start()
        await place.ready()
        plain = [m for m in clan["members"] if not m["private"] and not m["online"] and bare(m["name"]).isalpha()]
        stage = Stage(place, clan["group_id"], plain[0])
        await eventually(lambda: stage.all_read(clan["members"]), 40, "all collections are read")
        yield stage


async def test_a_new_exotic_and_a_new_seal_are_earned_told_once_and_kept(stage: Stage) -> None:
    await stage.turn(add=True)
    await eventually(stage.known, 20, "the manifest is followed")
    await stage.happen("triumph")
    await stage.play()
    assert [one for one in ((await stage.seals()) or {})["closest"] if one["done"]] == [
        {"membership_id": stage.who, "done": 1, "of": 5}
    ]

    await stage.happen("exotic", collectible_hash=stage.exotic["collectible_hash"])
    await stage.happen("gild", record_hash=stage.seal["record_hash"])
    await stage.play()
    await eventually(stage.had, 20, "they have both")

    brought = stage.seal, stage.exotic
    await stage.turn(restore=True)
    await eventually(stage.gone, 20, "the manifest without them is followed")
    await stage.turn(add=True)
    assert (stage.seal, stage.exotic) == brought
    await eventually(stage.had, 20, "both are back, and had")
    await stage.play()
    await commands_name_them(stage)
    await eventually(stage.all_told, 20, "all is told")
    await asyncio.sleep(1)
    assert await stage.told() == [1, 1, 1]


async def commands_name_them(stage: Stage) -> None:
    name = safe_name(bare(stage.member["name"]))
    exotic = await stage.place.command("exotics", clan=stage.clan, exotic=str(stage.exotic["collectible_hash"]))
    assert f"**Owned by 1**\n{name}\n" in exotic["response"]["embeds"][0]["description"]
    seal = await stage.place.command("seals", clan=stage.clan, seal=str(stage.seal["record_hash"]))
    assert name in text_of(seal["response"])
