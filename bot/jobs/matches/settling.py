"""Fetch what is due now and wait until it is stored, by whichever process: for `sync matches`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.queue import REPORTS
from bot.ingest.matches.priority import LIVE
from bot.jobs.reports import Worker, work_until
from bot.jobs.reports.disk import DiskGuard
from bot.services import Services
from db.queries.queue_state import count_due_of, count_stored_of, select_due_reports, select_queue_status


@dataclass(frozen=True, slots=True)
class Settled:
    """Of the reports that were due, so many are stored; `left` are due still, since Bungie.net does not answer.

    `waiting`: all reports that are waited for, due or not.
    """

    stored: int
    left: int
    waiting: int


async def settle(services: Services, found: Collection[int] = ()) -> Settled:
    """Work the queue until every report that is due now is stored, or is known not to be had for a while.

    That is what is new, and of the past what was `found` just now, unless the disk has no room for the past.
    """
    past = tuple(found) if await DiskGuard(services).has_room() else ()
    async with services.pool.acquire() as conn:
        due = await select_due_reports(conn, LIVE, past)
    left = [len(due)]

    async def finished() -> bool:
        async with services.pool.acquire() as conn:
            left[0] = await count_due_of(conn, due)
        services.progress(len(due) - left[0], len(due))
        return not left[0] or services.bungie.breaker("reports").open

    if due:
        await work_until(Worker(services, REPORTS), finished)
    async with services.pool.acquire() as conn:
        waiting = (await select_queue_status(conn)).waiting
        return Settled(await count_stored_of(conn, due), left[0], waiting)
