"""What `export` writes: a list as the API answers it, but whole; as JSON, or as CSV with the columns of the pages'."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from dashboard import collections_query, happenings, roster_query, weapons_query
from dashboard.api import answers, collection_answers, collection_shapes, shapes, weapon_shapes
from dashboard.api.shapes import Shape
from dashboard.collecting import read_collections, read_seals
from dashboard.paging import Part
from dashboard.rosters import read_roster
from dashboard.sheet import sheet
from dashboard.weaponry import read_weapons
from db.pool import Connection


@dataclass(frozen=True, slots=True)
class Export:
    """A whole answer, the key of its list, and the columns of that."""

    answer: Shape
    key: str
    columns: Sequence[str]

    def csv(self) -> bytes:
        return sheet(self.columns, self.answer[self.key])

    def json(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self.answer), indent=2) + b"\n"

    @property
    def rows(self) -> int:
        return len(self.answer[self.key])


async def roster(conn: Connection, group_id: int | None, now: datetime) -> Export:
    read = await read_roster(conn, group_id, now, None)
    return Export(answers.roster(read, roster_query.by_name(read.members), None), "members", shapes.ROSTER_COLUMNS)


async def weapons(conn: Connection, group_id: int | None, now: datetime) -> Export:
    """Crucible, all time, every hash by itself: what the API answers where nothing else is asked."""
    query = weapons_query.read({})
    found = await read_weapons(conn, group_id, query, now)
    whole = Part(found.table.rows, 0, len(found.table.rows), None)
    return Export(answers.weapons(found, query, whole), "weapons", weapon_shapes.WEAPON_COLUMNS)


async def exotics(conn: Connection, group_id: int | None, now: datetime) -> Export:
    found = await read_collections(conn, group_id, collections_query.read({}), now)
    whole = Part(tuple(found.exotics), 0, len(found.exotics), None)
    return Export(collection_answers.exotics(found, whole), "exotics", collection_shapes.EXOTIC_COLUMNS)


async def seals(conn: Connection, group_id: int | None, now: datetime) -> Export:
    found = await read_seals(conn, group_id, "", now)
    whole = Part(found.clan.rows, 0, len(found.clan.rows), None)
    return Export(collection_answers.seals(found, whole), "seals", collection_shapes.SEAL_COLUMNS)


async def events(conn: Connection, group_id: int | None, now: datetime) -> Export:
    found = await happenings.read_all_events(conn, group_id, happenings.read({}), now)
    return Export(answers.events(found), "events", shapes.EVENT_COLUMNS)


KINDS: dict[str, Callable[[Connection, int | None, datetime], Awaitable[Export]]] = {
    "roster": roster,
    "weapons": weapons,
    "exotics": exotics,
    "seals": seals,
    "events": events,
}
