"""docs/SQL.md: every statement on it runs as the role that it tells to ask as, and finds something."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from bot.ingest.historical_stats import stats_of
from bot.sandbox.bungie.historical import historical_stats
from db.pool import Connection, Pool, open_pool
from db.queries.historical_stat import upsert_stats
from tests.web import seed

NOW = datetime(2026, 11, 28, 18, 45, tzinfo=UTC)
DOCUMENT = (Path(__file__).parents[2] / "docs/SQL.md").read_text("utf-8")
STATEMENTS = re.findall(r"^```sql\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
VIEWS = re.findall(r"`(manifest_[a-z]+)`", DOCUMENT)
BEFORE, AFTER = "244019.26.05.29.1640-4-bnet.65312", "251400.26.11.17.1700-1-bnet.71400"
LAST_WISH = 2122313384


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def asked(cluster: str) -> AsyncIterator[Pool]:
    """Quiet Orbit with a few definitions, read as the document says."""
    admin = await asyncpg.connect(cluster.replace("/hawthorne?", "/postgres?"))
    await admin.execute("create database documented template hawthorne")
    dsn = cluster.replace("/hawthorne?", "/documented?")
    try:
        async with open_pool(dsn, name="seed") as pool:
            await seed.quiet_orbit(pool, NOW)
            async with pool.acquire() as conn:
                await _definitions(conn)
                await _collections(conn)
                await conn.execute("update match_player set fireteam_id = instance_id where tracked")
        async with open_pool(dsn, name="officer", role="hawthorne_read", read_only=True) as pool:
            yield pool
    finally:
        await admin.execute("drop database documented with (force)")
        await admin.close()


async def _definitions(conn: Connection) -> None:
    for place, version in enumerate((BEFORE, AFTER)):
        await conn.execute(
            "insert into manifest_version values ($1, 'en', '{}', $2, false, 0, 0, 0)", version, NOW + timedelta(place)
        )
        await conn.execute(
            "insert into manifest_step (version, language, at) values ($1, 'en', $2)", version, NOW + timedelta(place)
        )
    for table, found, name, json in (
        ("DestinyActivityDefinition", LAST_WISH, "Last Wish: Level 55",
         {"displayProperties": {"description": "A wish."}, "activityModeTypes": [4, 7], "activityTypeHash": 2043403989,
          "directActivityModeType": 4, "directActivityModeHash": 2043403989, "activityLightLevel": 580}),
        ("DestinyActivityModeDefinition", 2043403989, "Raid", {"modeType": 4}),
        ("DestinyActivityTypeDefinition", 2043403989, "Raid", {}),
    ):  # fmt: skip
        await conn.execute(
            """
            insert into definition (table_name, hash, name, json, digest, version_added) values ($1, $2, $3, $4, '', $5)
            """,
            table, found, name, json, AFTER,
        )  # fmt: skip
    await conn.execute(
        """
        insert into manifest_change (step, table_name, hash, change, name, name_before, digest, digest_before)
        select max(step), changed.* from manifest_step, (values
          ('exotic', 7, 'added', 'Malfeasance', null, 'a', null),
          ('DestinyActivityDefinition', 8, 'changed', 'Rift', 'Ruft', 'b', 'a')
        ) as changed group by 2, 3, 4, 5, 6, 7, 8
        """
    )
    await upsert_stats(conn, stats_of(historical_stats()))


async def _collections(conn: Connection) -> None:
    """Two exotics, one of which somebody has; and somebody is near a seal."""
    for place, name in enumerate(("Malfeasance", "Ace of Spades")):
        await conn.execute(
            """
            insert into exotic (collectible_hash, name, kind, slot, position) values ($1, $2, 'weapon', 'kinetic', $3)
            """,
            4_100_000_000 + place, name, 9000 + place,
        )  # fmt: skip
    await conn.execute(
        "insert into member_exotic values ($1, 4100000001, $2, true) on conflict do nothing", seed.FIRST_MEMBER, NOW
    )
    await conn.execute(
        """
        update member_seal set held_since = null, done = 9, of = 10
        where (membership_id, record_hash) = (select membership_id, record_hash from member_seal
          join stint using (membership_id) where left_at is null limit 1)
        """
    )


def heading(statement: str) -> str:
    return DOCUMENT[: DOCUMENT.index(statement)].rstrip("`sql\n").rstrip().splitlines()[-1][:60]


@pytest.mark.parametrize("statement", STATEMENTS, ids=heading)
async def test_a_statement_of_the_document_finds_something(asked: Pool, statement: str) -> None:
    async with asked.acquire() as conn:
        rows = await conn.fetch(statement)
    assert rows


def one(words: str) -> str:
    """The statement below the sentence that has these words."""
    return next(statement for statement in STATEMENTS if words in heading(statement) or words in statement)


async def test_aggregates_are_resolved_to_names(asked: Pool) -> None:
    async with asked.acquire() as conn:
        rows = await conn.fetch(one("$json$"))
    assert [tuple(row)[:4] for row in rows] == [
        ("Last Wish: Level 55", "Raid", "Completions", 12),
        ("Last Wish: Level 55", "Raid", "Fastest Completion", 1860000),
        ("Last Wish: Level 55", "Raid", "Time Played", 43200),
        ("Unknown (4294967295)", None, "Completions", 1),
    ]


async def test_the_stats_of_a_mode_are_those_that_name_it(asked: Pool) -> None:
    async with asked.acquire() as conn:
        rows = await conn.fetch(one("m.name = 'Raid'"))
    wanted = {key for key, stat in historical_stats().items() if 4 in stat["modes"] and stat["group"] != 3}
    assert {row["stat_id"] for row in rows} == wanted
    assert "activitiesWon" not in wanted


async def test_the_changes_of_a_version_are_named(asked: Pool) -> None:
    async with asked.acquire() as conn:
        newest = await conn.fetch(one("newest.step"))
        both = await conn.fetch(one("manifest_between('"))
    assert [tuple(row) for row in newest] == [("exotic", "added", "Malfeasance", None)]
    assert [tuple(row) for row in both] == [("DestinyActivityDefinition", "changed", 1, "Rift")]


async def test_nobody_has_the_exotic_that_nobody_has(asked: Pool) -> None:
    async with asked.acquire() as conn:
        names = [row["name"] for row in await conn.fetch(one("not exists"))]
    assert "Malfeasance" in names
    assert "Ace of Spades" not in names


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"manifest_between"}))
async def test_the_reading_role_sees_every_view_and_table_that_is_named(asked: Pool, view: str) -> None:
    async with asked.acquire() as conn:
        assert (await conn.fetchrow("select to_regclass($1) is not null as there", view))["there"]  # type: ignore[index]
        assert await conn.fetchval("select has_table_privilege($1, 'select')", view)


async def test_every_table_of_the_list_is_there_and_may_be_read(asked: Pool) -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", DOCUMENT, re.MULTILINE)
    tables = [table for row in rows for table in re.findall(r"`([a-z_]+)`", row)]
    assert len(tables) > 20
    async with asked.acquire() as conn:
        for table in tables:
            assert await conn.fetchval("select has_table_privilege($1, 'select')", table), table


async def test_whoever_asks_can_not_write(asked: Pool) -> None:
    async with asked.acquire() as conn:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await conn.execute("delete from event")
        await conn.execute("set default_transaction_read_only = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("delete from event")
