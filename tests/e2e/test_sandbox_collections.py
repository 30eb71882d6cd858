"""The sandbox's control API of collections: what people have, deeds that add to it, and faults that hide it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio

from bot.sandbox.app import Sandbox
from tests.unit.sandbox.clock import Clock

Json = dict[str, Any]


class Control:
    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox, self.http = sandbox, http

    async def post(self, deed: str, **body: Any) -> Json:
        async with self.http.post(f"{self.sandbox.discord_url}/sandbox/{deed}", json=body) as answer:
            return {"status": answer.status, **await answer.json()}

    async def collections(self, **asked: str) -> list[Json]:
        async with self.http.get(f"{self.sandbox.discord_url}/sandbox/collections", params=asked) as answer:
            members: list[Json] = (await answer.json())["members"]
            return members

    async def profile(self, membership_id: str) -> Json:
        person = self.sandbox.world.person(membership_id)
        url = f"{self.sandbox.bungie_url}/Platform/Destiny2/{person.membership_type}/Profile/{membership_id}/"
        headers = {"X-API-Key": self.sandbox.api_key, "User-Agent": "tests"}
        async with self.http.get(url, params={"components": "800,900"}, headers=headers) as answer:
            response: Json = (await answer.json())["Response"]
            return response


@pytest_asyncio.fixture(loop_scope="session")
async def control() -> AsyncIterator[Control]:
    async with Sandbox(seed=7, live=False, now=Clock()) as sandbox, aiohttp.ClientSession() as http:
        yield Control(sandbox, http)


async def test_deeds_show_in_the_collections(control: Control) -> None:
    everyone = await control.collections()
    assert len(everyone) == 132
    before = next(one for one in await control.collections(clan=control.sandbox.clan_ids[1]) if not one["private"])
    who = before["membership_id"]
    (found,) = (await control.post("world/exotic", membership_id=who))["events"]
    assert found["kind"] == "exotic_acquired"
    assert (await control.post("world/catalyst", membership_id=who))["events"] == []
    assert (await control.post("world/triumph", membership_id=who))["events"] == []
    (after,) = await control.collections(member=who)
    assert set(after["exotics"]) - set(before["exotics"]) == {found["detail"]["collectible_hash"]}
    assert len(set(after["catalysts"]) - set(before["catalysts"])) == 1
    assert len(set(after["triumphs"]) - set(before["triumphs"])) == 1
    refused = await control.post("world/exotic", membership_id=who, collectible_hash=5)
    assert refused == {"status": 400, "error": "no exotic has the collectible hash 5"}


async def test_faults_hide_and_take_back(control: Control) -> None:
    who = next(one["membership_id"] for one in await control.collections() if not one["private"] and one["exotics"])
    (has,) = await control.collections(member=who)
    one = has["exotics"][0]
    await control.post("faults", subsystem="profile", fault="flicker", membership_id=who, hash=one, times=1)
    flickering, steady = await control.profile(who), await control.profile(who)
    assert _state(flickering, one) & 1
    assert not _state(steady, one) & 1
    await control.post("faults", subsystem="profile", fault="disabled", membership_id=who, times=1)
    assert (await control.profile(who))["profileCollectibles"] == {"privacy": 2, "disabled": True}
    assert "data" in (await control.profile(who))["profileCollectibles"]


def _state(answer: Json, collectible: int) -> int:
    parts = [answer["profileCollectibles"]["data"], *answer["characterCollectibles"]["data"].values()]
    states = [part["collectibles"].get(str(collectible), {"state": 255})["state"] for part in parts]
    return int(min(states))
