"""Finding weapons by a few letters, and seasons by their number."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from db.pool import Connection, Pool
from db.queries.season import select_season, select_seasons
from db.queries.weapon import search_weapons, select_weapon, select_weapon_types
from tests.db.weapon_world import CLAN, UNKNOWN, add_world, make_world


async def names(conn: Connection, text: str, group_id: int | None = CLAN, limit: int = 25) -> list[str]:
    return [hit.weapon.name for hit in await search_weapons(conn, text, group_id=group_id, limit=limit)]


async def test_no_text_finds_the_most_used_reissues_as_one(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(9))
        hits = await search_weapons(conn, "", group_id=CLAN, limit=25)
    assert [hit.kills for hit in hits] == sorted((hit.kills for hit in hits), reverse=True)
    assert [hit.weapon.weapon_hash for hit in hits if hit.weapon.name == "Rose"] == [120]
    assert {hit.weapon.weapon_hash for hit in hits} == {120, 200, 210, 300, 400, UNKNOWN}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rose", ["Rose"]),
        ("RIF", ["Elsie's Rifle"]),
        ("lsie’s", ["Elsie's Rifle"]),
        ("gjallar", ["Gjallarhorn"]),
        ("100", ["Rose"]),
        ("999", ["Unknown (999)"]),
        ("unknown", ["Unknown (999)"]),
        ("%", []),
        ("100%", []),
        ("no such thing", []),
    ],
)
async def test_letters_find_names_that_hold_them(pool: Pool, text: str, found: list[str]) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(9))
        assert await names(conn, text) == found


async def test_what_begins_with_the_letters_goes_before_what_only_holds_them(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(9))
        await conn.execute("update weapon set name = 'Lorn' where hash = 400")
        await conn.execute("update weapon set name = 'Far Lorn' where hash = 200")
        await conn.execute("update weapon set name = 'Horlorn' where hash = 300")
        assert await names(conn, "lorn") == ["Lorn", "Far Lorn", "Horlorn"]
        assert await names(conn, "lorn", limit=1) == ["Lorn"]


async def test_only_what_a_clan_uses_is_found_in_it(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(9))
        await conn.execute("delete from clan_weapon where group_id = $1 and weapon_hash = 300", CLAN)
        assert await names(conn, "gjallarhorn") == []
        assert await names(conn, "gjallarhorn", None) == ["Gjallarhorn"]


async def test_a_weapon_by_its_hash(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(9))
        rose, unknown = await select_weapon(conn, 120), await select_weapon(conn, UNKNOWN)
        assert await select_weapon(conn, 123456) is None
        assert await select_weapon_types(conn) == ("Hand Cannon", "Pulse Rifle", "Rocket Launcher")
    assert rose is not None
    assert (rose.name, rose.type, rose.slot, rose.damage, rose.tier) == (
        "Rose",
        "Hand Cannon",
        "kinetic",
        "strand",
        "legendary",
    )
    assert unknown is not None
    assert unknown.name == "Unknown (999)"


async def add_seasons(conn: Connection) -> None:
    await conn.execute(
        """insert into manifest_version (version, language, paths, loaded_at, is_current, added, changed, removed)
        values ('v', 'en', '{}', now(), true, 0, 0, 0)"""
    )
    for hash_, number, start in ((1, 15, "2021-08-24T17:00:00Z"), (2, 16, "2022-02-22T17:00:00Z"), (3, 7, None)):
        told = {"seasonNumber": number} | ({"startDate": start, "endDate": "2030-01-01T00:00:00Z"} if start else {})
        await conn.execute(
            """insert into definition (table_name, hash, name, json, digest, version_added)
            values ('DestinySeasonDefinition', $1, $2, $3::text::jsonb, '', 'v')""",
            hash_,
            f"Season {number}",
            json.dumps(told),
        )


async def test_a_season_ends_where_the_next_begins_and_the_last_is_open(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_seasons(conn)
        lost, last = await select_seasons(conn)
        assert await select_season(conn, 15) == lost
        assert await select_season(conn, 7) is None
    assert (lost.number, lost.name) == (15, "Season 15")
    assert lost.starts_at == datetime(2021, 8, 24, 17, tzinfo=UTC)
    assert lost.ends_at == last.starts_at == datetime(2022, 2, 22, 17, tzinfo=UTC)
    assert last.ends_at is None
