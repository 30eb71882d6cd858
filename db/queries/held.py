"""Batches of leaves that wait for a decision."""

from __future__ import annotations

from datetime import datetime

from bot.domain.status import HeldBatch
from bot.domain.watch import BatchEnd, HeldLeave, Whereabouts
from db.pool import Connection


async def insert_batch(conn: Connection, group_id: int, since: datetime) -> None:
    await conn.execute(
        "insert into held_batch (group_id, since) values ($1, $2) on conflict do nothing", group_id, since
    )


async def update_batch_ended(conn: Connection, group_id: int, since: datetime, how: BatchEnd, now: datetime) -> None:
    await conn.execute(
        """
        update held_batch set
          released_at = case when $3 = 'released' then $4 else released_at end,
          approved_at = case when $3 = 'approved' then $4 else approved_at end,
          discarded_at = case when $3 = 'discarded' then $4 else discarded_at end
        where group_id = $1 and since = $2
        """,
        group_id,
        since,
        how.value,
        now,
    )


async def select_held(conn: Connection) -> tuple[HeldBatch, ...]:
    """Batches of leaves that wait, oldest first."""
    rows = await conn.fetch(
        """
        select b.id, b.group_id, count(a.membership_id)::int as count, b.since
        from held_batch b left join membership_absence a on a.group_id = b.group_id and a.held
        where b.released_at is null and b.approved_at is null and b.discarded_at is null
        group by b.id order by b.since, b.id
        """
    )
    return tuple(HeldBatch(**row) for row in rows)


async def select_batch_group(conn: Connection, batch_id: int) -> int | None:
    """The clan of a batch that still waits."""
    found: int | None = await conn.fetchval(
        """
        select group_id from held_batch
        where id = $1 and released_at is null and approved_at is null and discarded_at is null
        """,
        batch_id,
    )
    return found


async def select_held_leaves(conn: Connection, batch_id: int) -> tuple[HeldLeave, ...]:
    """Who waits in a batch."""
    rows = await conn.fetch(
        """
        select a.membership_id, m.name, a.since, a.answer
        from held_batch b join membership_absence a on a.group_id = b.group_id and a.held
        join member m using (membership_id)
        where b.id = $1 order by lower(m.name), m.membership_id
        """,
        batch_id,
    )
    return tuple(
        HeldLeave(r["membership_id"], r["name"], r["since"], r["answer"] and Whereabouts(r["answer"])) for r in rows
    )
