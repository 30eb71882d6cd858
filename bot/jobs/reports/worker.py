"""The worker: some seconds' worth of jobs in hand, fetched at once, stored in batches, given back when it stops.

It outlives whatever a job raises and a database that goes away; the client's budget sets its pace.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.config import Config
from bot.domain.queue import OF_THE_PAST, REPORTS, Job, JobKind, MatchTask
from bot.failpoints import reach
from bot.jobs.backfill.page import walk_page
from bot.jobs.reports.disk import DiskGuard, free_bytes
from bot.jobs.reports.fetching import fetch, spoiled
from bot.jobs.reports.result import Result
from bot.jobs.reports.storing import is_passing, store_results
from bot.services import Services
from db.pool import DATABASE_AWAY
from db.queries.match_write import select_tasks
from db.queries.queue import HEARTBEAT_TIMEOUT, beat_jobs, release_jobs, take_jobs

log = structlog.get_logger(__name__)

_GROUPS = (frozenset({JobKind.REPORT}), OF_THE_PAST)  # apart: the past never keeps the present waiting
_IN_HAND_SECONDS = 5.0  # what a killed process holds is late by a minute, so that a worker holds no more than it needs
_LEAST, _MOST = 40, 400
_BATCH = 200
_BATCH_SECONDS = 0.3
_IDLE_SECONDS = 1.0
_AWAY_SECONDS = 2.0
_LAST_SECONDS = 1.0
_SOON = timedelta(seconds=10)
_CLUELESS = timedelta(minutes=5)


class Worker:
    """`run()` works until it is cancelled. `kinds`: which jobs it takes; `free`: how it learns of room on the disk."""

    def __init__(
        self,
        services: Services,
        kinds: Collection[JobKind] = tuple(JobKind),
        free: Callable[[Config], int | None] = free_bytes,
    ) -> None:
        self.id = uuid4()
        self.stored = 0
        self._services = services
        self._asked_for = frozenset(kinds)
        self._disk = DiskGuard(services, free)
        rate = services.config.bungie.requests_per_second
        self._in_hand = int(min(max(rate * _IN_HAND_SECONDS, _LEAST), _MOST))
        self._held: dict[int, Job] = {}  # taken, and what becomes of it not committed
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: asyncio.Queue[Result] = asyncio.Queue()
        self._batch: list[Result] = []
        self._room = asyncio.Event()

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._take(), name="queue-take")
                group.create_task(self._store(), name="queue-store")
                group.create_task(self._beat(), name="queue-beat")
        finally:
            await self._stop()

    # -- taking ---------------------------------------------------------------------------------------------

    async def _take(self) -> None:
        while True:
            taken = 0
            try:
                taken = await self._take_once()
            except DATABASE_AWAY as error:
                log.warning("queue_without_database", error=str(error))
                await self._services.clock.sleep(_AWAY_SECONDS)
            if not taken:
                await self._rest()

    async def _take_once(self) -> int:
        kinds = await self._allowed()
        return sum([await self._take_some(group & kinds, group) for group in _GROUPS])

    async def _allowed(self) -> frozenset[JobKind]:
        """What may be worked on now: nothing that Bungie.net would not answer, nothing that the disk can't take."""
        bungie = self._services.bungie
        kinds = self._asked_for
        if bungie.breaker("reports").open:
            kinds -= REPORTS
        if bungie.breaker("history").open:
            kinds -= {JobKind.WALK}
        return kinds if await self._disk.has_room() else kinds - OF_THE_PAST

    async def _take_some(self, kinds: frozenset[JobKind], group: frozenset[JobKind]) -> int:
        """Jobs of a group, when a quarter of its room is free: each time costs a statement."""
        free = self._in_hand - sum(job.kind in group for job in self._held.values())
        if not kinds or free < self._in_hand // 4:
            return 0
        async with self._services.pool.acquire() as conn, conn.transaction():
            jobs = await take_jobs(conn, self.id, kinds, self._in_hand // 4)
            tasks = await select_tasks(conn, [job.about[0] for job in jobs if job.kind in REPORTS and job.about])
        if jobs:
            reach("report_taken")
        self._held.update({job.id: job for job in jobs})
        for job in jobs:
            self._begin(job, tasks.get(job.about[0]) if job.about else None)
        return len(jobs)

    async def _rest(self) -> None:
        self._room.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_IDLE_SECONDS):  # Python 3.11's wait_for may lose a cancellation
                await self._room.wait()

    # -- one job --------------------------------------------------------------------------------------------

    def _begin(self, job: Job, match: MatchTask | None) -> None:
        work = self._walk(job) if job.kind is JobKind.WALK else self._fetch(job, match)
        task = asyncio.create_task(work, name=f"job-{job.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, job: Job, match: MatchTask | None) -> None:
        try:
            result = await fetch(self._services, job, match)
            reach("report_fetched")
        except Exception as error:
            log.exception("report_unreadable", about=job.about)
            result = spoiled(job, match, error, self._services.clock.now())
        self._ready.put_nowait(result)

    async def _walk(self, job: Job) -> None:
        """A page of a history stores itself and its job's end in a transaction of its own."""
        try:
            await walk_page(self._services, job)
        except Exception as error:
            if not is_passing(error):
                log.exception("walk_failed", about=job.about)
            self._ready.put_nowait(Result(job, delay=_SOON if is_passing(error) else _CLUELESS))
            return
        self._settled([job])

    # -- storing --------------------------------------------------------------------------------------------

    async def _store(self) -> None:
        while True:
            await self._gather()
            await self._store_batch(self._batch)
            self._settled([result.job for result in self._batch])
            self._batch = []

    async def _gather(self) -> None:
        """Fill the batch: until it is full, nothing more is on its way, or the first has waited long enough."""
        self._batch = [await self._ready.get()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BATCH_SECONDS):
                while len(self._batch) < _BATCH and (self._tasks or not self._ready.empty()):
                    self._batch.append(await self._ready.get())

    async def _store_batch(self, batch: list[Result]) -> None:
        """Store all together; when one of them can't be stored, each alone, so that it keeps no other from it."""
        while True:
            try:
                await store_results(self._services.pool, batch, self._services.clock.now())
                self.stored += sum(result.fetched is not None for result in batch)
            except Exception as error:
                if not is_passing(error):
                    await self._store_alone(batch, error)
                    return
                log.warning("reports_not_stored", count=len(batch), error=str(error))
                await self._services.clock.sleep(_AWAY_SECONDS)
            else:
                return

    async def _store_alone(self, batch: list[Result], error: Exception) -> None:
        if len(batch) > 1:
            for result in batch:
                await self._store_batch([result])
            return
        (result,) = batch
        log.error("report_not_storable", about=result.job.about, exc_info=error)
        if result.fetched is not None:
            await self._store_batch([spoiled(result.job, result.match, error, self._services.clock.now())])

    def _settled(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            self._held.pop(job.id, None)
        self._room.set()

    # -- staying and leaving --------------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_TIMEOUT.total_seconds() / 4)
            with contextlib.suppress(*DATABASE_AWAY):
                async with self._services.pool.acquire() as conn:
                    await beat_jobs(conn, self._held)

    async def _stop(self) -> None:
        """Store what has come, give back the rest: whoever else works takes it at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while not self._ready.empty():
            self._batch.append(self._ready.get_nowait())
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_LAST_SECONDS):
                await store_results(self._services.pool, self._batch, self._services.clock.now())
        with contextlib.suppress(*DATABASE_AWAY):
            async with asyncio.timeout(_LAST_SECONDS), self._services.pool.acquire() as conn:
                await release_jobs(conn, self.id)


async def work_until(worker: Worker, finished: Callable[[], Awaitable[bool]], every: float = 0.3) -> None:
    """Let the worker work until `finished` says so. Raises what ended the worker."""
    work = asyncio.create_task(worker.run(), name="worker")
    try:
        while not work.done() and not await finished():
            await asyncio.wait({work}, timeout=every)
    finally:
        work.cancel()
        await asyncio.wait({work})
    if not work.cancelled():
        work.result()
