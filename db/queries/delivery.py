"""The outbox's sending side: what waits, what was tried, what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from bot.domain.event import Event, EventKind
from bot.domain.outbox import Post, PostFacts, PostState
from db.pool import Connection


async def select_channels_to_serve(conn: Connection) -> tuple[int, ...]:
    """Channels that take posts and have some to send."""
    rows = await conn.fetch(
        """
        select channel_id from channel c
        where state = 'ok' and exists (
          select from outbox o where o.channel_id = c.channel_id and o.state in ('new', 'sending', 'held')
        )
        order by channel_id
        """
    )
    return tuple(row["channel_id"] for row in rows)


async def select_waiting(conn: Connection, channel_id: int, limit: int = 500) -> tuple[Post, ...]:
    """A channel's unsent rows in the order in which they were written."""
    rows = await conn.fetch(
        """
        select o.id, o.channel_id, o.group_id, o.kind, o.state, o.created_at, o.payload, o.digest_of, o.not_before,
          o.sent_with, o.first_try_at, o.attempts, o.message_id, e.withdrawn_at is not null as withdrawn,
          e.id as event_id, e.kind as event_kind, e.group_id as event_group_id, e.membership_id, e.name,
          e.occurred_at, e.recorded_at, e.detail, e.other_group_id
        from outbox o left join event e on e.id = o.event_id
        where o.channel_id = $1 and o.state in ('new', 'sending', 'held')
        order by o.id limit $2
        """,
        channel_id,
        limit,
    )
    return tuple(_post(row) for row in rows)


async def select_told_together(conn: Connection, lead_id: int) -> tuple[Post, ...]:
    """The rows of one message: the leading one and those sent with it."""
    rows = await conn.fetch(
        """
        select o.id, o.channel_id, o.group_id, o.kind, o.state, o.created_at, o.payload, o.digest_of, o.not_before,
          o.sent_with, o.first_try_at, o.attempts, o.message_id, e.withdrawn_at is not null as withdrawn,
          e.id as event_id, e.kind as event_kind, e.group_id as event_group_id, e.membership_id, e.name,
          e.occurred_at, e.recorded_at, e.detail, e.other_group_id
        from outbox o left join event e on e.id = o.event_id
        where o.id = $1 or o.sent_with = $1
        order by o.id
        """,
        lead_id,
    )
    return tuple(_post(row) for row in rows)


