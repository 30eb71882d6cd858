"""What /status shows, read statement by statement on one connection."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.status import ChannelStatus, OutboxStatus, Status
from db.pool import Connection
from db.queries.bungie import select_bungie_status
from db.queries.clan import select_clans
from db.queries.loop import select_loops, select_parts
from db.queries.membership import select_held
from db.queries.queue_state import select_queue_status

_ALIVE = timedelta(seconds=20)  # four missed heartbeats


async def select_outbox_status(conn: Connection, now: datetime) -> OutboxStatus:
    row = await conn.fetchrow(
        """
        select count(*) filter (where state = 'new')::int as new,
          count(*) filter (where state = 'sending')::int as sending,
          count(*) filter (where state = 'held')::int as held,
          count(*) filter (where state = 'dead')::int as dead,
          extract(epoch from $1 - min(created_at) filter (where state in ('new', 'sending', 'held')))::int
            as oldest_seconds
        from outbox where state in ('new', 'sending', 'held', 'dead')
        """,
        now,
    )
    return OutboxStatus(**dict(row)) if row else OutboxStatus()


async def select_channels(conn: Connection) -> tuple[ChannelStatus, ...]:
    rows = await conn.fetch(
        "select channel_id, state, state_since as since, last_error from channel order by channel_id"
    )
    return tuple(ChannelStatus(**row) for row in rows)


async def select_notes(conn: Connection) -> tuple[str, ...]:
    """Sentences that a job left for /status under setting keys that begin with 'note:'."""
    rows = await conn.fetch("select value from setting where key like 'note:%' order by key")
    return tuple(str(row["value"]) for row in rows)


async def select_progress_notes(conn: Connection) -> tuple[str, ...]:
    """Sentences about what takes long and is under way, under keys that begin with 'progress:'."""
    rows = await conn.fetch("select value from setting where key like 'progress:%' order by key")
    return tuple(str(row["value"]) for row in rows)


async def select_status(conn: Connection, now: datetime, version: str) -> Status:
    return Status(
        version=version,
        parts=await select_parts(conn, now - _ALIVE),
        loops=await select_loops(conn),
        bungie=await select_bungie_status(conn, now),
        queue=await select_queue_status(conn),
        outbox=await select_outbox_status(conn, now),
        held=await select_held(conn),
        channels=await select_channels(conn),
        clans=await select_clans(conn, now),
        notes=await select_notes(conn),
        progress=await select_progress_notes(conn),
    )
