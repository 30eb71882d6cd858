"""Polls of clans as kept, and the pages of the newest."""

from __future__ import annotations

from datetime import datetime

from bot.domain.watch import StoredPoll
from db.pool import Connection


async def insert_poll(conn: Connection, group_id: int, poll: StoredPoll) -> None:
    await conn.execute(
        """
        insert into membership_poll (group_id, polled_at, accepted, reason, row_count, total_results, member_count, raw)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        group_id,
        poll.polled_at,
        poll.accepted,
        poll.reason,
        poll.row_count,
        poll.total_results,
        poll.member_count,
        poll.raw,
    )


async def update_polls_stripped(conn: Connection, group_id: int, keep: int) -> None:
    """Only the newest `keep` polls of a clan keep their pages."""
    await conn.execute(
        """
        update membership_poll set raw = null
        where group_id = $1 and raw is not null and id not in (
          select id from membership_poll where group_id = $1 and raw is not null order by id desc limit $2)
        """,
        group_id,
        keep,
    )


async def delete_old_polls(conn: Connection, before: datetime) -> None:
    await conn.execute("delete from membership_poll where polled_at < $1", before)


async def select_polls(conn: Connection, group_id: int, limit: int = 20) -> tuple[StoredPoll, ...]:
    """A clan's newest polls, newest first."""
    rows = await conn.fetch(
        """
        select polled_at, accepted, reason, row_count, total_results, member_count, raw
        from membership_poll where group_id = $1 order by id desc limit $2
        """,
        group_id,
        limit,
    )
    return tuple(StoredPoll(**row) for row in rows)
