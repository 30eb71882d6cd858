"""Someone's decision about a held batch of leaves."""

from __future__ import annotations

from datetime import datetime

from bot.domain.watch import BatchEnd
from bot.ingest.membership import close_batch
from bot.jobs.membership_store import apply
from db.pool import Pool
from db.queries.held import select_batch_group
from db.queries.watch import load_watch, lock_membership


async def approve(pool: Pool, batch_id: int, now: datetime) -> int | None:
    """Announce a batch as one digest; how many leaves that were, None when no such batch waits."""
    return await _close(pool, batch_id, BatchEnd.APPROVED, now)


async def discard(pool: Pool, batch_id: int, now: datetime) -> int | None:
    """Drop a batch; how many leaves that were, None when no such batch waits."""
    return await _close(pool, batch_id, BatchEnd.DISCARDED, now)


async def _close(pool: Pool, batch_id: int, how: BatchEnd, now: datetime) -> int | None:
    async with pool.acquire() as conn, conn.transaction():
        await lock_membership(conn)
        group_id = await select_batch_group(conn, batch_id)
        if group_id is None:
            return None
        watch = await load_watch(conn, group_id, ())
        await apply(conn, watch, close_batch(watch, how, now), now)
    return sum(absence.held for absence in watch.absences.values())
