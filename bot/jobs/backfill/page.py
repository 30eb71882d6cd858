"""A job of a whole history: one page of 250 rows, recorded with the cursor and with the job for the next page."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.bungie.budget import Lane
from bot.domain.history import BackfillStep, BackfillSubject
from bot.domain.match import HistoryPage
from bot.domain.queue import Job, JobKind, NewJob
from bot.errors import BungieError, NotThere, Private, Throttled
from bot.failpoints import reach
from bot.ingest.matches.due import OVERLAP
from bot.ingest.matches.priority import HISTORY_AGAIN, history_priority
from bot.ingest.matches.walk import BACKFILL_COUNT, RECENT, backfill_floor, backfill_step
from bot.jobs.recording import BACKFILL_FOUND, LIVE_FOUND, record
from bot.services import Services
from db.pool import Connection
from db.queries.history import update_character_deleted
from db.queries.history_backfill import select_backfill, update_backfill, update_read_again
from db.queries.queue import delay_jobs, finish_jobs, insert_jobs

_OUTAGE = timedelta(minutes=1)  # while the breaker is open no walk is taken
_FAILED = timedelta(minutes=15)


def walk_job(subject: BackfillSubject, since: datetime | None = None) -> NewJob:
    """`since`: go no further back than that."""
    bound = (int(since.timestamp()),) if since else ()
    about = (subject.membership_id, subject.character_id, *bound)
    priority = HISTORY_AGAIN if subject.again else history_priority(recent_done=subject.recent_done)
    return NewJob(JobKind.WALK, about, priority)


async def walk_page(services: Services, job: Job) -> None:
    """Read the next page and store what came of it, and of the job. Raises what the database raises."""
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        subject = await select_backfill(conn, job.about[0], job.about[1], now) if len(job.about) >= 2 else None
    if subject is None or not (goal := goal_of(subject, job.about[2:], now)).wanted:
        await _end(services, job)
        return
    try:
        page = await _read(services, subject)
    except BungieError as error:
        await _failed(services, job, subject, error)
        return
    reach("page_read")
    await _keep(services, job, subject, page, goal.floor)


@dataclass(frozen=True, slots=True)
class Goal:
    """How far back a walk goes now: `floor` None is the very end. Not `wanted`: there is nothing to read now."""

    floor: datetime | None
    wanted: bool = True


def goal_of(subject: BackfillSubject, bound: Sequence[int], now: datetime) -> Goal:
    """`bound`: () or the epoch second beyond which nobody wants to go.

    Who has left or hides their history is walked again when they are back. A newcomer's 30 days may be through.
    """
    if subject.private or subject.joined_at is None or subject.complete:
        return Goal(None, wanted=subject.again and not subject.private and subject.joined_at is not None)
    floor = backfill_floor(subject.joined_at, now, recent_done=subject.recent_done)
    if floor is not None and subject.recent_done:
        return Goal(floor, wanted=False)
    floors = [each for each in (floor, *(datetime.fromtimestamp(second, UTC) for second in bound)) if each]
    return Goal(max(floors, default=None))


async def _read(services: Services, subject: BackfillSubject) -> HistoryPage:
    """The page. One that ends the history for ever, empty or of a character that is gone, is asked for twice."""
    with contextlib.suppress(NotThere):
        page = await _page(services, subject)
        if page.rows or page.unreadable:
            return page
    return await _page(services, subject)


async def _page(services: Services, subject: BackfillSubject) -> HistoryPage:
    return await services.bungie.get_history(
        subject.membership_type,
        subject.membership_id,
        subject.character_id,
        page=subject.page,
        count=BACKFILL_COUNT,
        lane=Lane.BACKFILL,
    )


async def _failed(services: Services, job: Job, subject: BackfillSubject, error: BungieError) -> None:
    """The same page later. A character that is gone has no history any more; a private one waits for its owner."""
    if isinstance(error, NotThere):
        await _end(services, job, gone=subject)
    elif isinstance(error, Private):
        await _end(services, job)
    else:
        async with services.pool.acquire() as conn:
            await delay_jobs(conn, {job.id: _pause(services, error)})


def _pause(services: Services, error: BungieError) -> timedelta:
    """Short where the trouble is everyone's: while it lasts no walk is taken."""
    if isinstance(error, Throttled):
        return timedelta(seconds=error.seconds)
    return _OUTAGE if services.bungie.breaker("history").open else _FAILED


async def _end(services: Services, job: Job, gone: BackfillSubject | None = None) -> None:
    async with services.pool.acquire() as conn, conn.transaction():
        if gone is not None:
            now = services.clock.now()
            await update_character_deleted(conn, *_key(gone))
            if gone.again:
                await update_read_again(conn, *_key(gone), 0, now)
            else:
                await update_backfill(conn, gone, gone.page, None, now, now)
        await finish_jobs(conn, [job.id])


async def _keep(
    services: Services, job: Job, subject: BackfillSubject, page: HistoryPage, floor: datetime | None
) -> None:
    now = services.clock.now()
    step = backfill_step(page, floor)
    async with services.pool.acquire() as conn, conn.transaction():
        await _record(conn, services, subject, page, now)
        after = await _move(conn, subject, page, step, now)
        if step is BackfillStep.GO_ON:
            await delay_jobs(conn, {job.id: timedelta(0)})
        else:
            await finish_jobs(conn, [job.id])
        if step is BackfillStep.PAUSED and _goes_on(after, job, page, now):
            await insert_jobs(conn, [replace(walk_job(after), about=job.about)])
        reach("page_written")
    reach("page_committed")


def _key(subject: BackfillSubject) -> tuple[int, int]:
    return subject.membership_id, subject.character_id


async def _record(
    conn: Connection, services: Services, subject: BackfillSubject, page: HistoryPage, now: datetime
) -> None:
    """The last days are news, whichever walk comes upon them first."""
    news = [row for row in page.rows if row.details.period >= now - OVERLAP]
    past = [row for row in page.rows if row.details.period < now - OVERLAP]
    await record(conn, services.config, _key(subject), news, LIVE_FOUND, now)
    await record(conn, services.config, _key(subject), past, BACKFILL_FOUND, now)


async def _move(
    conn: Connection, subject: BackfillSubject, page: HistoryPage, step: BackfillStep, now: datetime
) -> BackfillSubject:
    """Move the cursor; the character as it stands then."""
    complete = step is BackfillStep.COMPLETE
    if subject.again:
        page_after = 0 if complete else subject.page + 1
        await update_read_again(conn, *_key(subject), page_after, now if complete else None)
        return subject
    oldest = min((row.details.period for row in page.rows), default=None)
    recent = subject.recent_done or complete or (oldest is not None and oldest < now - RECENT)
    after = replace(subject, page=subject.page + (not complete), recent_done=recent, complete=complete)
    await update_backfill(conn, after, after.page, oldest, now if recent else None, now if complete else None)
    return after


def _goes_on(after: BackfillSubject, job: Job, page: HistoryPage, now: datetime) -> bool:
    """Whether the walk paused at 30 days only, and more is wanted behind them, with less haste."""
    goal = goal_of(after, job.about[2:], now)
    return goal.wanted and (goal.floor is None or page.rows[-1].details.period >= goal.floor)
