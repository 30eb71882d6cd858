"""The manifest loop over real sockets into a real database."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Config, Secret
from bot.domain.event import EventKind
from bot.domain.outcome import Verdict
from bot.errors import KeyRefused
from bot.jobs import manifest
from bot.services import Services
from db.pool import Pool
from db.queries import manifest as queries
from db.queries.event import select_events
from tests.jobs.shelf import ACTIVITIES, NODES, RECORDS, Shelf, definition

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def services_for(pool: Pool, shelf: Shelf, folder: Path, **manifest_config: Any) -> AsyncIterator[Services]:
    config = Config(
        data_dir=folder, bungie=Bungie(api_key=Secret("key"), url=shelf.url, requests_per_second=25), **manifest_config
    )
    clock = ManualClock(START)
    async with BungieClient(config.bungie, pool=pool, clock=clock, intervals=config.schedule) as bungie:
        yield Services(pool, bungie, clock, config)


@pytest_asyncio.fixture(loop_scope="session")
async def shelf() -> AsyncIterator[Shelf]:
    async with Shelf() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def services(pool: Pool, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Services]:
    async with services_for(pool, shelf, tmp_path) as opened:
        yield opened


async def names(pool: Pool, table: str, *hashes: int) -> dict[int, str]:
    async with pool.acquire() as conn:
        return await queries.select_names(conn, table, hashes)


async def titles(pool: Pool) -> list[tuple[str, bool, int | None]]:
    async with pool.acquire() as conn:
        return [(seal.title, seal.legacy, seal.gilding_record_hash) for seal in await queries.select_seals(conn)]


async def version(pool: Pool) -> str | None:
    async with pool.acquire() as conn:
        stored = await queries.select_current(conn)
    return stored.version if stored else None


async def news(pool: Pool) -> list[dict[str, Any]]:
    async with pool.acquire() as conn:
        return [event.detail for event in await select_events(conn, 1, kinds=[EventKind.MANIFEST_UPDATED], limit=10)]


async def test_the_first_manifest_is_loaded_silently(services: Services, pool: Pool, tmp_path: Path) -> None:
    outcome = await manifest.run(services)
    assert outcome.verdict is Verdict.DONE
    assert outcome.counts["seals"] == 2
    assert "roster" in outcome.wake
    assert await names(pool, ACTIVITIES, 1, 2, 99) == {1: f"{ACTIVITIES} 1", 2: f"{ACTIVITIES} 2"}
    assert await titles(pool) == [("Conqueror", False, 23), ("Chronicler", True, None)]
    assert await news(pool) == []
    assert not list(tmp_path.rglob("*.json"))
    assert not list(tmp_path.rglob("*.copy"))


async def test_what_a_killed_run_left_behind_is_swept_away(services: Services, tmp_path: Path) -> None:
    left = tmp_path / "manifest" / "run-before"
    left.mkdir(parents=True)
    (left / f"{ACTIVITIES}.json").write_text("half a fi")
    assert (await manifest.run(services)).verdict is Verdict.DONE
    assert not left.exists()


def children(folder: Path) -> list[str]:
    """Command lines of the processes that unpack into `folder`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(entry.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if "bot.bungie.unpack" in line and str(folder) in line]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks for processes in /proc")
async def test_a_stop_in_the_middle_leaves_no_child_and_no_change(
    services: Services, pool: Pool, tmp_path: Path
) -> None:
    task = asyncio.create_task(manifest.run(services))
    async with asyncio.timeout(10):
        while not children(tmp_path):
            await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children(tmp_path) == []
    assert not (tmp_path / "manifest").exists()
    assert await version(pool) is None


async def test_a_current_manifest_costs_one_request(services: Services, shelf: Shelf) -> None:
    await manifest.run(services)
    shelf.asked.clear()
    outcome = await manifest.run(services)
    assert (outcome.verdict, outcome.counts, outcome.wake) == (Verdict.DONE, {}, ())
    assert shelf.asked == ["manifest"]