def _post(row: asyncpg.Record) -> Post:
    event = None
    if row["event_id"] is not None:
        event = Event(
            id=row["event_id"],
            kind=EventKind(row["event_kind"]),
            group_id=row["event_group_id"],
            membership_id=row["membership_id"],
            name=row["name"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            detail=row["detail"],
            other_group_id=row["other_group_id"],
        )
    own = {key: row[key] for key in _OWN}
    return Post(**{**own, "state": PostState(row["state"]), "event": event})


_OWN = (
    "id",
    "channel_id",
    "group_id",
    "kind",
    "created_at",
    "payload",
    "digest_of",
    "not_before",
    "sent_with",
    "first_try_at",
    "attempts",
    "message_id",
    "withdrawn",
)


async def select_facts(conn: Connection, post_ids: Sequence[int]) -> dict[int, PostFacts]:
    """What the memory adds to each post: how many the clan has now, the member's power, earlier stints, names."""
    clans = {row["group_id"]: row["name"] for row in await _select_clan_names(conn)}
    rows = await conn.fetch(
        """
        select o.id, p.power, p.last_played_at, coalesce(s.title, nullif(x.name, '')) as subject,
          coalesce(s.icon, x.icon) as icon,
          case when e.kind in ('exotic_acquired', 'seal_earned', 'seal_gilded') then (
            select count(*)::int from stint open where open.group_id = e.group_id and open.left_at is null
              and case e.kind
                when 'exotic_acquired' then exists (select from member_exotic own
                  where (own.membership_id, own.collectible_hash) = (open.membership_id, x.collectible_hash))
                else exists (select from member_seal own
                  where (own.membership_id, own.record_hash) = (open.membership_id, s.record_hash)
                    and own.held_since is not null and (e.kind = 'seal_earned' or own.gilded_times > 0))
              end
          ) end as holders,
          case when e.group_id is not null then (
            select count(*)::int from stint open where open.group_id = e.group_id and open.left_at is null
          ) end as members,
          array(
            select array[old.joined_at, old.left_at] from stint old
            where old.group_id = e.group_id and old.membership_id = e.membership_id
              and old.left_at is not null and old.joined_at < e.occurred_at
            order by old.joined_at
          ) as earlier
        from outbox o
        left join event e on e.id = o.event_id
        left join profile p on p.membership_id = e.membership_id
        left join seal s on s.record_hash = (e.detail ->> 'record_hash')::bigint
        left join exotic x on x.collectible_hash = (e.detail ->> 'collectible_hash')::bigint
        where o.id = any ($1::bigint[])
        """,
        post_ids,
    )
    return {row["id"]: _facts(row, clans) for row in rows}


async def _select_clan_names(conn: Connection) -> list[asyncpg.Record]:
    return list(await conn.fetch("select group_id, name from clan where state in ('new', 'tracked', 'disbanded')"))


def _facts(row: asyncpg.Record, clans: dict[int, str]) -> PostFacts:
    return PostFacts(
        clans=clans,
        several=len(clans) > 1,
        members=row["members"],
        power=row["power"],
        last_played_at=row["last_played_at"],
        earlier=tuple((joined, left) for joined, left in row["earlier"]),
        subject=row["subject"] or None,
        icon=row["icon"] or None,
        holders=row["holders"],
    )


async def update_sending(conn: Connection, post_ids: Sequence[int], nonce: str, now: datetime) -> frozenset[int]:
    """Mark rows as handed to Discord, under the first one's lead; the ids that were still free to be taken.

    Rows whose event was withdrawn in the meantime are not taken.
    """
    rows = await conn.fetch(
        """
        update outbox set state = 'sending', nonce = $2, first_try_at = $3, last_try_at = $3, attempts = attempts + 1,
          not_before = null, sent_with = nullif($4, id)
        where id = any ($1::bigint[]) and state in ('new', 'held') and first_try_at is null
          and not exists (select from event e where e.id = outbox.event_id and e.withdrawn_at is not null)
        returning id
        """,
        post_ids,
        nonce,
        now,
        post_ids[0],
    )
    return frozenset(row["id"] for row in rows)


async def update_tried_again(conn: Connection, lead_id: int, now: datetime) -> None:
    await conn.execute(
        """
        update outbox set state = 'sending', last_try_at = $2, attempts = attempts + 1
        where (id = $1 or sent_with = $1) and state in ('sending', 'held')
        """,
        lead_id,
        now,
    )


async def update_sent(conn: Connection, lead_id: int, message_id: int, now: datetime) -> None:
    """Store that Discord has the message."""
    await conn.execute(
        """
        update outbox set state = 'sent', message_id = $2, sent_at = $3, last_error = null
        where (id = $1 or sent_with = $1) and state in ('sending', 'held')
        """,
        lead_id,
        message_id,
        now,
    )


async def update_not_arrived(conn: Connection, lead_id: int, error: str | None) -> None:
    """It is known that Discord does not have it: free again, or dropped where the event was withdrawn."""
    await conn.execute(
        """
        update outbox set first_try_at = null, sent_with = null, last_error = $2,
          state = case when exists (
            select from event e where e.id = outbox.event_id and e.withdrawn_at is not null
          ) then 'dropped' else 'new' end
        where (id = $1 or sent_with = $1) and state in ('sending', 'held')
        """,
        lead_id,
        error,
    )


async def update_dead(conn: Connection, lead_id: int, error: str) -> None:
    await conn.execute(
        "update outbox set state = 'dead', last_error = $2 where (id = $1 or sent_with = $1) and state = 'sending'",
        lead_id,
        error,
    )


async def update_dropped(conn: Connection, post_ids: Sequence[int]) -> None:
    await conn.execute(
        """
        update outbox set state = 'dropped'
        where id = any ($1::bigint[]) and state in ('new', 'held') and first_try_at is null
        """,
        post_ids,
    )


async def update_held(conn: Connection, post_ids: Sequence[int], until: datetime, reason: str) -> None:
    """Let rows wait for a name."""
    await conn.execute(
        """
        update outbox set state = 'held', not_before = $2, last_error = $3
        where id = any ($1::bigint[]) and state in ('new', 'held')
        """,
        post_ids,
        until,
        reason,
    )


async def update_error(conn: Connection, lead_id: int, error: str) -> None:
    await conn.execute("update outbox set last_error = $2 where id = $1 or sent_with = $1", lead_id, error)


async def select_to_correct(conn: Connection) -> tuple[dict[str, Any], ...]:
    """Messages that tell something withdrawn and do not say so yet, or say it of what is so after all: lead_id,
    channel_id, message_id."""
    rows = await conn.fetch(
        """
        with wrong as (
          select o.* from outbox o join event e on e.id = o.event_id
          where e.withdrawn_at is not null and o.state = 'sent' and o.corrected_at is null
          union all
          select o.* from outbox o join event e on e.id = o.event_id
          where e.withdrawn_at is null and o.state = 'sent' and o.corrected_at is not null
        )
        select distinct coalesce(wrong.sent_with, wrong.id) as lead_id, wrong.channel_id, wrong.message_id
        from wrong join channel c on c.channel_id = wrong.channel_id and c.state = 'ok'
        order by lead_id
        """
    )
    return tuple(dict(row) for row in rows)


async def update_corrected(conn: Connection, post_ids: Sequence[int], withdrawn: Sequence[int], now: datetime) -> None:
    """The message of these rows now says of the withdrawn ones, and of no others, that they were not so."""
    await conn.execute(
        """
        update outbox set corrected_at = case when id = any ($2::bigint[]) then $3::timestamptz end
        where id = any ($1::bigint[])
        """,
        post_ids,
        withdrawn,
        now,
    )
