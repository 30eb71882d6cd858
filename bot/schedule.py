"""The loops' clockwork: APScheduler over Loops registered by name, run only while this process leads.

Every outcome is stored; an exception is logged with a reference and stored too, and the loop goes on. One run of a loop
at a time among all processes: the `sync` commands take the same lock.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import asyncpg
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.outcome import Outcome, Verdict
from bot.errors import KeyRefused
from bot.jobs.loop import Loop
from bot.services import Services
from db.leader import Leader
from db.pool import DATABASE_AWAY
from db.queries import loop as queries

log = structlog.get_logger(__name__)

_REFUSED_PAUSE = timedelta(minutes=5)  # promises.md: a key refused later pauses the loops, asked again every 5 min
_BEHIND_SECONDS = 3.0
_DRAIN_SECONDS = 3.0  # the whole stop has ten, also on a busy machine
Progress = Callable[[Outcome], None]


class Registry:
    """The loops that this process may run, by name."""

    def __init__(self) -> None:
        self._loops: dict[str, Loop] = {}

    def register(self, loop: Loop) -> None:
        """Add a loop. Raises ValueError when its name is taken: two loops would fight over one row of /status."""
        if loop.name in self._loops:
            raise ValueError(f"A loop named {loop.name} is registered already.")
        self._loops[loop.name] = loop

    def __iter__(self) -> Iterator[Loop]:
        return iter(list(self._loops.values()))

    def __contains__(self, name: str) -> bool:
        return name in self._loops


class Schedule:
    """Runs the registered loops while `leader` leads; `run()` returns only by cancellation."""

    def __init__(self, services: Services, registry: Registry, leader: Leader) -> None:
        self._services = services
        self._registry = registry
        self._leader = leader
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._stopping = False
        self._refused_until: datetime | None = None

    async def run(self) -> None:
        while True:
            await self._leader.wait()
            scheduler = AsyncIOScheduler(timezone="UTC")
            self._stopping = False
            try:
                await self._start(scheduler)
                await self._leader.lost.wait()
            finally:
                scheduler.shutdown(wait=False)  # only triggers live in it; the runs are tasks of ours
                await self._drain()

    async def _start(self, scheduler: AsyncIOScheduler) -> None:
        now = self._services.clock.now()
        scheduler.start()
        for loop in self._registry:
            seconds = self._interval(loop)
            async with self._services.pool.acquire() as conn:
                await queries.upsert_loop(conn, loop.name, seconds, now)
            scheduler.add_job(
                self._begin,
                "interval",
                seconds=seconds,
                args=[loop],
                id=loop.name,
                next_run_time=now + timedelta(seconds=min(_BEHIND_SECONDS, seconds / 4) if loop.follows else 0),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def _interval(self, loop: Loop) -> int:
        return int(getattr(self._services.config.schedule, loop.interval_key))

    async def _begin(self, loop: Loop) -> None:
        """Start a run as a task of its own, unless one is on: then it runs once more right after it."""
        if self._stopping:
            return
        if loop.name in self._running:
            self._again.add(loop.name)
            return
        task = asyncio.create_task(self._one_run(loop), name=f"loop-{loop.name}")
        self._running[loop.name] = task
        task.add_done_callback(lambda _: self._running.pop(loop.name, None))

    async def _one_run(self, loop: Loop) -> None:
        """Once, and again where that was asked for meanwhile."""
        self._again.add(loop.name)
        while loop.name in self._again and not self._stopping:
            self._again.discard(loop.name)
            await self._try(loop)

    async def _try(self, loop: Loop) -> None:
        if self._is_refused():
            return
        try:
            outcome = await run_loop(self._services, loop, self._interval(loop))
        except DATABASE_AWAY as error:
            log.warning("loop_without_database", loop=loop.name, error=str(error))
            return
        if outcome.verdict is Verdict.FAILED and outcome.counts.get("key_refused"):
            self._refused_until = self._services.clock.now() + _REFUSED_PAUSE
        await self._wake(outcome)

    async def _wake(self, outcome: Outcome) -> None:
        for loop in self._registry:
            if loop.name in outcome.wake:
                await self._begin(loop)

    def _is_refused(self) -> bool:
        return self._refused_until is not None and self._services.clock.now() < self._refused_until

    async def _drain(self) -> None:
        """Let runs end by themselves for a while, then cancel what is left: nothing half written, since one run
        is made of transactions. None begins meanwhile: the client and the pool are closed next."""
        self._stopping = True
        tasks = list(self._running.values())
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=_DRAIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def run_loop(services: Services, loop: Loop, interval_seconds: int) -> Outcome:
    """One run of a loop, now, under its lock, its outcome stored; never raises what the job raised.

    Raises only when the database is away.
    """
    async with services.pool.acquire() as conn:
        while not await queries.try_loop_lock(conn, loop.name):
            await services.clock.sleep(0.5)
        started = services.clock.now()
        await queries.upsert_loop_started(conn, loop.name, interval_seconds, started)
        outcome, error = await _guarded(services, loop)
        next_at = started + timedelta(seconds=interval_seconds)
        await queries.update_loop_finished(conn, loop.name, services.clock.now(), outcome, error, next_at)
        return outcome


async def _guarded(services: Services, loop: Loop) -> tuple[Outcome, str | None]:
    try:
        outcome = await loop.run(services)
    except KeyRefused as error:
        log.error("key_refused", loop=loop.name, error=str(error))
        return Outcome(Verdict.FAILED, str(error), {"key_refused": 1}), str(error)
    except Exception as error:  # a loop outlives whatever its job raises
        log.exception("loop_failed", loop=loop.name)
        return Outcome(Verdict.FAILED, _sentence(error)), repr(error)
    log.info("loop", loop=loop.name, verdict=outcome.verdict, sentence=outcome.sentence, **outcome.counts)
    return outcome, None


def _sentence(error: Exception) -> str:
    if _is_full(error):
        return "The disk is full: free some space; the next run tries again."
    return "The last run failed; the next one tries again."


def _is_full(error: BaseException) -> bool:
    """Whether the database's disk or that of data_dir is why."""
    if isinstance(error, BaseExceptionGroup):
        return any(_is_full(inner) for inner in error.exceptions)
    return isinstance(error, asyncpg.DiskFullError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)
