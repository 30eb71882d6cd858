"""How the queue stands, for people: counted from the matches, which say more than the jobs do."""

from __future__ import annotations

from bot.domain.match import MatchState
from bot.domain.queue import Backlog, QueuedReport
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
