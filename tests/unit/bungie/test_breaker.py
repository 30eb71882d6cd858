"""The breaker: open after three in a row, closed by one probe, never opened by one member's trouble."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.bungie.breaker import FAILURES, Breaker
from bot.clock import ManualClock
from bot.domain.bungie import BreakerRow, BreakerState
from bot.errors import BungieError, KeyRefused, NotThere, Private, Throttled, Unavailable

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def breaker(interval: float = 180, jitter: float = 0.0) -> tuple[Breaker, ManualClock]:
    clock = ManualClock(START)
    return Breaker("profile", interval, clock, jitter=lambda: jitter), clock


async def ask(one: Breaker, error: BungieError | None = None, member: int | None = None) -> None:
    """One request through the breaker that ends with `error`, or well."""
    try:
        async with one.passage(member):
            if error is not None:
                raise error
    except BungieError as caught:
        if caught is not error:
            raise


async def opened(interval: float = 180, jitter: float = 0.0) -> tuple[Breaker, ManualClock]:
    one, clock = breaker(interval, jitter)
    for _ in range(FAILURES):
        await ask(one, Unavailable("Down."))
    assert one.open
    return one, clock


async def test_two_failures_and_a_success_leave_it_closed() -> None:
    one, _ = breaker()
    for _ in range(5):
        await ask(one, Unavailable("Down."))
        await ask(one, Unavailable("Down."))
        await ask(one)
    assert one.row.state is BreakerState.CLOSED


async def test_three_in_a_row_open_it_and_then_nothing_is_asked() -> None:
    one, clock = await opened()
    assert one.row.since == START
    assert one.row.next_probe_at == START + timedelta(seconds=15)
    clock.advance(14.9)
    with pytest.raises(Unavailable, match=r"Down\."):
        await ask(one)


@pytest.mark.parametrize("error", [NotThere("No."), Private("Hidden."), Throttled("Slower."), KeyRefused("Key.")])
async def test_other_errors_do_not_open_it(error: BungieError) -> None:
    one, _ = breaker()
    for _ in range(10):
        await ask(one, error)
    assert one.row.state is BreakerState.CLOSED


async def test_an_answer_of_any_kind_breaks_the_row_of_failures() -> None:
    one, _ = breaker()
    await ask(one, Unavailable("Down."))
    await ask(one, Unavailable("Down."))
    await ask(one, NotThere("No."))
    await ask(one, Unavailable("Down."))
    assert one.row.state is BreakerState.CLOSED


@pytest.mark.parametrize(
    ("interval", "delays"),
    [
        (180, [15, 30, 60, 120, 180, 180]),
        (1200, [15, 30, 60, 120, 240, 300, 300]),
        (5, [5, 5, 5]),
    ],
)
async def test_probes_grow_rarer_up_to_the_interval_or_five_minutes(interval: float, delays: list[float]) -> None:
    one, clock = await opened(interval)
    for delay in delays:
        assert one.row.next_probe_at == clock.now() + timedelta(seconds=delay)
        clock.advance(delay)
        assert not one.open
        await ask(one, Unavailable("Still down."))
        assert one.open
    assert one.row.since == START


async def test_jitter_makes_a_probe_earlier_by_a_fifth_at_most() -> None:
    one, _ = await opened(jitter=1.0)
    assert one.row.next_probe_at == START + timedelta(seconds=12)


async def test_a_probe_that_succeeds_closes_it_and_others_wait_for_it() -> None:
    one, clock = await opened()
    clock.advance(15)
    running, finish, order = asyncio.Event(), asyncio.Event(), []

    async def probe() -> None:
        async with one.passage() as probing:
            assert probing
            running.set()
            await finish.wait()
            order.append("probe")

    async def other() -> None:
        async with one.passage() as probing:
            assert not probing
            order.append("other")

    async with asyncio.TaskGroup() as group:
        group.create_task(probe())
        await running.wait()
        assert one.row.state is BreakerState.HALF_OPEN
        for _ in range(5):
            group.create_task(other())
        await asyncio.sleep(0.01)
        finish.set()
    assert order == ["probe"] + ["other"] * 5
    assert one.row.state is BreakerState.CLOSED


async def test_those_who_wait_for_a_failing_probe_are_told_not_asked() -> None:
    one, clock = await opened()
    clock.advance(15)
    outcomes = await asyncio.gather(*(ask(one, Unavailable("Down.")) for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [type(None), Unavailable, Unavailable, Unavailable]


async def test_a_cancelled_probe_leaves_the_way_to_the_next() -> None:
    one, clock = await opened()
    clock.advance(15)

    async def stuck() -> None:
        async with one.passage():
            await asyncio.sleep(60)

    task = asyncio.create_task(stuck())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await ask(one)
    assert one.row.state is BreakerState.CLOSED


async def test_a_request_from_before_the_outage_decides_nothing() -> None:
    one, clock = breaker()
    sent, answer = asyncio.Event(), asyncio.Event()

    async def straggler(error: Unavailable | None) -> None:
        async with one.passage():
            sent.set()
            await answer.wait()
            if error:
                raise error

    tasks = [asyncio.create_task(straggler(error)) for error in (None, Unavailable("Late."))]
    await sent.wait()
    await asyncio.sleep(0)
    for _ in range(FAILURES):
        await ask(one, Unavailable("Down."))
    clock.advance(15)
    async with one.passage() as probing:
        assert probing
        answer.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert one.row.state is BreakerState.HALF_OPEN
    assert one.row.state is BreakerState.CLOSED


def fault() -> Unavailable:
    return Unavailable("Bungie.net has trouble (1618 DestinyUnexpectedError).", code=1618, passing=True)


async def test_1618_for_one_member_never_opens_it() -> None:
    one, _ = breaker()
    one.remember_good([1])
    for _ in range(20):
        await ask(one, fault(), member=1)
    assert one.row.state is BreakerState.CLOSED


async def test_1618_for_members_whose_last_read_failed_never_opens_it() -> None:
    one, _ = breaker()
    for member in range(20):
        await ask(one, fault(), member=member)
    assert one.row.state is BreakerState.CLOSED


async def test_1618_for_three_members_whose_last_read_succeeded_opens_it() -> None:
    one, _ = breaker()
    one.remember_good([1, 2])
    await ask(one, member=3)
    await ask(one, fault(), member=1)
    await ask(one, fault(), member=1)
    await ask(one, fault(), member=2)
    assert one.row.state is BreakerState.CLOSED
    await ask(one, fault(), member=3)
    assert one.open
    assert one.row.code == 1618


async def test_1618_about_no_member_is_a_failure_like_any_other() -> None:
    one, _ = breaker()
    for _ in range(3):
        await ask(one, fault())
    assert one.open


async def test_a_probe_that_meets_1618_is_passed_on_until_three_members_say_so() -> None:
    one, clock = await opened()
    clock.advance(15)
    await ask(one, fault(), member=1)
    assert one.row.state is BreakerState.HALF_OPEN
    await ask(one, fault(), member=2)
    assert one.row.state is BreakerState.HALF_OPEN
    await ask(one, fault(), member=3)
    assert one.open


async def test_a_broken_account_as_the_probe_does_not_keep_it_open() -> None:
    one, clock = await opened()
    clock.advance(15)
    await ask(one, fault(), member=1)
    await ask(one, member=2)
    assert one.row.state is BreakerState.CLOSED


async def test_a_restart_goes_on_with_the_outage_and_asks_at_once() -> None:
    one, _ = breaker()
    since = START - timedelta(hours=2)
    one.resume(
        BreakerRow("profile", BreakerState.OPEN, since, 5, "Down for maintenance.", START + timedelta(minutes=5))
    )
    assert not one.open
    assert one.row.since == since
    await ask(one, Unavailable("Still down.", code=5))
    assert one.open
    assert one.row.since == since


async def test_while_the_key_is_refused_callers_are_told_so() -> None:
    one, clock = breaker()
    one.force_open(KeyRefused("Bungie.net refuses bungie.api_key (2101).", code=2101), 300)
    assert one.refused
    with pytest.raises(KeyRefused):
        await ask(one)
    clock.advance(300)
    await ask(one)
    assert not one.refused
    assert one.row.state is BreakerState.CLOSED


async def test_a_clock_that_is_set_back_leaves_it_open_for_no_longer() -> None:
    one, clock = await opened()
    assert one.open
    clock.advance(-3600)
    assert not one.open
