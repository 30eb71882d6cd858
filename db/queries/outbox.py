"""The outbox's writing side: posts are rows, stored in the transaction of what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from db.pool import Connection


async def insert_posts(
    conn: Connection,
    event_ids: Sequence[int],
    now: datetime,
    digest_of: str | None = None,
    not_before: datetime | None = None,
) -> int:
    """One row for each channel that follows an event's clan, either clan of a switch, or all; returns how many.

    Of an event that was withdrawn and is so after all, the dropped posts are due again; the sender mends the sent ones.
    """
    rows = await conn.fetch(
        """
        insert into outbox (channel_id, group_id, event_id, kind, digest_of, not_before, created_at)
        select distinct on (e.id, f.channel_id) f.channel_id, e.group_id, e.id, 'event', $2, $3, $4
        from event e
        join feed f on f.group_id is null or e.group_id is null or f.group_id in (e.group_id, e.other_group_id)
        where e.id = any ($1::bigint[])
        order by e.id, f.channel_id
        on conflict (channel_id, event_id, kind, payload) do update set state = 'new', created_at = excluded.created_at,
          digest_of = excluded.digest_of, not_before = excluded.not_before, corrected_at = null
        where outbox.state = 'dropped'
        returning id
        """,
        event_ids,
        digest_of,
        not_before,
        now,
    )
    return len(rows)


async def insert_notice(conn: Connection, group_id: int, kind: str, payload: dict[str, Any], now: datetime) -> int:
    """A message that is no event, for each channel that follows the clan; the same notice is stored once a clan."""
    rows = await conn.fetch(
        """
        insert into outbox (channel_id, group_id, kind, payload, created_at)
        select distinct channel_id, $1::bigint, $2, $3::jsonb, $4::timestamptz
        from feed where group_id is null or group_id = $1
        order by channel_id
        on conflict do nothing
        returning id
        """,
        group_id,
        kind,
        {
            **payload,
            "group_id": str(group_id),
        },  # a row is unique by channel and payload, and two clans may share a name
        now,
    )
    return len(rows)


async def drop_or_correct_posts(conn: Connection, event_id: int, now: datetime) -> int:
    """Drop a withdrawn event's posts that nobody saw yet; the sender edits the sent ones. Returns how many it dropped.

    A row whose first try may have reached Discord stays with the sender, who finds out and then edits it.
    """
    rows = await conn.fetch(
        """
        update outbox set state = 'dropped', corrected_at = $2
        where event_id = $1 and state in ('new', 'held') and first_try_at is null
        returning id
        """,
        event_id,
        now,
    )
    return len(rows)


async def upsert_config_feed(conn: Connection, channel_id: int | None, now: datetime) -> None:
    """Make discord.announce_channel_id the one configured channel for all clans; None: there is none."""
    async with conn.transaction():
        await delete_config_feeds(conn, channel_id)
        if channel_id is not None:
            await insert_channel(conn, channel_id, now)
            await insert_config_feed(conn, channel_id)


async def delete_config_feeds(conn: Connection, except_channel: int | None) -> None:
    await conn.execute("delete from feed where source = 'config' and channel_id is distinct from $1", except_channel)


async def insert_channel(conn: Connection, channel_id: int, now: datetime) -> None:
    await conn.execute(
        "insert into channel (channel_id, state_since) values ($1, $2) on conflict do nothing",
        channel_id,
        now,
    )


async def insert_config_feed(conn: Connection, channel_id: int) -> None:
    await conn.execute(
        "insert into feed (channel_id, group_id, source) values ($1, null, 'config') on conflict do nothing",
        channel_id,
    )
