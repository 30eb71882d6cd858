"""The files of one manifest, fetched and unpacked aside: nothing of the database is touched here."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import Unavailable
from bot.ingest.historical_stats import STATS
from bot.services import Services

ALL = "*"
_FOLDER = "manifest"
_UNPACK_SECONDS = 600.0


@contextlib.asynccontextmanager
async def workplace(data_dir: Path) -> AsyncIterator[Path]:
    """A folder of this run's own under data_dir, gone at its end; what a killed run left is swept away first."""
    base = data_dir / _FOLDER
    await asyncio.to_thread(shutil.rmtree, base, True)
    await asyncio.to_thread(base.mkdir, parents=True, exist_ok=True)
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=base))
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, base, True)


async def download(services: Services, paths: Mapping[str, str], folder: Path) -> None:
    """Every table's file into `folder`, as TABLE.json. Raises Unavailable."""
    for done, (table, path) in enumerate(paths.items()):
        services.progress(done, len(paths))
        await services.bungie.fetch_table(path, folder / f"{table}.json")
    services.progress(len(paths), len(paths))


async def unpack(folder: Path, tables: Iterable[str], source: Path | None = None) -> tuple[str, ...]:
    """The tables as TABLE.copy in `folder`, by a child process: decoding them here would stall every answer.

    `source` and `*`: whatever tables that file has. The tables that are there now. Raises Unavailable with what the
    child said when a file is no manifest table.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.bungie.unpack", str(folder), str(source or "-"), *tables,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_UNPACK_SECONDS):
            told, said = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"The manifest's files can't be read: {lines[-1] if lines else 'no reason was given'}.")
    return tuple(msgspec.json.decode(line)["table"] for line in told.splitlines())


async def stats_in(folder: Path) -> dict[str, Any]:
    """The stats that unpacking a world file left in `folder`, by their keys."""
    raw = await asyncio.to_thread((folder / f"{STATS}.json").read_bytes)
    found: dict[str, Any] = msgspec.json.decode(raw)
    return found
