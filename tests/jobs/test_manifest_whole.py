"""All tables, another language, the game's stats, and what a switch logs: the manifest loop beyond what is needed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.config import Manifest
from bot.domain.outcome import Verdict
from bot.ingest.manifest import NEEDED
from bot.jobs import manifest
from bot.services import Services
from db.pool import Pool
from db.queries import manifest as queries
from db.queries.manifest_changes import select_held_versions, select_tables_between
from tests.jobs.shelf import ACTIVITIES, ITEMS, NODES, RECORDS, Shelf, definition, weapon
from tests.jobs.test_manifest import names, news, services_for, version, world_file

LORE = "DestinyLoreDefinition"


@pytest_asyncio.fixture(loop_scope="session")
async def shelf() -> AsyncIterator[Shelf]:
    async with Shelf() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def services(pool: Pool, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Services]:
    async with services_for(pool, shelf, tmp_path) as opened:
        yield opened


async def stats(pool: Pool) -> dict[str, str]:
    async with pool.acquire() as conn:
        return {row["stat_id"]: row["name"] for row in await conn.fetch("select stat_id, name from historical_stat")}


async def logged(pool: Pool) -> list[tuple[str, str, str]]:
    """(table, change, name) of the newest step."""
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            """
            select table_name, change, name from manifest_change
            where step = (select max(step) from manifest_step) order by 1, 2, 3
            """
        )
    return [tuple(row) for row in rows]


async def test_another_language_is_another_manifest(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    """Same version, and the same paths at that: the names are to be read again, and nothing is news."""
    async with services_for(pool, shelf, tmp_path) as english:
        await manifest.run(english)
    shelf.language = "fr"
    shelf.tables[ACTIVITIES]["1"] = definition(1, "Une chose")
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(language="fr")) as french:
        assert (await manifest.run(french)).counts["changed"] == 1
        assert (await manifest.run(french)).counts == {}
    assert await names(pool, ACTIVITIES, 1) == {1: "Une chose"}
    assert await news(pool) == []
    assert await logged(pool) == []


async def test_a_language_that_the_manifest_lacks_is_said(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(language="ko")) as korean:
        outcome = await manifest.run(korean)
    assert outcome.verdict is Verdict.NOT_ACCEPTED
    assert "ko" in outcome.sentence


async def test_tables_that_are_followed_from_now_on_are_no_news(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    shelf.tables[LORE] = {"1": definition(1, "A page")}
    async with services_for(pool, shelf, tmp_path) as needed:
        await manifest.run(needed)
    shelf.version = "2"
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(tables="all")) as whole:
        await manifest.run(whole)
        assert await logged(pool) == []
        shelf.version = "3"
        shelf.tables[LORE]["2"] = definition(2, "Another page")
        await manifest.run(whole)
    assert await logged(pool) == [(LORE, "added", "Another page")]
    assert [(each["added"], each["changed"], each["removed"]) for each in await news(pool)] == [(1, 0, 0), (0, 0, 0)]


async def test_new_seals_and_weapons_are_news_by_name(services: Services, shelf: Shelf, pool: Pool) -> None:
    """Reissues bear one name, and are told once; what is redacted is not told before it is revealed."""
    await manifest.run(services)
    shelf.version = "2"
    for found in ("61", "62"):
        shelf.tables[ITEMS][found] = weapon(int(found), "Word", index=9)
    shelf.tables[ITEMS]["63"] = weapon(63, "Classified", redacted=True)
    shelf.tables[NODES]["616318467"]["children"]["presentationNodes"].append({"presentationNodeHash": 15})
    shelf.tables[NODES]["15"] = definition(15, "Gambit", completionRecordHash=25, children={"records": []})
    shelf.tables[RECORDS]["25"] = definition(25, "", titleInfo={"titlesByGender": {"Male": "Dredgen"}})
    await manifest.run(services)
    (told,) = await news(pool)
    assert told["news"] == {"exotics": [], "seals": ["Dredgen"], "weapons": ["Word"]}
    shelf.version = "3"
    shelf.tables[ITEMS]["63"] = weapon(63, "Revealed")
    await manifest.run(services)
    assert (await news(pool))[0]["news"]["weapons"] == ["Revealed"]
    assert ("weapon", "added", "Revealed") in await logged(pool)


async def test_a_refused_manifest_logs_nothing(services: Services, shelf: Shelf, pool: Pool) -> None:
    await manifest.run(services)
    shelf.version = "2"
    shelf.tables[ACTIVITIES] = {"1": definition(1, "Only one left")}
    assert (await manifest.run(services)).verdict is Verdict.NOT_ACCEPTED
    async with pool.acquire() as conn:
        assert [each.version for each in await select_held_versions(conn)] == ["1.26.03.01.1700-1-bnet.1"]
        assert await conn.fetchval("select count(*) from manifest_change") == 0


async def test_the_stats_come_with_the_manifest(services: Services, shelf: Shelf, pool: Pool) -> None:
    shelf.stats = {"kills": {"statName": "Kills", "modes": [4, 5]}, "odd": {"statName": "###x###"}, "none": None}
    await manifest.run(services)
    assert await stats(pool) == {"kills": "Kills", "odd": ""}
    shelf.version, shelf.stats = "2", {"kills": {"statName": "Final blows"}}
    await manifest.run(services)
    assert await stats(pool) == {"kills": "Final blows", "odd": ""}


async def test_stats_that_are_not_told_are_in_nobodys_way(services: Services, shelf: Shelf, pool: Pool) -> None:
    """They are asked for again as long as none is known, and then no more until the next version."""
    told, shelf.stats = shelf.stats, None
    outcome = await manifest.run(services)
    assert (outcome.verdict, await version(pool)) == (Verdict.DONE, shelf.version)
    assert await stats(pool) == {}
    shelf.stats = told
    assert (await manifest.run(services)).verdict is Verdict.DONE
    assert await stats(pool) == {"kills": "Kills"}
    shelf.asked.clear()
    await manifest.run(services)
    assert shelf.asked == ["manifest"]


async def test_all_tables_of_a_world_file(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    shelf.tables[LORE] = {"4294967295": definition(4294967295, "The last page")}
    source = world_file(shelf, tmp_path / "world.content")
    with contextlib.closing(sqlite3.connect(source)) as db, db:
        db.execute("create table DestinyHistoricalStatsDefinition (key text primary key, json text)")
        db.execute("insert into DestinyHistoricalStatsDefinition values ('deaths', '{\"statName\": \"Deaths\"}')")
    async with services_for(pool, shelf, tmp_path) as needed:
        await manifest.run_from(needed, source)
        assert await names(pool, LORE, 4294967295) == {}
        assert await stats(pool) == {"deaths": "Deaths"}
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(tables="all")) as whole:
        assert (await manifest.run_from(whole, source)).verdict is Verdict.DONE
        assert (await manifest.run_from(whole, source)).counts == {}
    assert await names(pool, LORE, 4294967295) == {4294967295: "The last page"}


async def test_every_table_of_the_real_world_file(
    pool: Pool, samples: Path, tmp_path: Path, record_property: Any
) -> None:
    """As `sync manifest --from` does it with manifest.tables = "all": zipped, ids signed, stats keyed by text."""
    gone = Shelf(url="http://127.0.0.1:9")
    source = samples / "manifest" / "rebuilt-world-101192.sqlite3.zip"
    async with services_for(pool, gone, tmp_path, manifest=Manifest(tables="all")) as services:
        outcome = await manifest.run_from(services, source)
    assert outcome.verdict is Verdict.DONE, outcome.sentence
    async with pool.acquire() as conn:
        rows = await conn.fetch("select table_name, count(*) from definition group by 1 order by 1")
        largest = await conn.fetchval("select max(hash) from definition")
        stored = await queries.select_current(conn)
        assert await select_tables_between(conn, 0, 1) == ()
    counts = {row[0]: row[1] for row in rows}
    assert stored is not None
    assert set(counts) == set(stored.paths) >= set(NEEDED)
    assert (counts[RECORDS], counts[ACTIVITIES], counts["DestinyMetricDefinition"]) == (2463, 1707, 278)
    assert largest > 2**31
    assert len(await stats(pool)) == 388
    record_property(
        "told",
        f"Loaded from the sqlite zip: {sum(counts.values()):,} definitions of {len(counts)} tables, 388 stats, "
        f"{outcome.counts['seals']} seals, {outcome.counts['exotics']} exotics",
    )


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_current_manifest_is_stored_with_its_language(
    language: str, pool: Pool, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.language = language
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(language=language)) as services:
        await manifest.run(services)
    async with pool.acquire() as conn:
        stored = await queries.select_current(conn)
    assert stored is not None
    assert stored.language == language
