"""What only the pages ask: how many events of each kind, one member's events, one member's seals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.event import Event, EventKind
from bot.domain.roster import HeldSeal
from bot.domain.tally import EventTally
from db.pool import Connection


async def select_event_tally(
    conn: Connection, group_ids: Sequence[int], *, membership_id: int | None = None, since: datetime | None = None
) -> tuple[EventTally, ...]:
    """How many events of each kind those clans list. `away`: switches that led out of them.

    `membership_id` stands for the person, as in select_events.
    """
    rows = await conn.fetch(
        """
        with recursive ids as (
          select $2::bigint as id
          union
          select m.membership_id from ids join member m on m.moved_to = ids.id
        )
        select kind, coalesce(other_group_id = any ($1) and group_id <> all ($1), false) as away, count(*)::int as count
        from event
        where withdrawn_at is null and (group_id = any ($1) or other_group_id = any ($1) or group_id is null)
          and ($2::bigint is null or membership_id in (select ids.id from ids))
          and ($3::timestamptz is null or occurred_at >= $3)
        group by 1, 2
        """,
        list(group_ids),
        membership_id,
        since,
    )
    return tuple(EventTally(EventKind(row["kind"]), row["away"], row["count"]) for row in rows)


async def select_member_events(conn: Connection, membership_id: int, limit: int) -> tuple[Event, ...]:
    """What happened to one member in any clan, newest first; under earlier membership ids too."""
    rows = await conn.fetch(
        """
        with recursive ids as (
          select $1::bigint as id
          union
          select m.membership_id from ids join member m on m.moved_to = ids.id
        )
        select id, kind, group_id, membership_id, name, occurred_at, recorded_at, detail, other_group_id
        from event where withdrawn_at is null and membership_id in (select ids.id from ids)
        order by occurred_at desc, id desc limit $2
        """,
        membership_id,
        limit,
    )
    return tuple(Event(**{**row, "kind": EventKind(row["kind"])}) for row in rows)


async def select_held_seals(conn: Connection, membership_id: int) -> tuple[HeldSeal, ...]:
    """The seals that a member holds, in the manifest's order, whether they are in a clan or not."""
    rows = await conn.fetch(
        """
        select held.record_hash, held.gilded_times,
          coalesce(seal.title, 'Unknown (' || held.record_hash || ')') as title
        from member_seal held left join seal on seal.record_hash = held.record_hash
        where held.membership_id = $1 and held.held_since is not null
        order by seal.is_current desc nulls last, seal.position, held.record_hash
        """,
        membership_id,
    )
    return tuple(
        HeldSeal(row["record_hash"], row["title"], row["gilded_times"] >= 1, row["gilded_times"]) for row in rows
    )
