"""The weapon table against manifests over real sockets: derived, completed one by one, and families that follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Config, Secret
from bot.domain.outcome import Verdict
from bot.jobs import manifest, weapons
from bot.services import Services
from db.pool import Pool
from db.queries import weapon_write as queries
from tests.jobs.shelf import ITEMS, Shelf, definition, weapon

START = datetime(2026, 3, 1, 17, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def shelf() -> AsyncIterator[Shelf]:
    async with Shelf() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def services(pool: Pool, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Services]:
    config = Config(data_dir=tmp_path, bungie=Bungie(api_key=Secret("key"), url=shelf.url, requests_per_second=25))
    clock = ManualClock(START)
    async with BungieClient(config.bungie, pool=pool, clock=clock, intervals=config.schedule) as client:
        yield Services(pool=pool, bungie=client, clock=clock, config=config)


async def load(services: Services, shelf: Shelf) -> None:
    """Make what the shelf has the current manifest."""
    shelf.version, shelf.guid = f"{shelf.version}.1", f"{shelf.guid}1"
    outcome = await manifest.run(services)
    assert outcome.verdict is Verdict.DONE, outcome.sentence


def wait(services: Services, span: timedelta) -> None:
    assert isinstance(services.clock, ManualClock)
    services.clock.advance(span.total_seconds())


async def held(pool: Pool, *columns: str) -> dict[int, Any]:
    """Hash -> a column, or several."""
    async with pool.acquire() as conn:
        rows = await conn.fetch("select * from weapon order by hash")
    return {row["hash"]: row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns) for row in rows}


async def kill(pool: Pool, *hashes: int) -> None:
    async with pool.acquire() as conn:
        await conn.executemany(
            "insert into weapon_kill values (1, 2, $1, now(), 1, null, 3, 1)", [(h,) for h in hashes]
        )


async def wanted(pool: Pool) -> bool:
    """Whether the sums are to be rebuilt; asking takes the wish away."""
    async with pool.acquire() as conn:
        rows = await conn.fetch("delete from match_chore where name = 'weapons' and wanted returning name")
    return bool(rows)


async def test_a_manifest_makes_the_weapon_table(services: Services, shelf: Shelf, pool: Pool) -> None:
    shelf.tables[ITEMS] |= {
        "53": definition(53, "Helm", itemType=2, inventory={"tierType": 6}),
        "54": definition(54, "Shader", itemType=19),
    }
    outcome = await manifest.run(services)
    assert outcome.counts["weapons"] == 2
    assert await held(pool, "name", "type", "slot", "damage", "tier", "icon", "position", "family", "complete") == {
        51: ("Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", "/51.png", 1, 51, True),
        52: ("Thorn", "Hand Cannon", "kinetic", "kinetic", "legendary", "/52.png", 2, 52, True),
    }
    async with pool.acquire() as conn:
        rows = await conn.fetch("select hash from definition where table_name = $1 order by hash", ITEMS)
    assert [row["hash"] for row in rows] == [51, 52, 53]


async def test_what_vanishes_stays_and_only_the_index_is_no_change(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await load(services, shelf)
    shelf.tables[ITEMS] = {"52": weapon(52, "Thorn", index=7)}
    await load(services, shelf)
    assert await held(pool, "name", "position") == {51: ("Rose", 1), 52: ("Thorn", 7)}
    async with pool.acquire() as conn:
        assert (
            await conn.fetchval("select version_changed from definition where hash = 52 and table_name = $1", ITEMS)
            is None
        )


async def test_a_reissue_joins_its_family_and_sums_follow_only_where_both_were_used(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await load(services, shelf)
    await kill(pool, 51, 52)
    shelf.tables[ITEMS]["61"] = weapon(61, "Rose", index=9)
    await load(services, shelf)
    assert await held(pool, "family") == {51: 61, 52: 52, 61: 61}
    assert not await wanted(pool)
    await kill(pool, 62)
    shelf.tables[ITEMS]["62"] = weapon(62, "Rose", index=10)
    await load(services, shelf)
    assert await held(pool, "family") == {51: 62, 52: 52, 61: 62, 62: 62}
    assert await wanted(pool)


async def test_what_the_light_table_leaves_out_is_asked_for_once_and_stays_known(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    thin = weapon(51, "Rose", index=1, defaultDamageType=0) | {"inventory": {"tierType": 5}}
    shelf.tables[ITEMS]["51"], shelf.items["51"] = thin, weapon(51, "Rose", index=1)
    await load(services, shelf)
    assert await weapons.resolve(services) == 0
    assert "51" not in shelf.asked
    await kill(pool, 51, 52)
    assert await weapons.resolve(services) == 1
    assert (await held(pool, "slot", "damage", "complete"))[51] == ("kinetic", "kinetic", True)
    shelf.asked.clear()
    assert await weapons.resolve(services) == 0
    await load(services, shelf)
    assert (await held(pool, "slot", "damage", "complete"))[51] == ("kinetic", "kinetic", True)
    assert "51" not in shelf.asked


async def test_a_hash_that_no_manifest_tells_is_asked_for_daily(services: Services, shelf: Shelf, pool: Pool) -> None:
    await load(services, shelf)
    await kill(pool, 71, 72)
    shelf.items["71"] = definition(71, "Scorch Cannon", itemType=0, itemTypeDisplayName="Relic")
    assert await weapons.resolve(services) == 1
    assert (await held(pool, "name", "type", "complete"))[71] == ("Scorch Cannon", "Relic", False)
    shelf.asked.clear()
    await weapons.resolve(services)
    assert shelf.asked == []
    wait(services, timedelta(days=1))
    shelf.items["72"] = weapon(72, "Late")
    assert await weapons.resolve(services) == 2
    assert sorted(shelf.asked) == ["71", "72"]
    assert (await held(pool, "complete"))[72]


async def test_no_more_are_asked_for_than_a_pass_may(services: Services, shelf: Shelf, pool: Pool) -> None:
    await kill(pool, *range(100, 130))
    assert await weapons.resolve(services, 20) == 0
    assert len(shelf.asked) == 20
    await weapons.resolve(services, 20)
    assert sorted(shelf.asked) == sorted(str(found) for found in range(100, 130))


async def test_an_outage_stops_the_asking_and_one_item_does_not_hold_up_the_others(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await kill(pool, *range(100, 110))
    shelf.items, shelf.items_away = {"100": weapon(100, "Rose"), "109": weapon(109, "Thorn")}, True
    assert await weapons.resolve(services) == 0
    assert shelf.asked == ["100", "101", "102"]
    assert await weapons.resolve(services) == 0
    assert len(shelf.asked) == 3
    shelf.items_away = False
    wait(services, timedelta(minutes=5))
    assert await weapons.resolve(services) == 1
    assert shelf.asked[3:] == [str(found) for found in range(103, 110)]
    wait(services, timedelta(hours=1))
    assert await weapons.resolve(services) == 1
    assert shelf.asked[10:] == ["100", "101", "102"]


async def test_two_reissues_that_become_known_one_by_one_ask_for_new_sums(
    services: Services, shelf: Shelf, pool: Pool
) -> None:
    await kill(pool, 71, 72)
    shelf.items |= {"71": weapon(71, "Rose", index=1)}
    await weapons.resolve(services)
    assert not await wanted(pool)
    shelf.items |= {"72": weapon(72, "Rose", index=2)}
    wait(services, timedelta(days=1))
    await weapons.resolve(services)
    assert await wanted(pool)
    assert await held(pool, "family") == {71: 72, 72: 72}


async def test_an_unknown_hash_wakes_the_manifest_loop_once(services: Services, shelf: Shelf, pool: Pool) -> None:
    await load(services, shelf)
    later = START + timedelta(minutes=15)
    async with pool.acquire() as conn:
        await kill(pool, 51)
        assert await manifest.wanted_by_weapons(conn, later) == ()
        await kill(pool, 71)
        assert await manifest.wanted_by_weapons(conn, later) == ("manifest",)
        assert await manifest.wanted_by_weapons(conn, later) == ()
        await weapons.resolve(services)
        assert await manifest.wanted_by_weapons(conn, later + timedelta(hours=1)) == ()


async def test_used_hashes_are_found_by_probing_the_index(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await conn.execute(
            "insert into weapon_kill select n, 2, n % 7 * 100 + 1, now(), 1, null, 1, 0 from generate_series(1, 500) n"
        )
        assert await queries.select_used_hashes(conn) == {1, 101, 201, 301, 401, 501, 601}
        await conn.execute("truncate weapon_kill")
        assert await queries.select_used_hashes(conn) == frozenset()
