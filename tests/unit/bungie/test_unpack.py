"""Manifest tables into COPY files: hashes, names, digests, and text that COPY would misread."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.bungie.unpack import copy_line, from_json, from_sqlite, unpacked, write_copy

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
    path = sqlite_file(tmp_path / "world.content", rows)
    assert {found: json.loads(raw) for found, raw in from_sqlite(path, TABLE)} == rows
    with pytest.raises(ValueError, match="DestinySeasonDefinition"):
        list(from_sqlite(path, "DestinySeasonDefinition"))


def test_a_zipped_content_file_is_unpacked_first(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "world_sql_content_abc.content", {5: {"hash": 5}})
    zipped = tmp_path / "zipped.content"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(path, path.name)
    out = tmp_path / "out"
    out.mkdir()
    assert [found for found, _ in from_sqlite(unpacked(zipped, out), TABLE)] == [5]
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


def test_the_real_tables(samples: Path, tmp_path: Path) -> None:
    for name in ("activity", "activitymode", "activitytype", "class", "presentationnode", "record", "season"):
        source = samples / "manifest" / f"{name}.json"
        assert write_copy(from_json(source), tmp_path / "out.copy") == len(json.loads(source.read_bytes()))
