"""A manifest that adds an exotic and a seal, changes one, removes one and brings it back, followed by one process."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio
from quart.typing import TestClientProtocol as Client

from bot.bungie.client import BungieClient
from bot.clock import SystemClock
from bot.config import Bungie, Config, Secret
from bot.domain.event import EventKind
from bot.domain.outbox import PostFacts
from bot.domain.outcome import Verdict
from bot.ingest.manifest import ACTIVE_ROOT
from bot.jobs import manifest
from bot.presenters.embeds.lines import sentence
from bot.sandbox.app import Sandbox
from bot.services import Services
from dashboard import create_app
from db.pool import Pool, open_pool
from db.queries.event import select_events
from tests.web.conftest import ask, text

COLLECTIBLES, RECORDS = "DestinyCollectibleDefinition", "DestinyRecordDefinition"
NODES = "DestinyPresentationNodeDefinition"
CHANGES = "/api/v1/manifest/changes"


@dataclass
class House:
    """One process's services and dashboard over a sandbox, and whoever turns the sandbox's manifest."""

    services: Services
    site: Client
    sandbox: Sandbox
    http: aiohttp.ClientSession

    async def publish(self, **what: Any) -> str:
        """A new version by the sandbox's control API."""
        async with self.http.post(f"{self.sandbox.discord_url}/sandbox/manifest", json=what) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["version"])

    async def follow(self) -> None:
        outcome = await manifest.run(self.services)
        assert outcome.verdict is Verdict.DONE, outcome.sentence

    async def told(self) -> str:
        """What the channel hears of the newest version."""
        async with self.services.pool.acquire() as conn:
            event, *_ = await select_events(conn, 1, kinds=[EventKind.MANIFEST_UPDATED], limit=1)
        return sentence(event, PostFacts(), event.occurred_at)

    async def news(self, query: str = "") -> dict[str, set[tuple[str, str]]]:
        """Kind -> what came, changed and went, by the API."""
        body = await ask(self.site, CHANGES + query, CHANGES)
        return {kind: {(each["change"], each["name"]) for each in found} for kind, found in body["news"].items()}

    async def page(self) -> set[tuple[str, str]]:
        """What the page names, with its word."""
        found = re.findall(
            r"<li>.*?<bdi>(.*?)</bdi>.*?<span class=\"chip[a-z ]*\">(\w+)</span></li>",
            await text(self.site, "/manifest"),
        )
        return {(word, name) for name, word in found}


KINETIC = "2969886327"
"""The page of kinetic exotics."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Three exotics and a seal of the sandbox's manifest."""

    exotics: list[tuple[int, str]]
    record: int
    node: int
    title: str


def cast_of(sandbox: Sandbox) -> Cast:
    tables = sandbox.bungie.manifest.tables
    page = tables[NODES][KINETIC]["children"]["collectibles"]
    hashes = [child["collectibleHash"] for child in page[:3]]
    node = tables[NODES][str(ACTIVE_ROOT)]["children"]["presentationNodes"][0]["presentationNodeHash"]
    record = tables[NODES][str(node)]["completionRecordHash"]
    return Cast(
        exotics=[(found, tables[COLLECTIBLES][str(found)]["displayProperties"]["name"]) for found in hashes],
        record=record,
        node=node,
        title=tables[RECORDS][str(record)]["titleInfo"]["titlesByGender"]["Male"],
    )


@pytest_asyncio.fixture(loop_scope="session")
async def house(pool: Pool, dsn: str, tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(seed=7, live=False, now=lambda: datetime.now(UTC)))
        config = Config(data_dir=tmp_path, bungie=Bungie(api_key=Secret(sandbox.api_key), url=sandbox.bungie_url))
        clock = SystemClock()
        bungie = await stack.enter_async_context(
            BungieClient(config.bungie, pool=pool, clock=clock, intervals=config.schedule)
        )
        read = await stack.enter_async_context(open_pool(dsn, name="web", role="hawthorne_read", read_only=True))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        site = create_app(read, read, config, clock).test_client()
        yield House(Services(pool, bungie, clock, config), site, sandbox, http)


async def test_what_versions_change_is_followed_and_named(house: House) -> None:
    cast = cast_of(house.sandbox)
    (new, its_name), (changed, other), (gone, third) = cast.exotics
    first = await house.publish(hide=[[COLLECTIBLES, new], [RECORDS, cast.record], [NODES, cast.node]])
    await house.follow()
    assert await house.page() == set()

    await house.publish(restore=True)
    second = await house.publish(
        hide=[[COLLECTIBLES, gone]], edit={COLLECTIBLES: {changed: {"sourceString": "Source: Elsewhere"}}}
    )
    await house.follow()
    found = await house.news()
    assert found["exotics"] == {("added", its_name), ("changed", other), ("removed", third)}
    assert found["seals"] == {("added", cast.title)}
    assert {("new", its_name), ("changed", other), ("gone", third), ("new", cast.title)} <= await house.page()
    assert f"1 new exotic: {its_name} · 1 new seal: {cast.title}" in await house.told()

    await house.publish(restore=True)
    await house.follow()
    assert (await house.news())["exotics"] == {("added", third), ("changed", other)}
    assert {("new", third), ("changed", other)} <= await house.page()
    assert f"1 new exotic: {third}" in await house.told()

    whole = await house.news(f"?from={first}")
    assert (whole["exotics"], whole["seals"]) == ({("added", its_name)}, {("added", cast.title)})
    back = await house.news(f"?from={second}&to={first}")
    assert back["exotics"] == {("removed", its_name), ("changed", other), ("added", third)}
    assert back["seals"] == {("removed", cast.title)}


async def test_stats_have_names(house: House) -> None:
    await house.follow()
    async with house.services.pool.acquire() as conn:
        stats = await conn.fetch(
            "select stat_id, name from manifest_stat where 4 = any (modes) and unit = 'milliseconds'"
        )
    assert [tuple(row) for row in stats] == [("fastestCompletionMsForActivity", "Fastest Completion")]
