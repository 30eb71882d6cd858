"""Reports into the database, each with its job's end in one transaction: stored and done, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from bot.failpoints import reach
from bot.jobs.reports.result import Result
from db.pool import Pool
from db.queries.match_write import update_fates
from db.queries.queue import delay_jobs, finish_jobs
from db.queries.report import store_reports

_PASSING = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.PostgresSystemError,
)


def is_passing(error: BaseException) -> bool:
    """Whether the database is why, not what was to be stored: away, stopping, full, or two transactions collided.

    A value that fits no column is an InterfaceError and a ValueError.
    """
    return isinstance(error, _PASSING) and not isinstance(error, ValueError)


async def store_results(pool: Pool, results: Sequence[Result], now: datetime) -> None:
    """All of them, or none: raises what the database raised."""
    async with pool.acquire() as conn, conn.transaction():
        if fetched := [result.fetched for result in results if result.fetched is not None]:
            await store_reports(conn, fetched, now)
        fates = {r.match.instance_id: (r.fate, r.reason) for r in results if r.match is not None and r.fate is not None}
        await update_fates(conn, fates, now)
        await finish_jobs(conn, [result.job.id for result in results if result.delay is None])
        await delay_jobs(conn, {result.job.id: result.delay for result in results if result.delay is not None})
        reach("reports_written")
    reach("reports_committed")
