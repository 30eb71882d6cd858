"""The manifest: a version, paths that carry it, and the files behind them."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Sequence
from functools import cache

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.definitions import Table, all_tables, season_table
from bot.sandbox.bungie.items import unborn_items
from bot.sandbox.world.model import Edition

_LANGUAGES = ("en", "fr", "es", "es-mx", "de", "it", "ja", "pt-br", "ru", "pl", "ko", "zh-cht", "zh-chs")
_BASE = "/common/destiny2_content"
_KEEP = 3
_FIRST_BUILD, _SEASONS = 251400, "DestinySeasonDefinition"


class Manifest:
    """The current version and the files of the last few; every language serves the English texts.

    `edition` is one that was kept, to go on with. `released` is called after each new version.
    """

    def __init__(
        self,
        seasons: Sequence[facts.Row],
        edition: Edition | None = None,
        released: Callable[[Manifest], None] = lambda _: None,
    ) -> None:
        self.tables: dict[str, Table] = _edition(_fresh(seasons), edition)
        self.build = edition.build if edition else _FIRST_BUILD
        self.files: dict[str, bytes] = {}
        self._published: list[list[str]] = []
        self._released = released
        self._release()

    @property
    def version(self) -> str:
        return f"{self.build}.26.11.17.1700-1-bnet.{self.build - 180000}"

    def publish(
        self,
        edit: Callable[[dict[str, Table]], None] | None = None,
        hide: Sequence[tuple[str, int]] = (),
    ) -> str:
        """A new version with new paths; `edit` changes the tables, `hide` takes (table, hash) out. The version."""
        if edit is not None:
            tables = copy.deepcopy(self.tables)
            edit(tables)
            self.tables = tables
        for table, hash_ in hide:
            self.tables[table] = {key: row for key, row in self.tables[table].items() if key != str(hash_)}
        self.build += 37
        self._release()
        self._released(self)
        return self.version

    def edition(self) -> Edition:
        """What this version has that the first had not, or otherwise, and what it lacks of it; seasons aside."""
        tables = {name: table for name, table in self.tables.items() if table is not _base().get(name)}
        tables.pop(_SEASONS, None)
        edits = {name: _other(table, _base()[name]) for name, table in tables.items()}
        hidden = [(name, key) for name, table in tables.items() for key in _base()[name] if key not in table]
        return Edition(self.build, {name: found for name, found in edits.items() if found}, hidden)

    def restore(self, seasons: Sequence[facts.Row]) -> str:
        """A new version in which everything that was hidden or edited is as it was."""
        self.tables = _fresh(seasons)
        return self.publish()

    def begin_season(self, seasons: Sequence[facts.Row]) -> str:
        """A new version with these seasons."""
        self.tables = self.tables | {_SEASONS: season_table(seasons)}
        return self.publish()

    def reveal(self) -> str:
        """A new version that knows the weapons which people have long been killing with."""
        unborn = {str(item["hash"]): item for item in unborn_items()}
        for name in ("DestinyInventoryItemDefinition", "DestinyInventoryItemLiteDefinition"):
            self.tables = self.tables | {name: self.tables[name] | unborn}
        return self.publish()

    def response(self) -> Json:
        """Destiny.Config.DestinyManifest."""
        digest = self._id("world").hex
        return {
            "version": self.version,
            "mobileAssetContentPath": f"{_BASE}/sqlite/asset/asset_sql_content_{digest}.content",
            "mobileGearAssetDataBases": [
                {"version": 0, "path": f"{_BASE}/sqlite/asset/asset_sql_content_{digest}.content"}
            ],
            "mobileWorldContentPaths": {
                lang: f"{_BASE}/sqlite/{lang}/world_sql_content_{digest}.content" for lang in _LANGUAGES
            },
            "jsonWorldContentPaths": {lang: self._aggregate(lang) for lang in _LANGUAGES},
            "jsonWorldComponentContentPaths": {
                lang: {name: self._path(lang, name) for name in self.tables} for lang in _LANGUAGES
            },
            "mobileClanBannerDatabasePath": f"{_BASE}/clanbanner/clanbanner_sql_content_{digest}.content",
            "mobileGearCDN": {"Geometry": f"{_BASE}/geometry/platform/mobile/geometry"},
            "iconImagePyramidInfo": [],
        }

    def file(self, path: str) -> bytes | None:
        """The bytes behind a path of this version or of the two before it, in any language."""
        parts = path.split("/")
        if len(parts) == 6 and parts[4] in _LANGUAGES:
            parts[4] = "en"
        return self.files.get("/".join(parts))

    def _release(self) -> None:
        """Encode the tables; those that nobody has touched are encoded once in a process."""
        parts = {name: _bytes(name, table) for name, table in self.tables.items()}
        fresh = {self._path("en", name): raw for name, raw in parts.items()}
        fresh[self._aggregate("en")] = b"{%s}" % b",".join(b'"%s":%s' % (n.encode(), raw) for n, raw in parts.items())
        self.files |= fresh
        self._published.append(list(fresh))
        for path in self._published.pop(0) if len(self._published) > _KEEP else ():
            self.files.pop(path, None)

    def _id(self, what: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{what}:{self.build}")

    def _path(self, lang: str, table: str) -> str:
        return f"{_BASE}/json/{lang}/{table}-{self._id('json')}.json"

    def _aggregate(self, lang: str) -> str:
        return f"{_BASE}/json/{lang}/aggregate-{self._id('json')}.json"


def edited(edits: dict[str, Table]) -> Callable[[dict[str, Table]], None]:
    """Changes those keys of those definitions; a definition that is not there is added with what is named."""

    def edit(tables: dict[str, Table]) -> None:
        for name, changes in edits.items():
            for hash_, change in changes.items():
                tables[name][hash_] = tables[name].get(hash_, {"hash": int(hash_)}) | change

    return edit


@cache
def _base() -> dict[str, Table]:
    """The tables as they are to begin with, shared by all sandboxes of a process: never changed in place."""
    return all_tables()


def _fresh(seasons: Sequence[facts.Row]) -> dict[str, Table]:
    return _base() | {_SEASONS: season_table(seasons)}


def _edition(tables: dict[str, Table], edition: Edition | None) -> dict[str, Table]:
    """The tables with what an edition changed, added and hid."""
    if edition is None:
        return tables
    hidden = set(edition.hidden)
    changed = {name: tables[name] | edition.edits.get(name, {}) for name in {*edition.edits, *(n for n, _ in hidden)}}
    kept = {name: {k: v for k, v in table.items() if (name, k) not in hidden} for name, table in changed.items()}
    return tables | kept


def _other(table: Table, base: Table) -> Table:
    """The definitions that are not as they were, or are new."""
    return {key: row for key, row in table.items() if base.get(key) != row}


def _bytes(name: str, table: Table) -> bytes:
    return _base_bytes(name) if table is _base().get(name) else _encoded(table)


@cache
def _base_bytes(name: str) -> bytes:
    return _encoded(_base()[name])


def _encoded(table: Table) -> bytes:
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
