"""The log of changes, and what lies between any two versions, against the versions themselves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.domain.manifest import Change, ManifestRead, StoredManifest
from bot.jobs.manifest_changes import begin
from db.pool import Connection, Pool
from db.queries import manifest as queries
from db.queries import manifest_changes as changes

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLE = "DestinyActivityDefinition"
State = Mapping[int, str]
"""Hash -> name; the name is all that a definition says here."""


async def become(conn: Connection, version: str, state: State, *, table: str = TABLE, language: str = "en") -> None:
    """Switch to a version, as bot.jobs.manifest_switch does."""
    async with conn.transaction():
        stored = await queries.select_current(conn)
        await queries.create_incoming(conn)
        await conn.executemany(
            "insert into incoming values ($1, $2, $3, md5($3), jsonb_build_object('name', $3::text), 0)",
            [(table, found, name) for found, name in state.items()],
        )
        await queries.index_incoming(conn)
        step = await conn.fetchval("select count(*) from manifest_step")
        chosen = ManifestRead(version, {table: "/x"}, language)
        await queries.upsert_version(conn, version, language, chosen.paths, NOW + timedelta(hours=step))
        diary = await begin(conn, stored, chosen, NOW + timedelta(hours=step))
        await queries.restore_definitions(conn, version)
        await queries.update_definitions(conn, version)
        await queries.insert_definitions(conn, version)
        await queries.remove_definitions(conn, version, [table])
        await diary.end(conn)


async def between(conn: Connection, one: str, other: str) -> dict[int, tuple[str, str, str | None]]:
    """Hash -> change, name, name before."""
    held = {each.version: each.step for each in await changes.select_held_versions(conn)}
    rows = await changes.select_changes_between(conn, held[one], held[other], None, ("", -1), 500)
    counts = await changes.select_tables_between(conn, held[one], held[other])
    assert sum(table.added + table.changed + table.removed for table in counts) == len(rows)
    return {row.hash: (row.change.value, row.name, row.name_before) for row in rows}


def expected(one: State, other: State) -> dict[int, tuple[str, str, str | None]]:
    found: dict[int, tuple[str, str, str | None]] = {}
    for key in one.keys() | other.keys():
        if key not in one:
            found[key] = ("added", other[key], None)
        elif key not in other:
            found[key] = ("removed", one[key], one[key])
        elif one[key] != other[key]:
            found[key] = ("changed", other[key], one[key])
    return found


async def test_what_comes_changes_goes_and_returns_is_logged(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await become(conn, "1", {1: "a", 2: "b", 3: "c"})
        await become(conn, "2", {1: "a", 2: "B", 4: "d"})
        await become(conn, "3", {1: "a", 2: "B", 3: "c", 4: "d"})
        assert await between(conn, "1", "2") == {
            2: ("changed", "B", "b"),
            3: ("removed", "c", "c"),
            4: ("added", "d", None),
        }
        assert await between(conn, "2", "3") == {3: ("added", "c", None)}
        assert await between(conn, "1", "3") == {2: ("changed", "B", "b"), 4: ("added", "d", None)}
        assert await between(conn, "3", "1") == {2: ("changed", "b", "B"), 4: ("removed", "d", "d")}
        assert await between(conn, "2", "2") == {}
        rows = await conn.fetch("select step, hash, change from manifest_change order by 1, 2")
        by_name = await conn.fetch("select hash, change from manifest_between('1', '3') order by hash")
    assert [tuple(row) for row in rows] == [(2, 2, "changed"), (2, 3, "removed"), (2, 4, "added"), (3, 3, "added")]
    assert [tuple(row) for row in by_name] == [(2, "changed"), (4, "added")]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_between_any_two_versions_lies_what_differs(pool: Pool, seed: int) -> None:
    """Also where a version became current twice: then its last time counts."""
    dice = random.Random(seed)
    states = {str(n): {k: dice.choice("xyz") for k in range(12) if dice.random() < 0.6} for n in range(6)}
    order = [*states, "2", "4", "2"]
    async with pool.acquire() as conn:
        for version in order:
            await become(conn, version, states[version])
        for one, other in product(states, states):
            assert await between(conn, one, other) == expected(states[one], states[other]), (one, other)


async def test_other_content_of_the_same_version_counts_as_the_versions(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await become(conn, "1", {1: "a", 2: "b"})
        await become(conn, "2", {1: "a", 2: "c", 3: "n"})
        await become(conn, "2", {1: "a", 2: "b", 3: "m"})
        assert await between(conn, "1", "2") == {3: ("added", "m", None)}


async def test_a_table_that_was_not_followed_is_no_news(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await become(conn, "1", {1: "a"})
        await become(conn, "2", {1: "page"}, table="DestinyLoreDefinition")
        assert await between(conn, "1", "2") == {}


async def test_another_language_changes_no_definition(pool: Pool) -> None:
    """What came and went at the same time is known, what changed is not."""
    async with pool.acquire() as conn:
        await become(conn, "1", {1: "one", 2: "two"})
        await become(conn, "2", {1: "un", 3: "trois"}, language="fr")
        await become(conn, "3", {1: "une", 3: "trois"}, language="fr")
        assert await between(conn, "1", "2") == {2: ("removed", "two", "two"), 3: ("added", "trois", None)}
        assert await between(conn, "2", "3") == {1: ("changed", "une", "un")}


async def test_versions_are_listed_from_the_current_one_back(pool: Pool) -> None:
    async with pool.acquire() as conn:
        for version in ("1", "2", "1"):
            await become(conn, version, {1: version})
        held = await changes.select_held_versions(conn)
    assert [(each.version, each.step) for each in held] == [("1", 3), ("2", 2)]
    assert held[0].loaded_at == NOW + timedelta(hours=2)


async def test_lists_go_on_behind_the_last_row(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await become(conn, "1", {0: "x"})
        await become(conn, "2", dict.fromkeys(range(10), "x"))
        first = await changes.select_changes_between(conn, 1, 2, TABLE, ("", -1), 4)
        rest = await changes.select_changes_between(conn, 1, 2, TABLE, (TABLE, first[-1].hash), 40)
        none = await changes.select_changes_between(conn, 1, 2, "DestinyLoreDefinition", ("", -1), 4)
    assert [row.hash for row in (*first, *rest)] == list(range(1, 10))
    assert {row.change for row in (*first, *rest)} == {Change.ADDED}
    assert none == ()


async def test_the_current_manifest_knows_its_language(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await become(conn, "1", {1: "un"}, language="fr")
        assert await queries.select_current(conn) == StoredManifest("1", {TABLE: "/x"}, "fr")
