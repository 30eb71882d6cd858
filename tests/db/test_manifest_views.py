"""The views through which names are read, and the names that history keeps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from bot.bungie.unpack import copy_line
from bot.domain.manifest import Seal
from db.pool import Connection, Pool
from db.queries import manifest as queries

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ACTIVITIES, MODES = "DestinyActivityDefinition", "DestinyActivityModeDefinition"
NAMES = ["Control", "", "tab\tnew\nline \\ slash", "Ünïcode 宇宙 🚀", 'O\'Neil "quoted"']


async def load(conn: Connection, table: str, folder: Path, definitions: list[dict[str, object]]) -> None:
    path = folder / f"{table}.copy"
    path.write_text("".join(copy_line(int(str(row["hash"])), row) for row in definitions), "utf-8")
    async with conn.transaction():
        await queries.create_incoming(conn)
        await queries.copy_incoming(conn, table, path)
        await queries.upsert_version(conn, "1", "en", {table: "/x"}, NOW)
        await queries.insert_definitions(conn, "1")


async def test_text_survives_the_way_through_copy(pool: Pool, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"hash": number, "displayProperties": {"name": name}} for number, name in enumerate(NAMES)
    ]
    async with pool.acquire() as conn:
        await load(conn, ACTIVITIES, tmp_path, rows)
        found = await queries.select_names(conn, ACTIVITIES, range(10))
        stored = await queries.select_definitions(conn, ACTIVITIES, [2])
    assert found == {number: name for number, name in enumerate(NAMES) if name}
    assert stored == {2: json.loads(json.dumps(rows[2]))}


async def test_activities_and_modes_by_name(pool: Pool, tmp_path: Path) -> None:
    activity = {
        "hash": 4294967295,
        "displayProperties": {"name": "Javelin-4"},
        "directActivityModeHash": 3199098480,
        "directActivityModeType": 73,
        "activityTypeHash": 4088006058,
    }
    mode = {"hash": 3199098480, "displayProperties": {"name": "Control"}, "modeType": 73}
    async with pool.acquire() as conn:
        await load(conn, ACTIVITIES, tmp_path, [activity, {"hash": 82913930, "displayProperties": {"name": ""}}])
        await load(conn, MODES, tmp_path, [mode])
        named = await conn.fetchrow("select * from activity_name where hash = 4294967295")
        nameless = await conn.fetchrow("select name, mode_hash from activity_name where hash = 82913930")
        modes = await conn.fetch("select * from mode_name")
    assert named is not None
    assert nameless is not None
    assert tuple(named) == (4294967295, "Javelin-4", 3199098480, 73, 4088006058, True)
    assert tuple(nameless) == (None, None)
    assert [tuple(row) for row in modes] == [(73, 3199098480, "Control")]


async def test_a_seal_that_is_not_current_is_no_column_but_stays(pool: Pool) -> None:
    def seal(record: int, position: int) -> Seal:
        return Seal(record, record + 1, "Name", "Title", None, False, position, "/i.png", (1, 2))

    async with pool.acquire() as conn, conn.transaction():
        await queries.upsert_seals(conn, [seal(10, 0), seal(20, 1)])
        await queries.retire_seals(conn)
        await queries.upsert_seals(conn, [seal(20, 0), seal(30, 1)])
        assert [column.record_hash for column in await queries.select_seals(conn)] == [20, 30]
        assert await conn.fetchval("select count(*) from seal") == 3


async def test_views_bear_what_definitions_lack(pool: Pool, tmp_path: Path) -> None:
    """Keys that are absent, null or empty: a row each, and no error."""
    bare: list[dict[str, object]] = [
        {"hash": 1},
        {"hash": 2, "displayProperties": {"name": "A"}, "activityModeTypes": None, "parentHashes": None},
        {"hash": 3, "activityModeTypes": [5, 84], "parentHashes": [4294967295], "directActivityModeHash": 1},
    ]
    async with pool.acquire() as conn:
        await load(conn, ACTIVITIES, tmp_path, [dict(row) for row in bare])
        await load(conn, MODES, tmp_path, [dict(row) for row in bare])
        await load(conn, "DestinyClassDefinition", tmp_path, [{"hash": 9, "classType": 2}])
        activities = await conn.fetch("select hash, name, mode, mode_types, is_pvp from manifest_activity order by 1")
        modes = await conn.fetch("select hash, name, parent_hashes, mode_type from manifest_mode order by 1")
        classes = await conn.fetch("select class_type, hash, name, is_current from manifest_class")
    assert [tuple(row) for row in activities] == [
        (1, None, None, [], False), (2, "A", None, [None], False), (3, None, None, [5, 84], False),
    ]  # fmt: skip
    assert [tuple(row) for row in modes] == [(1, None, [], None), (2, "A", [None], None), (3, None, [4294967295], None)]
    assert [tuple(row) for row in classes] == [(2, 9, None, True)]
