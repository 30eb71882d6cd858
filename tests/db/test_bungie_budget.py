"""The budget that all processes share, and what /status says of Bungie.net."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.bungie.budget import LATE_SECONDS, Lane, Pace, SharedBudget, pace
from bot.bungie.limiter import Limiter
from bot.domain.bungie import BreakerRow, BreakerState
from bot.errors import Throttled
from db.pool import Pool
from db.queries import bungie as queries

EGRESS = "test"
KEPT = Pace(0.02, 5)


async def shared(pool: Pool, kept: Pace = KEPT, egress: str = EGRESS) -> SharedBudget:
    async with pool.acquire() as conn:
        await queries.upsert_budget(conn, egress, kept.spacing)
    return SharedBudget(pool, egress, kept)


async def run_for(one: Limiter, lane: Lane, seconds: float, times: list[float]) -> None:
    """Ask for turn after turn, several at once, and note when each came."""
    until = time.monotonic() + seconds

    async def worker() -> None:
        while time.monotonic() < until:
            async with one.turn(lane):
                times.append(time.monotonic())

    await asyncio.gather(*(worker() for _ in range(6)))


async def test_processes_share_one_rate_and_use_it_up(pool: Pool) -> None:
    limiters = [Limiter(await shared(pool), KEPT) for _ in range(3)]
    times: list[float] = []
    await asyncio.gather(*(run_for(one, Lane.LOOPS, 1.5, times) for one in limiters))
    times.sort()
    for first, start in enumerate(times):
        inside = sum(1 for at in times[first:] if at < start + 1.0)
        assert inside <= (1.0 + LATE_SECONDS) / KEPT.spacing + 1
    assert len(times) >= 0.3 * 1.5 / KEPT.spacing


async def test_few_round_trips_for_many_requests(pool: Pool) -> None:
    class Counted(SharedBudget):
        trips = 0

        async def reserve(self, lane: Lane) -> float | None:
            self.trips += 1
            return await super().reserve(lane)

    kept = pace(24)
    await shared(pool, kept)
    budget = Counted(pool, EGRESS, kept)
    one = Limiter(budget, kept)
    for _ in range(20):
        async with one.turn(Lane.LOOPS):
            pass
    assert budget.trips <= 4


async def test_a_restart_keeps_to_what_was_reserved_before(pool: Pool) -> None:
    first = await shared(pool, Pace(1.0, 5))
    await first.reserve(Lane.LOOPS)
    again = await shared(pool, Pace(1.0, 5))
    delay = await again.reserve(Lane.LOOPS)
    assert delay is not None
    assert 3 < delay <= 5


async def test_each_egress_has_its_own_budget(pool: Pool) -> None:
    one, other = await shared(pool, Pace(0.5, 5)), await shared(pool, Pace(0.5, 5), egress="elsewhere")
    await one.reserve(Lane.LOOPS)
    delay = await other.reserve(Lane.LOOPS)
    assert delay is not None
    assert delay < 0.1


async def test_backfill_of_one_process_gives_way_to_loops_of_another(pool: Pool) -> None:
    loops, backfill = await shared(pool, Pace(1.0, 5)), await shared(pool, Pace(1.0, 5))
    assert await backfill.reserve(Lane.BACKFILL) is not None
    assert await loops.reserve(Lane.LOOPS) is not None
    assert await backfill.reserve(Lane.BACKFILL) is None
    delay = await loops.reserve(Lane.LOOPS)
    assert delay is not None
    assert 8 < delay <= 10


async def test_loops_that_wait_have_all_slots_though_another_process_wants_them_for_backfill(pool: Pool) -> None:
    kept = Pace(0.02, 10)
    loops, backfill = Limiter(await shared(pool, kept), kept), Limiter(await shared(pool, kept), kept)
    served: list[float] = []
    others: list[float] = []
    await asyncio.gather(
        run_for(loops, Lane.LOOPS, 2, served),
        run_for(backfill, Lane.BACKFILL, 2, others),
    )
    in_time = [at for at in others if at < served[-1]]
    assert len(in_time) <= 2 * kept.slots < len(served)


async def test_backfill_alone_is_served(pool: Pool) -> None:
    times: list[float] = []
    await run_for(Limiter(await shared(pool), KEPT), Lane.BACKFILL, 1.2, times)
    assert len(times) >= 0.2 * 1.2 / KEPT.spacing


async def test_a_throttle_is_obeyed_by_every_process(pool: Pool) -> None:
    one, other = Limiter(await shared(pool), KEPT), Limiter(await shared(pool), KEPT)
    await one.block(0.5)
    began = time.monotonic()
    async with other.turn(Lane.LOOPS):
        pass
    assert time.monotonic() - began >= 0.45


@pytest.mark.parametrize("lane", list(Lane))
async def test_a_long_throttle_is_told_and_reserves_nothing(pool: Pool, lane: Lane) -> None:
    budget = await shared(pool)
    await budget.block(3600)
    for _ in range(50):
        with pytest.raises(Throttled) as caught:
            await budget.reserve(lane)
    assert caught.value.seconds == pytest.approx(3600, abs=5)
    async with pool.acquire() as conn:
        assert await conn.fetchval("select next_slot_at < clock_timestamp() from bungie_budget")


async def test_a_shorter_throttle_does_not_end_a_longer_one(pool: Pool) -> None:
    budget = await shared(pool)
    await budget.block(20)
    await budget.block(2)
    delay = await budget.reserve(Lane.LOOPS)
    assert delay is not None
    assert delay == pytest.approx(20, abs=1)


async def test_a_slot_far_ahead_of_a_clock_set_back_is_not_believed(pool: Pool) -> None:
    budget = await shared(pool)
    async with pool.acquire() as conn:
        await conn.execute("update bungie_budget set next_slot_at = clock_timestamp() + interval '1 hour'")
    delay = await budget.reserve(Lane.LOOPS)
    assert delay is not None
    assert delay <= 10


async def test_the_status_tells_the_share_of_the_budget(pool: Pool) -> None:
    budget = await shared(pool, Pace(0.05, 10))
    async with pool.acquire() as conn:
        assert (await queries.select_bungie_status(conn, datetime.now(UTC))).budget_used == 0
        for _ in range(10):
            await budget.reserve(Lane.LOOPS)
        now = datetime.now(UTC)
        status = await queries.select_bungie_status(conn, now)
        assert status.state == "up"
        assert 0.4 < status.budget_used <= 1.0
        assert (await queries.select_bungie_status(conn, now + timedelta(seconds=25))).budget_used == 0


async def test_the_status_is_down_with_the_oldest_outages_reason(pool: Pool) -> None:
    now = datetime.now(UTC)
    since = now - timedelta(hours=1)
    rows = (
        BreakerRow(
            "groups", BreakerState.HALF_OPEN, now - timedelta(minutes=5), 0, "Bungie.net answered no JSON.", now
        ),
        BreakerRow("manifest", BreakerState.CLOSED, now),
        BreakerRow("profile", BreakerState.OPEN, since, 5, "Bungie.net is down for maintenance.", now),
    )
    async with pool.acquire() as conn:
        for row in rows:
            await queries.upsert_breaker(conn, row)
        assert await queries.select_breakers(conn) == rows
        status = await queries.select_bungie_status(conn, now)
        assert (status.state, status.since) == ("down", since)
        assert status.sentence is not None
        assert "maintenance" in status.sentence
        assert "groups, profile" in status.sentence


async def test_the_status_is_throttled_without_a_budget_row_it_is_up(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert (await queries.select_bungie_status(conn, datetime.now(UTC))).state == "up"
    budget = await shared(pool)
    await budget.block(10)
    async with pool.acquire() as conn:
        status = await queries.select_bungie_status(conn, datetime.now(UTC))
    assert status.state == "throttled"
    assert status.sentence