async def test_a_new_version_marks_what_it_changed(services: Services, shelf: Shelf, pool: Pool) -> None:
    await manifest.run(services)
    first, shelf.version, shelf.guid = shelf.version, "2", "two"
    table = shelf.tables[ACTIVITIES]
    table["1"] = definition(1, "Another name")
    table["2"]["index"] = 77
    table["5"] = definition(5, "New")
    del table["4"]
    outcome = await manifest.run(services)
    assert (outcome.counts["added"], outcome.counts["changed"], outcome.counts["removed"]) == (1, 1, 1)
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "select hash, version_added, version_changed, version_removed from definition where table_name = $1",
            ACTIVITIES,
        )
    assert {tuple(row) for row in rows} == {
        (1, first, "2", None),
        (2, first, None, None),
        (3, first, None, None),
        (4, first, None, "2"),
        (5, "2", None, None),
    }
    assert await names(pool, ACTIVITIES, 1, 4) == {1: "Another name", 4: f"{ACTIVITIES} 4"}
    nothing: dict[str, list[str]] = {"exotics": [], "seals": [], "weapons": []}
    assert await news(pool) == [
        {"version": "2", "from": first, "added": 1, "changed": 1, "removed": 1, "news": nothing}
    ]


async def test_a_definition_that_returns_is_current_again(services: Services, shelf: Shelf, pool: Pool) -> None:
    await manifest.run(services)
    kept = shelf.tables[ACTIVITIES].pop("4")
    shelf.version = "2"
    await manifest.run(services)
    shelf.tables[ACTIVITIES]["4"] = kept
    shelf.version = "3"
    outcome = await manifest.run(services)
    assert (outcome.counts["added"], outcome.counts["changed"], outcome.counts["removed"]) == (1, 0, 0)
    async with pool.acquire() as conn:
        row = await conn.fetchrow(
            "select version_changed, version_removed from definition where table_name = $1 and hash = 4", ACTIVITIES
        )
    assert row is not None
    assert tuple(row) == ("3", None)


async def test_new_content_under_the_same_version_is_loaded_too(services: Services, shelf: Shelf, pool: Pool) -> None:
    await manifest.run(services)
    shelf.guid = "two"
    shelf.tables[ACTIVITIES]["1"] = definition(1, "Mended")
    assert (await manifest.run(services)).counts["changed"] == 1
    assert await names(pool, ACTIVITIES, 1) == {1: "Mended"}
    assert (await manifest.run(services)).counts == {}
    assert await news(pool) == []  # the version is the one it was


def empty(shelf: Shelf) -> None:
    shelf.tables[ACTIVITIES] = {}


def shrunken(shelf: Shelf) -> None:
    shelf.tables[ACTIVITIES] = {"1": definition(1, "Only one left")}


def lacking(shelf: Shelf) -> None:
    del shelf.tables["DestinySeasonDefinition"]


def cut(shelf: Shelf) -> None:
    shelf.broken_file = RECORDS


def hash_of_no_number(shelf: Shelf) -> None:
    shelf.tables[ACTIVITIES]["none"] = definition(1, "x")


@pytest.mark.parametrize("spoil", [empty, shrunken, lacking, cut, hash_of_no_number])
async def test_a_manifest_that_is_not_whole_changes_nothing(
    spoil: Any, services: Services, shelf: Shelf, pool: Pool
) -> None:
    await manifest.run(services)
    first, shelf.version = shelf.version, "2"
    shelf.tables["DestinyClassDefinition"]["1"] = definition(1, "Changed")
    spoil(shelf)
    outcome = await manifest.run(services)
    assert outcome.verdict is Verdict.NOT_ACCEPTED
    assert outcome.sentence
    assert await version(pool) == first
    assert await names(pool, "DestinyClassDefinition", 1) == {1: "DestinyClassDefinition 1"}
    assert await news(pool) == []
    async with pool.acquire() as conn:
        assert await conn.fetchval("select count(*) from manifest_version") == 1


