"""What is done now and then, and what somebody wants done."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.pool import Connection


async def claim_chore(conn: Connection, name: str, every: timedelta, now: datetime) -> bool:
    """Whether it is time for this chore again; then it counts as done now."""
    return bool(
        await conn.fetchval(
            """
            insert into match_chore as chore (name, done_at) values ($1, $2)
            on conflict (name) do update set done_at = excluded.done_at
            where chore.done_at is null or chore.done_at <= $2::timestamptz - $3::interval or chore.done_at > $2
            returning true
            """,
            name,
            now,
            every,
        )
    )


async def select_chore_wanted(conn: Connection, name: str) -> bool:
    return bool(await conn.fetchval("select wanted from match_chore where name = $1", name))
