from __future__ import annotations

from bot.domain.reading import OnlineCheck
from bot.ingest.roster.online_check import compare, distrusted
from tests.unit.roster.make import NOON, minutes, subject


def checks(agreed: int, contradicted: int, count: int = 20) -> list[OnlineCheck]:
    return [OnlineCheck(1, NOON - minutes(3 * n), agreed, contradicted) for n in range(count)]


LONG_AGO = NOON - minutes(90)


def test_only_readings_that_can_tell_are_counted_by_clan() -> None:
    read = [
        (subject(is_online=True), True),
        (subject(is_online=True), False),
        (subject(is_online=False), True),
        (subject(is_online=False), False),
        (subject(is_online=False, group=2), False),
        (subject(is_online=True, group=3), True),
    ]
    assert compare(read, NOON) == [OnlineCheck(1, NOON, 1, 2), OnlineCheck(3, NOON, 1, 0)]


def test_most_readings_of_an_hour_must_contradict() -> None:
    assert distrusted(checks(2, 3), LONG_AGO, NOON)
    assert not distrusted(checks(3, 3), LONG_AGO, NOON)
    assert not distrusted(checks(3, 2), LONG_AGO, NOON)


def test_nothing_is_said_before_an_hour_was_watched() -> None:
    assert not distrusted(checks(0, 5, count=19), NOON - minutes(54), NOON)
    assert not distrusted([], None, NOON)


def test_a_handful_of_readings_says_nothing() -> None:
    assert not distrusted(checks(0, 1, count=9), LONG_AGO, NOON)
    assert distrusted(checks(0, 1, count=10), LONG_AGO, NOON)


def test_what_is_older_than_an_hour_no_longer_counts() -> None:
    old = [OnlineCheck(1, NOON - minutes(61), 0, 500)]
    assert not distrusted(old + checks(2, 1), LONG_AGO, NOON)