async def test_a_spoilt_manifest_is_loaded_once_it_is_mended(services: Services, shelf: Shelf, pool: Pool) -> None:
    cut(shelf)
    assert (await manifest.run(services)).verdict is Verdict.NOT_ACCEPTED
    assert await version(pool) is None
    shelf.broken_file = None
    assert (await manifest.run(services)).verdict is Verdict.DONE
    assert await version(pool) == shelf.version


async def test_seals_move_between_roots_and_leave_without_their_rows(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await manifest.run(services)
    shelf.version = "2"
    shelf.settings = {"activeSealsRootNodeHash": 900, "legacySealsRootNodeHash": 901}
    shelf.tables[NODES]["900"] = definition(900, "Seals", children={"presentationNodes": []})
    shelf.tables[NODES]["901"] = definition(
        901, "Legacy", children={"presentationNodes": [{"presentationNodeHash": 11}]}
    )
    await manifest.run(services)
    assert await titles(pool) == [("Conqueror", True, 23)]
    async with pool.acquire() as conn:
        assert await conn.fetchval("select is_current from seal where record_hash = 22") is False


async def test_roots_that_show_no_seals_leave_the_known_ones(services: Services, shelf: Shelf, pool: Pool) -> None:
    await manifest.run(services)
    before = await titles(pool)
    shelf.version = "2"
    shelf.settings = {"activeSealsRootNodeHash": 900, "legacySealsRootNodeHash": 901}
    await manifest.run(services)
    assert await version(pool) == "2"
    assert await titles(pool) == before


async def test_all_tables_are_loaded_when_asked_for(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    from bot.config import Manifest

    shelf.tables["DestinyLoreDefinition"] = {"1": definition(1, "A page")}
    async with services_for(pool, shelf, tmp_path) as needed:
        await manifest.run(needed)
    assert await names(pool, "DestinyLoreDefinition", 1) == {}
    async with services_for(pool, shelf, tmp_path, manifest=Manifest(tables="all")) as all_of_them:
        await manifest.run(all_of_them)
    assert await names(pool, "DestinyLoreDefinition", 1) == {1: "A page"}


async def test_readers_see_the_old_or_the_new_manifest_never_a_mixture(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await manifest.run(services)
    shelf.version = "2"
    for found in ("1", "2"):
        shelf.tables[ACTIVITIES][found] = definition(int(found), "New")
    seen: set[tuple[str, ...]] = set()
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            found = await names(pool, ACTIVITIES, 1, 2)
            seen.add(tuple(sorted(found.values())))
            await asyncio.sleep(0.001)

    reader = asyncio.create_task(read())
    await manifest.run(services)
    await asyncio.sleep(0.02)
    done.set()
    await reader
    assert seen == {(f"{ACTIVITIES} 1", f"{ACTIVITIES} 2"), ("New", "New")}


async def test_two_processes_load_a_version_once(pool: Pool, shelf: Shelf, tmp_path: Path) -> None:
    async with (
        services_for(pool, shelf, tmp_path / "a") as one,
        services_for(pool, shelf, tmp_path / "b") as other,
    ):
        await manifest.run(one)
        shelf.version = "2"
        outcomes = await asyncio.gather(manifest.run(one), manifest.run(other))
    assert [outcome.verdict for outcome in outcomes] == [Verdict.DONE, Verdict.DONE]
    assert sorted(bool(outcome.counts) for outcome in outcomes) == [False, True]
    assert len(await news(pool)) == 1


async def test_a_refused_key_is_for_the_schedule(services: Services, shelf: Shelf) -> None:
    shelf.refuse_key = True
    with pytest.raises(KeyRefused):
        await manifest.run(services)


async def test_an_open_breaker_is_skipped_quietly(services: Services, shelf: Shelf) -> None:
    services.bungie.breaker("manifest").force_open(KeyRefused("No.", code=2101), 300)
    assert (await manifest.run(services)).verdict is Verdict.SKIPPED
    assert shelf.asked == []


async def plays(pool: Pool, activity: int, read_at: datetime) -> None:
    """One member whose profile, read then, shows this activity."""
    async with pool.acquire() as conn:
        await conn.execute(
            """
            insert into member (membership_id, membership_type, name, first_seen_at) values (1, 3, 'A#0001', $1)
            on conflict do nothing
            """,
            read_at,
        )
        await conn.execute(
            """
            insert into profile (membership_id, tried_at, read_at, activity_hash, activity_started_at)
            values (1, $2, $2, $1, $2) on conflict (membership_id) do update set activity_hash = $1, read_at = $2
            """,
            activity,
            read_at,
        )


async def test_an_activity_without_a_name_wakes_the_loop_now_and_then(services: Services, pool: Pool) -> None:
    await manifest.run(services)
    async with pool.acquire() as conn:
        for activity, after, woken in (
            (0, 15, ()),
            (1, 15, ()),
            (99, 9, ()),
            (99, 11, ("manifest",)),
            (99, 12, ()),
            (99, 20, ()),
            (99, 21, ("manifest",)),
        ):
            now = START + timedelta(minutes=after)
            await plays(pool, activity, now)
            assert await manifest.wanted_by_names(conn, now) == woken, (activity, after)
        assert await manifest.wanted_by_names(conn, START + timedelta(hours=2)) == ()


async def test_a_title_without_a_name_wakes_the_loop_too(services: Services, pool: Pool) -> None:
    await manifest.run(services)
    now = START + timedelta(minutes=15)
    await plays(pool, 1, now)
    async with pool.acquire() as conn:
        await conn.execute("update profile set title_record_hash = 21")
        assert await manifest.wanted_by_names(conn, now) == ()
        await conn.execute("update profile set title_record_hash = 999")
        assert await manifest.wanted_by_names(conn, now) == ("manifest",)


async def test_the_real_world_file_without_bungie_net(pool: Pool, samples: Path, tmp_path: Path) -> None:
    gone = Shelf(url="http://127.0.0.1:9")
    source = samples / "manifest" / "rebuilt-world-101192.sqlite3.zip"
    async with services_for(pool, gone, tmp_path) as services:
        outcome = await manifest.run_from(services, source)
        again = await manifest.run_from(services, source)
    assert outcome.verdict is Verdict.DONE, outcome.sentence
    assert outcome.counts["seals"] == 35
    assert again.counts == {}
    found = await titles(pool)
    assert sum(not legacy for _, legacy, _ in found) == 18
    assert {title: gilding for title, _, gilding in found if gilding} == {
        "Conqueror": 1715149073,
        "Flawless": 2506618338,
        "Unbroken": 2843544039,
        "Dredgen": 1249847601,
        "Deadeye": 4141599814,
    }


def world_file(shelf: Shelf, path: Path) -> Path:
    """The shelf's tables in the layout of Bungie.net's sqlite files: signed hashes, full items."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for table, rows in ((name.replace("ItemLite", "Item"), rows) for name, rows in shelf.tables.items()):
            db.execute(f"create table {table} (id integer primary key, json text)")
            for found, row in rows.items():
                db.execute(
                    f"insert into {table} values (?, ?)", (int(found) - (int(found) >> 31 << 32), json.dumps(row))
                )
    return path


async def test_a_world_file_takes_the_place_of_bungie_net(
    services: Services, shelf: Shelf, pool: Pool, tmp_path: Path
) -> None:
    source = world_file(shelf, tmp_path / "world.content")
    assert (await manifest.run_from(services, source)).verdict is Verdict.DONE
    assert await version(pool) == "file world.content"
    assert await titles(pool) == [("Conqueror", False, 23), ("Chronicler", True, None)]
    assert (await manifest.run_from(services, source)).counts == {}
    assert (await manifest.run(services)).verdict is Verdict.DONE
    assert await version(pool) == shelf.version


async def test_a_file_that_is_no_world_changes_nothing(services: Services, pool: Pool, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but long enough to be looked at as one" * 20)
    assert (await manifest.run_from(services, other)).verdict is Verdict.NOT_ACCEPTED
    assert (await manifest.run_from(services, tmp_path / "nowhere")).verdict is Verdict.NOT_ACCEPTED
    assert await version(pool) is None
