"""How the queue stands, for people: counted from the matches, which say more than the jobs do."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.match import MatchState
from bot.domain.queue import Backlog, JobKind, QueuedReport
from bot.domain.status import QueueStatus
from db.pool import Connection


async def select_queue_status(conn: Connection) -> QueueStatus:
    """Reports by state; those in some worker's hands are running, not waiting."""
    backlog = await select_backlog(conn)
    return QueueStatus(backlog.waiting, backlog.running, backlog.failed, backlog.gone)


async def select_backlog(conn: Connection) -> Backlog:
    row = await conn.fetchrow(
        """
        with job as (
          select count(*) filter (where j.status = 'picked') as running,
            count(*) filter (where j.status = 'queued' and j.execute_after > now()) as later
          from pgqueuer j join match m on m.instance_id = substr(j.dedupe_key, 8)::bigint and m.state = 'waiting'
          where j.entrypoint in ('report', 'report_backfill')
            and (j.status = 'picked' or (j.status = 'queued' and j.execute_after > now()))
        ), report as (
          select count(*) filter (where state = 'waiting') as waiting,
            count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'gone') as gone
          from match where state in ('waiting', 'failed', 'gone')
        )
        select greatest(waiting - running - later, 0) as due, later, running, failed, gone from job, report
        """
    )
    assert row is not None, "aggregates always have a row"
    return Backlog(**dict(row))


async def select_unhappy(conn: Connection, state: MatchState, limit: int) -> tuple[QueuedReport, ...]:
    """Reports that failed or are gone, the last asked for first."""
    rows = await conn.fetch(
        """
        select instance_id, period, asked_at, error from match where state = $1
        order by asked_at desc nulls last, instance_id desc limit $2
        """,
        state.value,
        limit,
    )
    return tuple(QueuedReport(**dict(row)) for row in rows)


async def select_due_reports(conn: Connection, least: int, beside: Collection[int] = ()) -> tuple[int, ...]:
    """Instances whose reports are due now, or in some worker's hands: of that priority or more, and those `beside`."""
    rows = await conn.fetch(
        """
        select substr(dedupe_key, 8)::bigint as instance_id from pgqueuer
        where entrypoint in ('report', 'report_backfill')
          and (priority >= $1 or dedupe_key = any (select 'report:' || id from unnest($2::bigint[]) id))
          and (status = 'picked' or (status = 'queued' and execute_after <= now()))
        """,
        least,
        beside,
    )
    return tuple(row["instance_id"] for row in rows)


async def count_due_of(conn: Connection, instance_ids: Sequence[int]) -> int:
    """How many of these are still due, or in some worker's hands."""
    count: int = await conn.fetchval(
        """
        select count(*) from pgqueuer
        where dedupe_key = any (select 'report:' || id from unnest($1::bigint[]) id)
          and (status = 'picked' or (status = 'queued' and execute_after <= now()))
        """,
        instance_ids,
    )
    return count


async def count_stored_of(conn: Connection, instance_ids: Sequence[int]) -> int:
    count: int = await conn.fetchval(
        "select count(*) from match where state = 'done' and instance_id = any ($1::bigint[])", instance_ids
    )
    return count


async def count_due_jobs(conn: Connection, kinds: Collection[JobKind]) -> int:
    """Jobs of these kinds that are due, or in some worker's hands."""
    count: int = await conn.fetchval(
        """
        select count(*) from pgqueuer where entrypoint = any ($1::text[])
          and (status = 'picked' or (status = 'queued' and execute_after <= now()))
        """,
        [kind.value for kind in kinds],
    )
    return count
