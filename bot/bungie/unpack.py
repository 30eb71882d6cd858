"""Manifest tables into files that PostgreSQL's COPY reads; run as a process of its own.

`python -m bot.bungie.unpack FOLDER SOURCE TABLE...` turns FOLDER/TABLE.json into FOLDER/TABLE.copy, one table after
another, and prints one JSON line for each: {"table": ..., "rows": ...}. Of the light item table only what is used goes
on. SOURCE is `-`, or a sqlite or zipped `.content` file of Bungie.net that the tables are read from instead; `*` stands
for all of its tables, and its stats, which are keyed by text, become FOLDER/DestinyHistoricalStatsDefinition.json. The
last line of stderr says what went wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bot.ingest.historical_stats import STATS
from bot.ingest.manifest import NEEDED
from bot.ingest.weapons import FULL, LITE, slim_item

Kept = Callable[[dict[str, Any]], dict[str, Any] | None]
ALL = "*"
_NICE = 10  # answers of the bot come before the manifest
_encoder = msgspec.json.Encoder(order="sorted")
_tables = msgspec.json.Decoder(dict[int, msgspec.Raw])
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(found: int, definition: dict[str, Any]) -> str:
    """One line of COPY's text format: hash, name, digest, json, position.

    `index` is the position, and left out of the others: it moves with every version, and all would count as changed.
    """
    index = definition.pop("index", None)
    position = index if isinstance(index, int) and abs(index) < 2**31 else 0
    text = _encoder.encode(definition)
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    columns = (str(found), name_of(definition), digest, text.decode(), str(position))
    return "\t".join(column.translate(_ESCAPES) for column in columns) + "\n"


def name_of(definition: dict[str, Any]) -> str:
    """displayProperties.name, empty where there is none."""
    shown = definition.get("displayProperties")
    name = shown.get("name") if isinstance(shown, dict) else None
    return name.strip() if isinstance(name, str) else ""


def from_json(path: Path) -> Iterator[tuple[int, bytes]]:
    """The definitions of a component file: an object keyed by hash.

    Mapped, not read: of the larger tables' 100 MB and more, only what is looked at lies in memory, and can leave again.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    yield from ((found, bytes(raw)) for found, raw in _tables.decode(mapped).items())


def from_sqlite(db: sqlite3.Connection, table: str) -> Iterator[tuple[int, bytes]]:
    """The definitions of a table of a mobile world file (full items only); id is the hash as a signed int32."""
    table = FULL if table == LITE else table
    if table not in tables_of(db):
        raise ValueError(f"the file has no table {table}")
    for signed, text in db.execute(f'select id, json from "{table}"'):  # noqa: S608 - the name stands in the file
        yield signed & 0xFFFFFFFF, _bytes(text)


def tables_of(db: sqlite3.Connection) -> frozenset[str]:
    """The tables that are keyed by hash; their names become names of files."""
    found = db.execute("select m.name from sqlite_master m, pragma_table_info(m.name) c where c.name = 'id'")
    return frozenset(name for (name,) in found if name.isidentifier())


def stats_of(db: sqlite3.Connection) -> dict[str, msgspec.Raw]:
    """The one table that is keyed by text; empty where the file lacks it."""
    if not db.execute("select 1 from sqlite_master where type = 'table' and name = ?", (STATS,)).fetchone():
        return {}
    rows = db.execute(f'select key, json from "{STATS}"')  # noqa: S608 - a name of our own
    return {key: msgspec.Raw(_bytes(text)) for key, text in rows}


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else bytes(text).rstrip(b"\0")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield db


def unpacked(source: Path, folder: Path) -> Path:
    """The sqlite file itself; a zipped `.content` is unpacked into `folder` first."""
    if not zipfile.is_zipfile(source):
        return source
    with zipfile.ZipFile(source) as archive:
        return Path(archive.extract(archive.namelist()[0], folder))


def write_copy(rows: Iterable[tuple[int, bytes]], to: Path, kept: Kept = dict) -> int:
    """Write the COPY file and return how many definitions it holds: those of which `kept` gives something."""
    count = 0
    with to.open("w", encoding="utf-8", newline="\n") as file:
        for found, raw in rows:
            if (definition := kept(msgspec.json.decode(raw))) is not None:
                file.write(copy_line(found, definition))
                count += 1
    return count


def main(folder: Path, source: str, tables: Sequence[str]) -> None:
    if source == "-":
        for table in tables:
            _unpack(folder, table, from_json(folder / f"{table}.json"))
        return
    with opened(unpacked(Path(source), folder)) as db:
        for table in _wanted(db, tables):
            _unpack(folder, table, from_sqlite(db, table))
        (folder / f"{STATS}.json").write_bytes(msgspec.json.encode(stats_of(db)))


def _wanted(db: sqlite3.Connection, tables: Sequence[str]) -> list[str]:
    return sorted({*NEEDED, *tables_of(db)}) if list(tables) == [ALL] else list(tables)


def _unpack(folder: Path, table: str, rows: Iterable[tuple[int, bytes]]) -> None:
    count = write_copy(rows, folder / f"{table}.copy", slim_item if table == LITE else dict)
    sys.stdout.write(msgspec.json.encode({"table": table, "rows": count}).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.nice(_NICE)
    try:
        main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
    except (ValueError, OSError, zipfile.BadZipFile, sqlite3.Error) as error:  # msgspec's errors are ValueErrors
        sys.exit(str(error))
