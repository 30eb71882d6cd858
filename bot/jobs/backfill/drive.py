"""Read whole histories in the foreground: first what there is, then the reports. `run` does the same by the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.queue import JobKind, Progress
from bot.ingest.matches.priority import OLDER_HISTORY
from bot.jobs.matches.accounts import read_accounts
from bot.jobs.matches.chores import queue_past
from bot.jobs.reports import Worker, work_until
from bot.services import Services
from db.queries.backlog import select_bytes_per_report, select_progress, select_progress_within, update_waiting
from db.queries.history import insert_history_members
from db.queries.match_write import update_preferred
from db.queries.queue_state import count_due_jobs

_LIFT = OLDER_HISTORY  # over all that is old and not asked for, under what is new
_USUAL_BYTES = 9_000.0
_LOOK_SECONDS = 2.0  # between two looks at how far it is: with half a million matches one takes a second


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose past: of one clan's members of today, or of everyone; from `since` on, or all of it."""

    group_id: int | None = None
    since: datetime | None = None


async def prepare(services: Services, scope: Scope) -> int:
    """Characters and their walks; how many accounts could not be read."""
    async with services.pool.acquire() as conn, conn.transaction():
        await insert_history_members(conn)
    unread = await read_accounts(services)
    async with services.pool.acquire() as conn, conn.transaction():
        await queue_past(conn, services.clock.now(), scope.group_id, scope.since)
    return unread


async def walk(services: Services, scope: Scope) -> Progress:
    """Work until every walk is done, or waits for something."""

    async def finished() -> bool:
        found = await progress_of(services, scope)
        services.progress(found.walked, found.characters)
        async with services.pool.acquire() as conn:
            due = await count_due_jobs(conn, [JobKind.WALK])
        return not due or services.bungie.breaker("history").open

    await work_until(Worker(services, [JobKind.WALK]), finished, _LOOK_SECONDS)
    return await progress_of(services, scope)


async def progress_of(services: Services, scope: Scope) -> Progress:
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        if scope == Scope():
            return await select_progress(conn, now)
        return await select_progress_within(conn, now, scope.group_id, scope.since)


async def bytes_of(services: Services, reports: int) -> float:
    """What so many more reports will take of the disk, by what those take that are here."""
    async with services.pool.acquire() as conn:
        return reports * (await select_bytes_per_report(conn) or _USUAL_BYTES)


async def fetch(services: Services, scope: Scope, tell: Callable[[Progress], None]) -> Progress:
    """Work until no report of the scope is due any more. `tell` is told how it goes, every few seconds."""
    if scope != Scope():
        async with services.pool.acquire() as conn:
            await update_preferred(conn, scope.group_id, scope.since, _LIFT, _LIFT)

    async def finished() -> bool:
        found = await progress_of(services, scope)
        services.progress(found.stored + found.lacking, found.known)
        tell(found)
        async with services.pool.acquire() as conn:
            return not found.waiting or not await count_due_jobs(conn, tuple(JobKind))

    await work_until(Worker(services), finished, _LOOK_SECONDS)
    async with services.pool.acquire() as conn:
        await update_waiting(conn, services.clock.now())
    return await progress_of(services, scope)
