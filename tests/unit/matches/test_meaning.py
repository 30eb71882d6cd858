"""What an error means for a report, and when it is asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import Fate, Wanted
from bot.domain.match import MatchState
from bot.errors import BungieError, KeyRefused, NotThere, NotYet, OurMistake, Private, Throttled, Unavailable
from bot.ingest.matches.meaning import MOST_FAILURES, fate, first_ask, is_final, second_ask
from tests.unit.matches.make import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MISSING = NotYet("not there", code=1653)


def wanted(age: timedelta = 2 * DAY, missing: int = 0, failures: int = 0, *, stored: bool = False) -> Wanted:
    return Wanted(NOW - age, missing, failures, stored)


def test_a_report_is_fetched_when_its_match_has_settled() -> None:
    assert first_ask(NOW - MINUTE, NOW, 300) == NOW + 4 * MINUTE
    assert first_ask(NOW - DAY, NOW, 300) == NOW
    assert first_ask(NOW - MINUTE, NOW, 0) == NOW


def test_what_is_fetched_within_the_hour_is_fetched_once_more() -> None:
    ended = NOW - 5 * MINUTE
    assert second_ask(ended, NOW) == ended + HOUR
    assert not is_final(ended, NOW)
    assert second_ask(NOW - HOUR, NOW) is None
    assert is_final(NOW - HOUR, NOW)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), MINUTE),
        (5 * MINUTE, 100 * timedelta(seconds=1)),
        (HOUR, 20 * MINUTE),
        (90 * MINUTE, 30 * MINUTE),
        (23 * HOUR, 30 * MINUTE),
        (-HOUR, MINUTE),
    ],
)
def test_a_fresh_report_is_not_there_yet(age: timedelta, wait: timedelta) -> None:
    assert fate(MISSING, wanted(age), NOW, outage=False) == Fate(MatchState.WAITING, 0, 0, NOW + wait)


def test_an_old_report_is_asked_for_three_times_more_and_then_gone() -> None:
    now, found, waits = NOW, wanted(DAY), []
    while True:
        told = fate(MISSING, found, now, outage=False)
        if told.ask_at is None:
            break
        waits.append(told.ask_at - now)
        now, found = told.ask_at, Wanted(found.ends_at, told.missing, told.failures)
    assert waits == [HOUR, DAY, 7 * DAY]
    assert (told.state, told.missing, told.failures) == (MatchState.GONE, 4, 0)


@pytest.mark.parametrize("code", [11, 21])
def test_not_found_is_like_missing(code: int) -> None:
    assert fate(NotThere("no such thing", code=code), wanted(), NOW, outage=False).missing == 1


@pytest.mark.parametrize("age", [HOUR, 30 * DAY])
def test_a_report_that_is_closed_for_now_comes_later_without_counting(age: timedelta) -> None:
    told = fate(NotYet("closed", code=12), wanted(age, 2, 7), NOW, outage=False)
    assert told == Fate(MatchState.WAITING, 2, 7, NOW + 30 * MINUTE)


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (Throttled("slow down", seconds=40), False),
        (KeyRefused("no", code=2101), True),
        (Unavailable("maintenance", code=5), False),
        (Unavailable("HTML", passing=True), True),
        (Unavailable("1618", code=1618, passing=True), True),
    ],
)
def test_what_is_not_the_reports_trouble_is_never_counted(error: BungieError, outage: bool) -> None:
    told = fate(error, wanted(failures=7), NOW, outage=outage)
    wait = 40 * timedelta(seconds=1) if isinstance(error, Throttled) else MINUTE
    assert told == Fate(MatchState.WAITING, 0, 7, NOW + wait)


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("HTML", passing=True),
        Unavailable("1618", code=1618, passing=True),
        Unavailable("another instance", code=1),
        OurMistake("bad", code=7),
        Private("hidden", code=1665),
    ],
)
def test_while_others_are_answered_a_failure_is_the_reports_own(error: BungieError) -> None:
    now, found, waits = NOW, wanted(HOUR), []
    while (told := fate(error, found, now, outage=False)).ask_at is not None:
        assert told.state is MatchState.WAITING
        waits.append(told.ask_at - now)
        now, found = told.ask_at, Wanted(found.ends_at, told.missing, told.failures)
    assert waits == [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY]
    assert (told.state, told.failures) == (MatchState.FAILED, MOST_FAILURES)


@pytest.mark.parametrize(
    ("error", "before"),
    [(MISSING, wanted(missing=3, stored=True)), (OurMistake("bad"), wanted(failures=7, stored=True))],
)
def test_a_stored_report_stays_whatever_the_second_fetch_finds(error: BungieError, before: Wanted) -> None:
    told = fate(error, before, NOW, outage=False)
    assert (told.state, told.ask_at) == (MatchState.DONE, None)
    assert fate(error, wanted(stored=True), NOW, outage=False).state is MatchState.DONE


errors = st.sampled_from(
    [MISSING, NotYet("x", code=12), Throttled("x"), Unavailable("x"), OurMistake("x"), NotThere("x")]
)


@given(st.lists(st.tuples(errors, st.booleans()), max_size=60), st.integers(0, 200_000), st.booleans())
def test_every_report_is_asked_for_later_or_settled(
    answers: list[tuple[BungieError, bool]], age: int, stored: bool
) -> None:
    found, now = Wanted(NOW - timedelta(seconds=age), stored=stored), NOW
    for error, outage in answers:
        told = fate(error, found, now, outage=outage)
        assert found.missing <= told.missing <= 4
        assert found.failures <= told.failures <= MOST_FAILURES
        assert told.state in (
            (MatchState.DONE,) if stored else (MatchState.WAITING, MatchState.GONE, MatchState.FAILED)
        )
        if told.ask_at is None:
            assert told.missing == 4 or told.failures == MOST_FAILURES
            return
        assert told.ask_at > now
        found, now = Wanted(found.ends_at, told.missing, told.failures, stored), told.ask_at


def test_a_report_that_never_comes_costs_few_requests() -> None:
    now, found, asked = NOW, Wanted(NOW), 0
    while (told := fate(MISSING, found, now, outage=False)).ask_at is not None:
        now, found, asked = told.ask_at, Wanted(found.ends_at, told.missing, told.failures), asked + 1
    assert 40 < asked < 70
    assert now - NOW < 10 * DAY
