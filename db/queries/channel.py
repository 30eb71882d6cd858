"""Channels: which server they are in, whether they take posts, and when those that don't are tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.pool import Connection


async def select_guild(conn: Connection, channel_id: int) -> int | None:
    guild_id: int | None = await conn.fetchval("select guild_id from channel where channel_id = $1", channel_id)
    return guild_id


async def update_guild(conn: Connection, channel_id: int, guild_id: int) -> None:
    await conn.execute("update channel set guild_id = $2 where channel_id = $1", channel_id, guild_id)


async def update_channel_accepts(conn: Connection, channel_id: int) -> None:
    """A post went through: refusals no longer count."""
    await conn.execute(
        "update channel set refusals = 0, last_error = null where channel_id = $1 and refusals > 0", channel_id
    )


async def update_channel_refuses(conn: Connection, channel_id: int, error: str, now: datetime) -> bool:
    """Count a refusal; whether the channel is broken by it: the third in a row does that."""
    broken: bool = await conn.fetchval(
        """
        update channel set refusals = refusals + 1, last_error = $2,
          state = case when refusals >= 2 then 'broken' else state end,
          state_since = case when refusals >= 2 then $3 else state_since end
        where channel_id = $1
        returning state = 'broken'
        """,
        channel_id,
        error,
        now,
    )
    return broken


async def update_posts_of_broken(conn: Connection) -> None:
    """What waits for a broken channel is held, not new."""
    await conn.execute(
        """
        update outbox set state = 'held' from channel c
        where c.channel_id = outbox.channel_id and c.state = 'broken' and outbox.state in ('new', 'sending')
        """
    )


async def update_channels_resume(conn: Connection, channel_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
    """Serve broken channels again: somebody changed their permissions. Those that were broken."""
    rows = await conn.fetch(
        """
        update channel set state = 'ok', refusals = 0, state_since = $2
        where channel_id = any ($1::bigint[]) and state = 'broken'
        returning channel_id
        """,
        channel_ids,
        now,
    )
    return tuple(row["channel_id"] for row in rows)


async def update_channels_retry(conn: Connection, now: datetime, after: timedelta) -> tuple[int, ...]:
    """Give channels that are broken for long one more chance: one refusal breaks them again."""
    rows = await conn.fetch(
        """
        update channel set state = 'ok', refusals = 2, state_since = $1
        where state = 'broken' and state_since <= $1::timestamptz - $2::interval
        returning channel_id
        """,
        now,
        after,
    )
    return tuple(row["channel_id"] for row in rows)


async def update_posts_of_resumed(conn: Connection, channel_ids: Sequence[int]) -> None:
    """What was held for a broken channel is due again; a row that may have arrived stays one that may have."""
    await conn.execute(
        """
        update outbox set state = case when first_try_at is null then 'new' else 'sending' end
        where channel_id = any ($1::bigint[]) and state = 'held'
        """,
        channel_ids,
    )
