"""A small server that hands out manifests made by a test, over real sockets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from bot.ingest.manifest import ACTIVE_ROOT, LEGACY_ROOT, NEEDED

Table = dict[str, dict[str, Any]]
NODES, RECORDS, ACTIVITIES = (
    "DestinyPresentationNodeDefinition",
    "DestinyRecordDefinition",
    "DestinyActivityDefinition",
)
ITEMS = "DestinyInventoryItemLiteDefinition"


def definition(found: int, name: str, **more: Any) -> dict[str, Any]:
    return {"hash": found, "displayProperties": {"name": name, "icon": f"/{found}.png"}, "index": 0} | more


def weapon(found: int, name: str, **more: Any) -> dict[str, Any]:
    """A legendary hand cannon that nothing is left to ask about."""
    inventory = {"bucketTypeHash": 1498876634, "tierType": 5}
    item = {"itemType": 3, "itemSubType": 9, "itemTypeDisplayName": "Hand Cannon", "defaultDamageType": 1}
    return definition(found, name, inventory=inventory, **(item | more))


def small_tables() -> dict[str, Table]:
    """Every needed table, with two seals (one active with a gilding record, one legacy) and two weapons."""
    tables = {table: {str(n): definition(n, f"{table} {n}") for n in range(1, 5)} for table in NEEDED}
    tables[ITEMS] = {"51": weapon(51, "Rose", index=1), "52": weapon(52, "Thorn", index=2)}
    tables[NODES] = {
        str(ACTIVE_ROOT): definition(ACTIVE_ROOT, "Seals", children={"presentationNodes": [_child(11)]}),
        str(LEGACY_ROOT): definition(LEGACY_ROOT, "Legacy Seals", children={"presentationNodes": [_child(12)]}),
        "11": definition(11, "Vanguard", completionRecordHash=21, children={"records": [{"recordHash": 31}]}),
        "12": definition(12, "Lore", completionRecordHash=22, children={"records": [{"recordHash": 32}]}),
    }
    tables[RECORDS] = {
        "21": definition(21, "", titleInfo={"titlesByGender": {"Male": "Conqueror"}, "gildingTrackingRecordHash": 23}),
        "22": definition(22, "", titleInfo={"titlesByGender": {"Male": "Chronicler"}}),
        "31": definition(31, "A deed"),
        "32": definition(32, "A book"),
    }
    return tables


def _child(found: int) -> dict[str, int]:
    return {"presentationNodeHash": found}


@dataclass
class Shelf:
    """`async with` serves it at `url`; tests change what is on it and what goes wrong."""

    version: str = "1.26.03.01.1700-1-bnet.1"
    tables: dict[str, Table] = field(default_factory=small_tables)
    guid: str = "one"
    language: str = "en"
    settings: dict[str, Any] = field(default_factory=dict)
    refuse_key: bool = False
    broken_file: str | None = None
    items: Table = field(default_factory=dict)
    items_away: bool = False
    stats: dict[str, Any] | None = field(default_factory=lambda: {"kills": {"statId": "kills", "statName": "Kills"}})
    asked: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/Platform/Destiny2/Manifest/", self._manifest)
        app.router.add_get("/Platform/Destiny2/Manifest/DestinyInventoryItemDefinition/{item}/", self._item)
        app.router.add_get("/Platform/Destiny2/Stats/Definition/", self._stats)
        app.router.add_get("/Platform/Settings/", self._settings)
        app.router.add_get("/common/{guid}/{table}.json", self._file)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _manifest(self, request: web.Request) -> web.Response:
        self.asked.append("manifest")
        if self.refuse_key:
            return web.json_response({"ErrorCode": 2101, "ErrorStatus": "ApiInvalidOrExpiredKey"})
        paths = {table: f"/common/{self.guid}/{table}.json" for table in self.tables}
        return _success({"version": self.version, "jsonWorldComponentContentPaths": {self.language: paths}})

    async def _item(self, request: web.Request) -> web.Response:
        """One of `items`, which no table of the manifest need have."""
        item = request.match_info["item"]
        self.asked.append(item)
        if self.items_away:
            return web.json_response({"ErrorCode": 5, "ErrorStatus": "SystemDisabled"})
        if item not in self.items:
            return web.json_response({"ErrorCode": 21, "ErrorStatus": "NotFound"}, status=404)
        return _success(self.items[item])

    async def _stats(self, request: web.Request) -> web.Response:
        """The stats; None: Bungie.net has trouble with them alone."""
        self.asked.append("stats")
        if self.stats is None:
            return web.json_response({"ErrorCode": 1602, "ErrorStatus": "StatsDatabaseError"}, status=500)
        return _success(self.stats)

    async def _settings(self, request: web.Request) -> web.Response:
        return _success({"destiny2CoreSettings": self.settings})

    async def _file(self, request: web.Request) -> web.Response:
        table = request.match_info["table"]
        self.asked.append(table)
        if table == self.broken_file:
            return web.Response(text=json.dumps(self.tables[table])[:-9], content_type="application/json")
        return web.json_response(self.tables[table])


def _success(response: dict[str, Any]) -> web.Response:
    return web.json_response({"Response": response, "ErrorCode": 1, "ErrorStatus": "Success"})
