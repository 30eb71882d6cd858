"""The limiter: never more than the budget in any ten seconds, loops first, throttles obeyed."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.bungie.budget import LATE_SECONDS, MOST_PER_SECOND, WINDOW_SECONDS, Lane, MemoryBudget, Pace, pace
from bot.bungie.limiter import Limiter
from bot.errors import Throttled


@pytest.mark.parametrize("rate", [0.1, 0.5, 1, 2, 5, 13, 20, 24, 25])
def test_no_ten_seconds_see_more_than_ten_times_the_rate(rate: float) -> None:
    """In 10 s no more slots can be used than those of 10 s and LATE_SECONDS: one is void that long after its time."""
    kept = pace(rate)
    assert (WINDOW_SECONDS + LATE_SECONDS) / kept.spacing <= WINDOW_SECONDS * min(rate, MOST_PER_SECOND) + 1e-6
    assert 1 <= kept.slots <= 10
    assert kept.slots == 1 or kept.slots * kept.spacing <= LATE_SECONDS


def limiter(spacing: float = 0.01, slots: int = 5, at_once: int = 16) -> Limiter:
    kept = Pace(spacing, slots)
    return Limiter(MemoryBudget(kept), kept, at_once)


async def test_turns_keep_the_pace() -> None:
    one, times = limiter(spacing=0.02), []

    async def request() -> None:
        async with one.turn(Lane.LOOPS):
            times.append(time.monotonic())

    await asyncio.gather(*(request() for _ in range(40)))
    assert times[-1] - times[0] >= 39 * 0.02 - 0.01


async def test_a_slot_unused_for_long_is_void() -> None:
    one = limiter(spacing=0.02, slots=10)
    async with one.turn(Lane.LOOPS):
        pass
    await asyncio.sleep(LATE_SECONDS + 0.25)
    began = time.monotonic()
    for _ in range(4):
        async with one.turn(Lane.LOOPS):
            pass
    assert time.monotonic() - began >= 0.05


async def test_loops_go_before_backfill() -> None:
    one, order = limiter(), []

    async def request(lane: Lane) -> None:
        async with one.turn(lane):
            order.append(lane)

    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(request(Lane.BACKFILL))
        for _ in range(5):
            group.create_task(request(Lane.LOOPS))
    assert order == [Lane.LOOPS] * 5 + [Lane.BACKFILL] * 5


async def test_so_many_at_once_and_no_more() -> None:
    one, now, most = limiter(spacing=0.001, at_once=3), 0, 0

    async def request() -> None:
        nonlocal now, most
        async with one.turn(Lane.LOOPS):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            now -= 1

    await asyncio.gather(*(request() for _ in range(20)))
    assert most == 3


async def test_a_throttle_holds_everyone_back() -> None:
    one = limiter()
    async with one.turn(Lane.LOOPS):
        await one.block(0.3)
    began = time.monotonic()
    async with one.turn(Lane.LOOPS):
        pass
    assert time.monotonic() - began >= 0.28


async def test_a_long_throttle_is_told_instead_of_waited_for() -> None:
    one = limiter()
    await one.block(600)
    with pytest.raises(Throttled) as caught:
        async with one.turn(Lane.LOOPS):
            pytest.fail("no turn while Bungie.net is blocked")
    assert caught.value.seconds == pytest.approx(600, abs=1)


async def test_those_who_give_up_cost_nothing() -> None:
    one = limiter(at_once=1)

    async def request() -> None:
        async with one.turn(Lane.LOOPS):
            await asyncio.sleep(0)

    async with one.turn(Lane.LOOPS):
        tasks = [asyncio.create_task(request()) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(1):
        await request()


async def test_a_failing_budget_fails_those_who_wait_and_only_them() -> None:
    class Broken(MemoryBudget):
        broken = True

        async def reserve(self, lane: Lane) -> float | None:
            if self.broken:
                raise ConnectionError("the database is away")
            return await super().reserve(lane)

    kept = Pace(0.01, 5)
    budget = Broken(kept)
    one = Limiter(budget, kept)

    async def request() -> None:
        async with one.turn(Lane.LOOPS):
            pass

    outcomes = await asyncio.gather(request(), request(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionError, ConnectionError]
    budget.broken = False
    await request()
