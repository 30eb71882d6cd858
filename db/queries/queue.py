"""PgQueuer's queue on a connection of ours: jobs come and go in the transaction of what they are about."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.queries import Queries

from bot.domain.queue import Job, JobKind, NewJob
from db.pool import Connection

if TYPE_CHECKING:
    import asyncpg

HEARTBEAT_TIMEOUT = timedelta(seconds=60)
"""After so long without a beat a job is anyone's again. Four beats fit into it, so that a stalled database or a busy
machine takes no job from a worker that lives, and what a killed one held is late by a minute at most."""


def _queries(conn: Connection) -> Queries:
    environment, queue, scheduler = _builders()
    return Queries(AsyncpgDriver(cast("asyncpg.Connection[Any]", conn)), environment, queue, scheduler)


@cache
def _builders() -> tuple[QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder]:
    """They keep the statements that they have composed."""
    return QueryBuilderEnvironment(), QueryQueueBuilder(), QuerySchedulerBuilder()


async def insert_jobs(conn: Connection, jobs: Sequence[NewJob]) -> int:
    """Queue each job unless one about the same is active already; how many are new.

    In the order of their keys: two transactions that queue the same jobs must not wait for each other.
    """
    if not jobs:
        return 0
    ordered = sorted(jobs, key=lambda job: job.key)
    ids = await _queries(conn).enqueue(
        [job.kind.value for job in ordered],
        [msgspec.json.encode(job.about) for job in ordered],
        [job.priority for job in ordered],
        [job.delay for job in ordered],
        [job.key for job in ordered],
        on_conflict="skip",
    )
    return sum(job_id is not None for job_id in ids)


async def take_jobs(conn: Connection, worker: UUID, kinds: Collection[JobKind], limit: int) -> tuple[Job, ...]:
    """Up to `limit` due jobs of these kinds, the highest priority first, now in this worker's hands."""
    wanted = {QueueEntrypoint(kind.value): EntrypointExecutionParameter(concurrency_limit=0) for kind in kinds}
    taken = await _queries(conn).dequeue(limit, wanted, QueueManagerId(worker), None, HEARTBEAT_TIMEOUT)
    return tuple(Job(job.id, JobKind(job.entrypoint), _about(job.payload)) for job in taken)


def _about(payload: bytes | None) -> tuple[int, ...]:
    with contextlib.suppress(msgspec.DecodeError):
        return msgspec.json.decode(payload or b"", type=tuple[int, ...])
    return ()


async def finish_jobs(conn: Connection, ids: Collection[int]) -> None:
    """Take these jobs off the queue: what they asked for is stored, or will never be."""
    if ids:
        order = sorted(ids)
        query = _builders()[1].build_log_job_query()
        await conn.execute(query, order, ["successful"] * len(order), [None] * len(order))


async def delay_jobs(conn: Connection, delays: Mapping[int, timedelta]) -> None:
    """Give these jobs back, each to be taken again after that long."""
    if delays:
        order = sorted(delays)
        await conn.execute(
            """
            with again as (
              update pgqueuer job set status = 'queued', execute_after = now() + given.delay, attempts = attempts + 1,
                updated = now(), queue_manager_id = null
              from unnest($1::bigint[], $2::interval[]) as given (id, delay)
              where job.id = given.id
              returning job.id, job.entrypoint, job.priority
            )
            insert into pgqueuer_log (job_id, status, entrypoint, priority)
            select id, 'queued', entrypoint, priority from again
            """,
            order,
            [delays[job_id] for job_id in order],
        )


async def release_jobs(conn: Connection, worker: UUID) -> None:
    """Give back all that this worker holds, as if it had never been taken."""
    await conn.execute(
        """
        update pgqueuer set status = 'queued', updated = now(), queue_manager_id = null
        where queue_manager_id = $1 and status = 'picked'
        """,
        worker,
    )


async def beat_jobs(conn: Connection, ids: Collection[int]) -> None:
    """Say that these jobs are still worked on."""
    if ids:
        await conn.execute(_builders()[1].build_update_heartbeat_query(), sorted(ids))


async def delete_job_log(conn: Connection, now: datetime) -> None:
    """PgQueuer writes three lines a job and never takes one away: what went well is of no use after an hour."""
    await conn.execute(
        """
        delete from pgqueuer_log where created < $1::timestamptz - interval '2 days'
          or (created < $1::timestamptz - interval '1 hour' and status in ('queued', 'picked', 'successful'))
        """,
        now,
    )
