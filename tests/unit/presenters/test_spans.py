from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.weapon import Season, WeaponSpan
from bot.presenters.spans import ALL_TIME, MOST_DAYS, before, span_of

NOW = datetime(2026, 5, 20, 15, 4, 5, 678901, UTC)
WISH = Season(23, "Season of the Wish", datetime(2023, 11, 28, 17, tzinfo=UTC), datetime(2024, 6, 4, 17, tzinfo=UTC))
LAST = Season(30, "The last", datetime(2026, 5, 9, 17, tzinfo=UTC), None)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def test_days_are_so_many_times_24_hours_to_the_microsecond() -> None:
    assert span_of(NOW, days=7) == WeaponSpan(NOW - timedelta(hours=168), None, "last 7 days")
    assert span_of(NOW, days=1) == WeaponSpan(NOW - timedelta(hours=24), None, "last 24 hours")


def test_no_days_and_nothing_at_all_are_all_time() -> None:
    assert span_of(NOW, days=0) == span_of(NOW) == ALL_TIME == WeaponSpan(None, None, "all time")


@pytest.mark.parametrize("days", [-1, MOST_DAYS + 1])
def test_days_that_lead_out_of_the_calendar_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="days must be between"):
        span_of(NOW, days=days)


@pytest.mark.parametrize(
    ("since", "until", "span"),
    [
        (
            date(2026, 5, 3),
            date(2026, 5, 9),
            WeaponSpan(midnight(2026, 5, 3), midnight(2026, 5, 10), "3 May – 9 May 2026"),
        ),
        (date(2026, 5, 9), date(2026, 5, 9), WeaponSpan(midnight(2026, 5, 9), midnight(2026, 5, 10), "9 May 2026")),
        (
            date(2025, 12, 30),
            date(2026, 1, 2),
            WeaponSpan(midnight(2025, 12, 30), midnight(2026, 1, 3), "30 December 2025 – 2 January 2026"),
        ),
        (date(2026, 5, 3), None, WeaponSpan(midnight(2026, 5, 3), None, "since 3 May 2026")),
        (None, date(2026, 5, 31), WeaponSpan(None, midnight(2026, 6, 1), "until 31 May 2026")),
        (None, date.max, WeaponSpan(None, None, "until 31 December 9999")),
    ],
)
def test_since_and_until_are_whole_days_both_inclusive(
    since: date | None, until: date | None, span: WeaponSpan
) -> None:
    assert span_of(NOW, since=since, until=until) == span


def test_a_season_goes_from_its_start_to_the_next_ones() -> None:
    assert span_of(NOW, season=WISH) == WeaponSpan(WISH.starts_at, WISH.ends_at, "season 23")
    assert span_of(NOW, season=LAST) == WeaponSpan(LAST.starts_at, None, "season 30")


@pytest.mark.parametrize(
    "given",
    [
        {"days": 7, "season": WISH},
        {"days": 0, "since": date(2026, 5, 1)},
        {"season": WISH, "until": date(2026, 5, 1)},
        {"since": date(2026, 5, 2), "until": date(2026, 5, 1)},
    ],
)
def test_spans_that_contradict_each_other_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"exclude|after"):
        span_of(NOW, **given)  # type: ignore[arg-type]


def test_the_span_before_is_as_long_and_ends_where_this_one_begins() -> None:
    since = NOW - timedelta(days=7)
    assert before(span_of(NOW, days=7), NOW) == WeaponSpan(since - timedelta(days=7), since, "the 7 days before")
    day = span_of(NOW, since=date(2026, 5, 9), until=date(2026, 5, 9))
    assert before(day, NOW) == WeaponSpan(midnight(2026, 5, 8), midnight(2026, 5, 9), "the 24 hours before")


def test_the_span_before_one_that_goes_on_is_as_long_as_what_has_passed() -> None:
    passed = NOW - LAST.starts_at
    found = before(span_of(NOW, season=LAST), NOW)
    assert found is not None
    assert (found.since, found.until) == (LAST.starts_at - passed, LAST.starts_at)
    ahead = before(span_of(NOW, since=date(2026, 5, 19), until=date(2026, 6, 30)), NOW)
    assert ahead is not None
    assert ahead.since == midnight(2026, 5, 19) - (NOW - midnight(2026, 5, 19))


def test_there_is_nothing_before_the_calendar() -> None:
    assert before(span_of(NOW, since=date.min), NOW) is None


def test_there_is_nothing_before_all_time_or_before_what_lies_ahead() -> None:
    assert before(ALL_TIME, NOW) is None
    assert before(span_of(NOW, until=date(2026, 5, 1)), NOW) is None
    assert before(span_of(NOW, since=date(2026, 6, 1)), NOW) is None
