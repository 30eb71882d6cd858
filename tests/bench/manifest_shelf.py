"""A whole manifest of 150 MB, made up and served: `python -m tests.bench.manifest_shelf FOLDER` prints its address.

Run as a process of its own, so that serving it is not measured as a stall of who loads it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.ingest.manifest import NEEDED
from bot.ingest.weapons import FULL, LITE

VERSIONS = ("300000.26.11.17.1700-1-bnet.1", "300100.26.12.01.1700-1-bnet.2")
_OTHERS = 62
"""Tables beside those that are needed and the items, as many as Bungie.net had in 2022."""
_ITEMS, _ITEM_BYTES = 32_000, 4_600
_ROWS, _ROW_BYTES = 500, 900
_WORDS = ("the", "light", "of", "a", "far", "star", "falls", "on", "quiet", "orbit", "and", "nobody", "keeps", "it")


def tables() -> list[str]:
    others = [f"DestinyMade{chr(65 + n // 26)}{chr(65 + n % 26)}Definition" for n in range(_OTHERS)]
    return sorted({*NEEDED, FULL, *others})


def definitions(table: str, version: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Always the same; the second version changes a twentieth, adds a hundredth and takes another away."""
    chance = random.Random(table)
    items = table in (FULL, LITE)
    count = _ITEMS if items else _ROWS * (8 if table in NEEDED else 1)
    size = _ITEM_BYTES if table == FULL else 700 if items else _ROW_BYTES
    for n in range(count):
        if n % 100 == (1 if version else 2):
            continue
        text = " ".join(chance.choices(_WORDS, k=size // 16))
        name = f"{table[7:-10]} {n}" + (" again" if version and n % 20 == 3 else "")
        shown = {"name": name, "description": text[: size // 4], "icon": f"/common/destiny2_content/icons/{n:032x}.jpg"}
        item = {"itemType": 3 if n % 10 == 0 else 19, "itemTypeDisplayName": "Hand Cannon"} if items else {}
        yield n * 7919 % 2**32, {"displayProperties": shown, "hash": n * 7919 % 2**32, "index": n, "text": text} | item


def write(folder: Path) -> int:
    """The files of both versions; bytes of one."""
    total = 0
    for version in range(2):
        for table in tables():
            file = folder / str(version) / f"{table}.json"
            file.parent.mkdir(exist_ok=True)
            rows = (f'"{found}":{json.dumps(row)}' for found, row in definitions(table, version))
            file.write_text("{" + ",".join(rows) + "}", "utf-8")
            total += file.stat().st_size if version == 0 else 0
    return total


class Shelf:
    """Hands out the first version until it is told `/next`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, 0

    async def manifest(self, request: web.Request) -> web.Response:
        paths = {table: f"/files/{self.at}/{table}.json" for table in tables()}
        return _success({"version": VERSIONS[self.at], "jsonWorldComponentContentPaths": {"en": paths}})

    async def settings(self, request: web.Request) -> web.Response:
        return _success({"destiny2CoreSettings": {}})

    async def stats(self, request: web.Request) -> web.Response:
        return _success({})

    async def turn(self, request: web.Request) -> web.Response:
        self.at = 1
        return web.Response()


def _success(response: dict[str, Any]) -> web.Response:
    return web.json_response({"Response": response, "ErrorCode": 1, "ErrorStatus": "Success"})


async def serve(folder: Path) -> None:
    shelf, app = Shelf(folder), web.Application()
    app.router.add_get("/Platform/Destiny2/Manifest/", shelf.manifest)
    app.router.add_get("/Platform/Destiny2/Stats/Definition/", shelf.stats)
    app.router.add_get("/Platform/Settings/", shelf.settings)
    app.router.add_get("/next", shelf.turn)
    app.router.add_static("/files", folder)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"url": f"http://127.0.0.1:{runner.addresses[0][1]}"}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    made = Path(sys.argv[1])
    print(json.dumps({"bytes": write(made)}), flush=True)
    asyncio.run(serve(made))
