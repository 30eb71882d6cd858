"""Events read: one clan's, or all clans' together, as they were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge

from bot.domain.clan import Clan
from bot.domain.event import Event, EventKind
from bot.domain.tally import EventTally
from bot.errors import BadParameter, UnknownThing
from dashboard import asking, cursor
from dashboard.frame import Frame, clan_among, read_frame, readable
from dashboard.rosters import oldest, readable_or_why
from db.pool import Connection
from db.queries.dashboard import select_event_tally
from db.queries.event import select_events
from db.queries.member import select_membership_id

PARAMETERS = ("kind", "member", "limit", "cursor")


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What was asked; `kinds` empty: all. `member` is an id or a name, as it was written."""

    kinds: tuple[EventKind, ...]
    member: str
    limit: int
    before: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True)
class Events:
    """`member` is the id behind what was asked; `tally` counts all events of that member and those clans by kind."""

    frame: Frame
    clans: tuple[Clan, ...]
    rows: tuple[Event, ...]
    member: int | None
    as_of: datetime | None
    next_cursor: str | None


def read(asked: Mapping[str, str], default_limit: int = asking.LIMIT) -> EventQuery:
    """Raises BadParameter for any value that isn't known."""
    return EventQuery(
        kinds=asking.words(asked, "kind", EventKind),
        member=asking.text(asked, "member"),
        limit=asking.limit(asked, default_limit),
        before=cursor.before(asked),
    )


async def read_events(conn: Connection, group_id: int | None, query: EventQuery, now: datetime) -> Events:
    """`group_id` None: every tracked clan. Raises UnknownThing for a clan or member that isn't here."""
    frame = await read_frame(conn, now, group_id)
    clans = (clan_among(readable_or_why(frame), group_id),) if group_id is not None else readable(frame.clans)
    member = await member_id(conn, query.member) if query.member else None
    found = await newest(conn, clans, query, member, query.limit + 1)
    rows = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = cursor.of_time(rows[-1].occurred_at, rows[-1].id) if more else None
    return Events(frame, clans, rows, member, oldest(clans), next_cursor)


async def read_all_events(conn: Connection, group_id: int | None, query: EventQuery, now: datetime) -> Events:
    """Every event from where the query begins, part by part. Raises UnknownThing."""
    found = await read_events(conn, group_id, query, now)
    rows = list(found.rows)
    last = rows[-1] if found.next_cursor else None
    while last:
        step = replace(query, before=(last.occurred_at, last.id))
        part = await newest(conn, found.clans, step, found.member, query.limit)
        rows.extend(part)
        last = part[-1] if len(part) == query.limit else None
    return replace(found, rows=tuple(rows), next_cursor=None)


async def newest(
    conn: Connection, clans: Sequence[Clan], query: EventQuery, member: int | None, limit: int
) -> tuple[Event, ...]:
    """The newest events of those clans; what several of them list is listed once."""
    lists = [
        await select_events(
            conn, clan.group_id, kinds=query.kinds or None, membership_id=member, limit=limit, before=query.before
        )
        for clan in clans
    ]
    merged = merge(*lists, key=lambda event: (event.occurred_at, event.id), reverse=True)
    return tuple({event.id: event for event in merged}.values())[:limit]


async def member_id(conn: Connection, text: str) -> int:
    """The membership id behind an id or a name. Raises BadParameter or UnknownThing."""
    found = await select_membership_id(conn, checked_member(text))
    if found is None:
        raise no_member(text)
    return found


def no_member(text: str) -> UnknownThing:
    """What to say to who asks for someone that nobody here is."""
    return UnknownThing(f"No member goes by {text[:64]!r}: ask by membership id, or by name as in Name#0042.")


def checked_member(text: str) -> str:
    """An id or a name as it may be looked up. Raises BadParameter for what is neither."""
    if text.isascii() and text.isdigit() and not text.startswith("0"):
        asking.number_id(text, "member", "a membership id is a number of at most 19 digits")
    if "\0" in text or len(text) > 100:
        raise BadParameter("member is malformed: ask by membership id, or by name as in Name#0042.")
    return text


async def tally(conn: Connection, clans: Sequence[Clan], member: int | None = None) -> tuple[EventTally, ...]:
    return await select_event_tally(conn, [clan.group_id for clan in clans], membership_id=member)
