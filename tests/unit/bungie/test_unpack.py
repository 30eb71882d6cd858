"""Manifest tables into COPY files: hashes, names, digests, and text that COPY would misread."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.bungie.unpack import copy_line, from_json, from_sqlite, opened, stats_of, tables_of, unpacked, write_copy

TABLE = "DestinyRecordDefinition"


def columns(definition: dict[str, Any]) -> list[str]:
    return copy_line(7, definition).rstrip("\n").split("\t")


def test_the_digest_ignores_the_order_of_keys_and_the_index() -> None:
    one = columns({"displayProperties": {"name": "A"}, "hash": 7, "index": 1})
    other = columns({"index": 500, "hash": 7, "displayProperties": {"name": "A"}})
    assert one[:4] == other[:4]
    assert one[:2] == ["7", "A"]
    assert (one[4], other[4]) == ("1", "500")
    assert columns({"displayProperties": {"name": "B"}, "hash": 7})[2] != one[2]


@pytest.mark.parametrize("definition", [{}, {"displayProperties": None}, {"displayProperties": {"name": None}}])
def test_a_definition_without_a_name_has_an_empty_one(definition: dict[str, Any]) -> None:
    assert columns(definition)[1] == ""


def test_text_that_copy_would_misread_stays_in_its_column() -> None:
    name = "tab\there \\N back\\slash\r\nnew line"
    line = copy_line(7, {"displayProperties": {"name": name, "description": "\\."}})
    assert line.count("\n") == 1
    assert line.count("\t") == 4


def sqlite_file(path: Path, rows: dict[int, dict[str, Any]]) -> Path:
    with sqlite3.connect(path) as db:
        db.execute(f"create table {TABLE} (id integer primary key, json text)")
        signed = [(found - 2**32 if found >= 2**31 else found, json.dumps(row)) for found, row in rows.items()]
        db.executemany(f"insert into {TABLE} values (?, ?)", signed)
    db.close()
    return path


def test_sqlite_ids_are_signed_hashes(tmp_path: Path) -> None:
    rows = {found: {"hash": found} for found in (0, 1, 2**31 - 1, 2**31, 2**32 - 1)}
    with opened(sqlite_file(tmp_path / "world.content", rows)) as db:
        assert {found: json.loads(raw) for found, raw in from_sqlite(db, TABLE)} == rows
        with pytest.raises(ValueError, match="DestinySeasonDefinition"):
            list(from_sqlite(db, "DestinySeasonDefinition"))


def test_a_table_keyed_by_text_is_no_table_of_definitions(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "world.content", {5: {"hash": 5}})
    with sqlite3.connect(path) as db:
        assert stats_of(db) == {}
        db.execute("create table DestinyHistoricalStatsDefinition (key text primary key, json blob)")
        db.execute("insert into DestinyHistoricalStatsDefinition values ('kills', ?)", (b'{"statId":"kills"}\0',))
        db.execute('create table "../odd" (id integer primary key, json text)')
        assert {key: json.loads(bytes(raw)) for key, raw in stats_of(db).items()} == {"kills": {"statId": "kills"}}
        assert tables_of(db) == {TABLE}
    db.close()


def test_a_zipped_content_file_is_unpacked_first(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "world_sql_content_abc.content", {5: {"hash": 5}})
    zipped = tmp_path / "zipped.content"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(path, path.name)
    out = tmp_path / "out"
    out.mkdir()
    with opened(unpacked(zipped, out)) as db:
        assert [found for found, _ in from_sqlite(db, TABLE)] == [5]
    assert unpacked(path, out) == path


def child(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.bungie.unpack", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_child_says_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / f"{TABLE}.json").write_text(json.dumps({"5": {"hash": 5}, "4294967295": {"hash": 4294967295}}))
    done = child(str(tmp_path), "-", TABLE)
    assert json.loads(done.stdout) == {"table": TABLE, "rows": 2}
    assert (tmp_path / f"{TABLE}.copy").read_text().splitlines()[1].startswith("4294967295\t")


@pytest.mark.parametrize("body", ["<html>503</html>", '{"5": {"hash": 5}', "[]", ""])
def test_the_child_refuses_what_is_no_table(tmp_path: Path, body: str) -> None:
    (tmp_path / f"{TABLE}.json").write_text(body)
    done = child(str(tmp_path), "-", TABLE)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


_OTHER_VERSION = {
    "DestinyPresentationNodeDefinition": {1657213183, 1516796296},  # their scope
    "DestinySeasonDefinition": {2809059426, 2809059428, 2809059429},  # their previews
}
"""The file is of version 101192, the JSON tables of 101478: these rows were changed between the two."""


def test_the_real_world_file_says_what_the_real_tables_say(
    samples: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Every row that both have is the same definition; hashes of the file are signed."""
    source = unpacked(samples / "manifest" / "rebuilt-world-101192.sqlite3.zip", tmp_path)
    both: dict[str, int] = {}
    other: dict[str, set[int]] = {}
    with opened(source) as db:
        for table in sorted(tables_of(db)):
            slice_ = samples / "manifest" / f"{table.removeprefix('Destiny').removesuffix('Definition').lower()}.json"
            if slice_.exists():
                both[table], other[table] = _compared(dict(from_sqlite(db, table)), dict(from_json(slice_)))
    words = ", ".join(f"{table} {count - len(other[table])} of {count}" for table, count in both.items())
    record_property("told", f"Rows of the sqlite file that equal the JSON's, where both have them: {words}")
    assert sum(both.values()) == 11_879
    assert {table: found for table, found in other.items() if found} == _OTHER_VERSION


def _compared(one: dict[int, bytes], other: dict[int, bytes]) -> tuple[int, set[int]]:
    """How many hashes both have, and those of which they say something else."""
    both = one.keys() & other.keys()
    return len(both), {found for found in both if json.loads(one[found]) != json.loads(other[found])}


def test_the_real_tables(samples: Path, tmp_path: Path) -> None:
    for name in ("activity", "activitymode", "activitytype", "class", "presentationnode", "record", "season"):
        source = samples / "manifest" / f"{name}.json"
        assert write_copy(from_json(source), tmp_path / "out.copy") == len(json.loads(source.read_bytes()))
