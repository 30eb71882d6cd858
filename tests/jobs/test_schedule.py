"""The loops' clockwork against a real database: outcomes stored, errors outlived, one run at a time."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from bot.bungie.client import BungieClient
from bot.clock import SystemClock
from bot.config import Config
from bot.config import Schedule as ScheduleConfig
from bot.domain.outcome import Outcome, Verdict
from bot.errors import KeyRefused
from bot.jobs.loop import Loop
from bot.schedule import Registry, Schedule, run_loop
from bot.services import Services
from db.leader import LOOPS_KEY, Leader
from db.pool import Pool, open_pool
from db.queries.loop import select_loops

FAST = Config(schedule=ScheduleConfig(membership_seconds=1, roster_seconds=1))


@asynccontextmanager
async def services_on(pool: Pool, config: Config = FAST) -> AsyncIterator[Services]:
    clock = SystemClock()
    async with BungieClient(config.bungie, pool=pool, clock=clock, intervals=config.schedule) as bungie:
        yield Services(pool, bungie, clock, config)


def test_a_second_loop_of_one_name_is_refused() -> None:
    async def run(_: Services) -> Outcome:
        return Outcome(Verdict.DONE)

    registry = Registry()
    registry.register(Loop("roster", "roster_seconds", run))
    with pytest.raises(ValueError, match="roster"):
        registry.register(Loop("roster", "membership_seconds", run))


async def test_a_loop_outlives_its_job_and_keeps_its_last_error(pool: Pool, dsn: str) -> None:
    runs = 0

    async def run(_: Services) -> Outcome:
        nonlocal runs
        runs += 1
        if runs < 2:
            raise RuntimeError("no such thing")
        return Outcome(Verdict.DONE, "Read 3 members.", {"read": 3})

    registry = Registry()
    registry.register(Loop("roster", "roster_seconds", run))
    async with services_on(pool) as services, Leader(dsn, LOOPS_KEY) as leader:
        task = asyncio.create_task(Schedule(services, registry, leader).run())
        async with asyncio.timeout(8):
            while True:
                async with pool.acquire() as conn:
                    loops = await select_loops(conn)
                if loops and loops[0].last_error:
                    assert "no such thing" in loops[0].last_error
                    assert loops[0].last_ok_at is None
                if loops and loops[0].last_ok_at:
                    break
                await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert loops[0].last_error is None
    assert loops[0].last_sentence == "Read 3 members."
    assert loops[0].lag_seconds(services.clock.now()) == 0


async def test_an_outcome_wakes_another_loop_at_once(pool: Pool, dsn: str) -> None:
    woken = asyncio.Event()
    config = Config(schedule=ScheduleConfig(membership_seconds=3600, roster_seconds=3600))
    order: list[str] = []

    async def membership(_: Services) -> Outcome:
        await asyncio.sleep(0.3)
        order.append("membership")
        return Outcome(Verdict.DONE, wake=("roster",))

    async def roster(_: Services) -> Outcome:
        order.append("roster")
        if "membership" in order:
            woken.set()
        return Outcome(Verdict.DONE)

    registry = Registry()
    registry.register(Loop("membership", "membership_seconds", membership))
    registry.register(Loop("roster", "roster_seconds", roster))
    async with services_on(pool, config) as services, Leader(dsn, LOOPS_KEY) as leader:
        task = asyncio.create_task(Schedule(services, registry, leader).run())
        await asyncio.wait_for(woken.wait(), 5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_nothing_begins_while_it_stops(pool: Pool, dsn: str) -> None:
    """Neither a loop that the last run wakes nor a second run of its own: what they use is closed next."""
    begun, stopping = asyncio.Event(), asyncio.Event()
    config = Config(schedule=ScheduleConfig(membership_seconds=3600, roster_seconds=3600))
    ran: list[str] = []

    async def membership(_: Services) -> Outcome:
        ran.append("membership")
        begun.set()
        await stopping.wait()
        return Outcome(Verdict.DONE, wake=("roster", "membership"))

    async def roster(_: Services) -> Outcome:
        ran.append("roster")
        return Outcome(Verdict.DONE)

    registry = Registry()
    registry.register(Loop("membership", "membership_seconds", membership))
    async with services_on(pool, config) as services, Leader(dsn, LOOPS_KEY) as leader:
        schedule = Schedule(services, registry, leader)
        task = asyncio.create_task(schedule.run())
        await asyncio.wait_for(begun.wait(), 5)
        registry.register(Loop("roster", "roster_seconds", roster))  # now, so that only the outcome can start it
        task.cancel()
        asyncio.get_running_loop().call_later(0.2, stopping.set)
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.3)
    assert ran == ["membership"]


async def test_a_database_that_goes_away_in_a_second_run_is_survived(pool: Pool, dsn: str) -> None:
    """The run that was asked for during the first one is guarded as that one is."""
    runs = 0

    async def run(_: Services) -> Outcome:
        nonlocal runs
        runs += 1
        if runs == 1:
            await schedule._begin(loop)
        else:
            services.pool.terminate()
        return Outcome(Verdict.DONE)

    loop = Loop("roster", "roster_seconds", run)
    async with open_pool(dsn, name="gone") as doomed, services_on(doomed) as services:
        schedule = Schedule(services, Registry(), Leader(dsn, LOOPS_KEY))
        await schedule._begin(loop)
        (task,) = schedule._running.values()
        await asyncio.wait_for(task, 5)
    assert runs == 2


async def test_two_processes_never_run_one_loop_at_once(pool: Pool) -> None:
    at_once = most = 0

    async def run(_: Services) -> Outcome:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.1)
        at_once -= 1
        return Outcome(Verdict.DONE)

    loop = Loop("roster", "roster_seconds", run)
    async with services_on(pool) as services:
        await asyncio.gather(*(run_loop(services, loop, 60) for _ in range(3)))
    assert most == 1


async def test_a_run_is_told_where_no_schedule_ever_was(pool: Pool) -> None:
    async def run(_: Services) -> Outcome:
        return Outcome(Verdict.DONE)

    async with services_on(pool) as services:
        await run_loop(services, Loop("matches", "matches_seconds", run), 300)
    async with pool.acquire() as conn:
        (loop,) = await select_loops(conn)
    assert (loop.name, loop.interval_seconds) == ("matches", 300)
    assert loop.good_at is not None


async def test_a_refused_key_is_an_outcome_that_says_so(pool: Pool) -> None:
    async def run(_: Services) -> Outcome:
        raise KeyRefused("Bungie.net refuses the API key.", code=2101)

    async with services_on(pool) as services:
        outcome = await run_loop(services, Loop("roster", "roster_seconds", run), 60)
    assert outcome.verdict is Verdict.FAILED
    assert outcome.sentence == "Bungie.net refuses the API key."


FULL = [
    asyncpg.DiskFullError("could not extend file"),
    OSError(errno.ENOSPC, "No space left on device"),
    ExceptionGroup("profiles", [ValueError("no"), ExceptionGroup("one", [asyncpg.DiskFullError("no space")])]),
]


@pytest.mark.parametrize("error", FULL, ids=["database", "data_dir", "one of many"])
async def test_a_full_disk_is_told(pool: Pool, error: Exception) -> None:
    async def run(_: Services) -> Outcome:
        raise error

    async with services_on(pool) as services:
        outcome = await run_loop(services, Loop("roster", "roster_seconds", run), 60)
    assert outcome.verdict is Verdict.FAILED
    assert outcome.sentence == "The disk is full: free some space; the next run tries again."


async def test_a_loop_that_follows_starts_after_the_others(pool: Pool, dsn: str) -> None:
    began: dict[str, float] = {}
    both = asyncio.Event()

    def noting(name: str) -> Callable[[Services], Awaitable[Outcome]]:
        async def run(_: Services) -> Outcome:
            began[name] = asyncio.get_running_loop().time()
            if len(began) == 2:
                both.set()
            return Outcome(Verdict.DONE)

        return run

    registry = Registry()
    registry.register(Loop("roster", "roster_seconds", noting("roster"), follows=True))
    registry.register(Loop("membership", "membership_seconds", noting("membership")))
    config = Config(schedule=ScheduleConfig(membership_seconds=4, roster_seconds=4))
    async with services_on(pool, config) as services, Leader(dsn, LOOPS_KEY) as leader:
        task = asyncio.create_task(Schedule(services, registry, leader).run())
        await asyncio.wait_for(both.wait(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert began["roster"] - began["membership"] > 0.5
