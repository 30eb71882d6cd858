"""What happened: stored once by its unique key, listed newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.event import Event, EventKind, NewEvent
from db.pool import Connection


async def insert_event(conn: Connection, event: NewEvent, now: datetime) -> int | None:
    """The row's id when it is new, or was withdrawn and is so after all; None when this event is stored already."""
    found: int | None = await conn.fetchval(
        """
        insert into event (kind, group_id, other_group_id, membership_id, about, name, occurred_at, recorded_at, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (group_id, membership_id, kind, about) do update set withdrawn_at = null, name = excluded.name,
          occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, detail = excluded.detail,
          other_group_id = excluded.other_group_id
        where event.withdrawn_at is not null
        returning id
        """,
        event.kind.value,
        event.group_id,
        event.other_group_id,
        event.membership_id,
        event.about,
        event.name,
        event.occurred_at,
        now,
        event.detail,
    )
    return found


async def insert_events(conn: Connection, events: Sequence[NewEvent], now: datetime) -> list[int]:
    """The ids of those that were new."""
    ids = [await insert_event(conn, event, now) for event in events]
    return [found for found in ids if found is not None]


async def select_events(
    conn: Connection,
    group_id: int,
    *,
    kinds: Sequence[EventKind] | None = None,
    membership_id: int | None = None,
    limit: int,
    before: tuple[datetime, int] | None = None,
) -> tuple[Event, ...]:
    """A clan's events, newest first, those after the position `before` (occurred_at, id of the last one shown).

    A switch is listed by both clans, an event without a clan (a new manifest) by every one. `membership_id` stands for
    the person: what happened under memberships that they moved from is theirs.
    """
    at, event_id = before or (None, None)
    rows = await conn.fetch(
        """
        with recursive ids as (
          select $3::bigint as id
          union
          select m.membership_id from ids join member m on m.moved_to = ids.id
        )
        select id, kind, group_id, membership_id, name, occurred_at, recorded_at, detail, other_group_id
        from event
        where withdrawn_at is null and (group_id = $1 or other_group_id = $1 or group_id is null)
          and ($2::text[] is null or kind = any ($2))
          and ($3::bigint is null or membership_id in (select ids.id from ids))
          and ($4::timestamptz is null or (occurred_at, id) < ($4, $5::bigint))
        order by occurred_at desc, id desc
        limit $6
        """,
        group_id,
        None if kinds is None else [kind.value for kind in kinds],
        membership_id,
        at,
        event_id,
        limit,
    )
    return tuple(Event(**{**row, "kind": EventKind(row["kind"])}) for row in rows)


async def withdraw_event(conn: Connection, event_id: int, now: datetime) -> NewEvent | None:
    """Take an event off the lists because it turned out not to be so; None when that was done before."""
    row = await conn.fetchrow(
        """
        update event set withdrawn_at = $2 where id = $1 and withdrawn_at is null
        returning kind, group_id, membership_id, about, occurred_at, name, other_group_id, detail
        """,
        event_id,
        now,
    )
    return NewEvent(**{**row, "kind": EventKind(row["kind"])}) if row else None
