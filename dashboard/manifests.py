"""What the manifest's versions changed, as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.manifest import DefinitionChange, HeldVersion, ShownChange, TableChanges
from bot.errors import BadParameter, UnknownThing
from bot.presenters.freshness import why_stale
from dashboard import asking, cursor
from dashboard.frame import Frame, read_frame
from db.pool import Connection
from db.queries import manifest_changes as queries

ACTIVITIES = "DestinyActivityDefinition"
FROM_THE_FIRST = ("", -1)
PARAMETERS = ("from", "to", "table", "limit", "cursor")
_MOST_SHOWN = 500
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class ChangesQuery:
    """`start` None: the version before `end`; `end` None: the current one; `table` None: all of them."""

    start: str | None = None
    end: str | None = None
    table: str | None = None
    limit: int = asking.LIMIT
    after: tuple[str, int] = FROM_THE_FIRST


@dataclass(frozen=True, slots=True)
class ManifestChanges:
    """`versions`: all that are held, the current one first. `start` and `end` are None before the first manifest; they
    are the same where nothing lies before it. `tables`: each that is loaded or changed. `rows`: a part of what changed.
    """

    frame: Frame
    versions: tuple[HeldVersion, ...]
    start: HeldVersion | None
    end: HeldVersion | None
    tables: tuple[TableChanges, ...] = ()
    shown: tuple[ShownChange, ...] = ()
    rows: tuple[DefinitionChange, ...] = ()
    next_cursor: str | None = None

    @property
    def as_of(self) -> datetime | None:
        """When the manifest was last looked for."""
        loop = self.frame.loop("manifest")
        return loop.good_at if loop else None

    @property
    def stale(self) -> str | None:
        return why_stale(self.as_of, self.frame.interval("manifest"), self.frame.bungie, self.frame.now)


def read(asked: Mapping[str, str], default_limit: int = asking.LIMIT) -> ChangesQuery:
    """Raises BadParameter for any value that can't be one."""
    return ChangesQuery(
        start=_version(asked, "from"),
        end=_version(asked, "to"),
        table=asked.get("table"),
        limit=asking.limit(asked, default_limit),
        after=cursor.after_definition(asked) or FROM_THE_FIRST,
    )


def _version(asked: Mapping[str, str], name: str) -> str | None:
    text = asked.get(name)
    if text is not None and (not text.strip() or len(text) > _LONGEST or not text.isprintable()):
        raise BadParameter(f"{name} is malformed: take a version as /manifest lists it.")
    return text


async def read_changes(conn: Connection, query: ChangesQuery, now: datetime) -> ManifestChanges:
    """Raises UnknownThing for a version that is not held, BadParameter for a table that is not loaded."""
    frame = await read_frame(conn, now)
    versions = await queries.select_held_versions(conn)
    end = _held(versions, query.end) if query.end is not None else next(iter(versions), None)
    start = _held(versions, query.start) if query.start is not None else _before(versions, end)
    loaded = await queries.select_loaded_tables(conn)
    if start is None or end is None:
        return ManifestChanges(frame, versions, start, end, _every_table(loaded, ()))
    tables = _every_table(loaded, await queries.select_tables_between(conn, start.step, end.step))
    if query.table is not None and query.table not in {table.table for table in tables}:
        raise BadParameter("table is not known: it must be one of those that the manifest is loaded with.")
    shown = await queries.select_shown_between(conn, start.step, end.step, _MOST_SHOWN)
    rows = await queries.select_changes_between(conn, start.step, end.step, query.table, query.after, query.limit + 1)
    part = rows[: query.limit]
    more = cursor.of_definition(part[-1].table, part[-1].hash) if len(rows) > query.limit else None
    return ManifestChanges(frame, versions, start, end, tables, shown, part, more)


async def read_activities(conn: Connection, found: ManifestChanges, limit: int) -> tuple[DefinitionChange, ...]:
    """The first activities that came, changed or went."""
    if found.start is None or found.end is None:
        return ()
    steps = found.start.step, found.end.step
    return await queries.select_changes_between(conn, *steps, ACTIVITIES, FROM_THE_FIRST, limit)


def _held(versions: Sequence[HeldVersion], version: str) -> HeldVersion:
    for each in versions:
        if each.version == version:
            return each
    known = ", ".join(each.version for each in versions[:5]) or "none, so far"
    raise UnknownThing(f"That version of the manifest is not held here: held are {known}.")


def _before(versions: Sequence[HeldVersion], end: HeldVersion | None) -> HeldVersion | None:
    """The version before another; that one itself where there is none."""
    return next((each for each in versions if end and each.step < end.step), end)


def _every_table(loaded: Sequence[str], changed: Sequence[TableChanges]) -> tuple[TableChanges, ...]:
    by_name = {table: TableChanges(table, 0, 0, 0) for table in loaded} | {each.table: each for each in changed}
    return tuple(by_name[name] for name in sorted(by_name))
