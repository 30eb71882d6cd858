"""Spans cut into pieces: whatever the span, they are all of it, none twice, and few."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.weapon import WeaponSpan
from bot.presenters.spans import day_span
from db.pool import Pool
from db.queries.pieces import DAY, DEKAD, EPOCH, MONTH, TOTAL, YEAR, Pieces, cut, dekad_of, month_of, year_of

ENDS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
STARTS = {DAY: lambda day: day, DEKAD: dekad_of, MONTH: month_of, YEAR: year_of}
MOST = {DAY: 19, DEKAD: 4, MONTH: 22, YEAR: 9999}
midnights = st.dates(date(1, 1, 2), date(9999, 12, 30)).map(lambda day: datetime.combine(day, time(), UTC))
near = st.dates(date(2017, 9, 1), date(2027, 3, 1)).map(lambda day: datetime.combine(day, time(), UTC))
moments = st.builds(datetime.__add__, midnights | near, st.timedeltas(timedelta(0), timedelta(hours=23)))


@st.composite
def spans(draw: st.DrawFn) -> WeaponSpan:
    """Open, or with ends in any order."""
    since, until = (draw(st.none() | near | midnights | moments) for _ in range(2))
    return WeaponSpan(since, until, "")


def midnight(day: date) -> datetime:
    """Of the calendar's last day, which stands for an open end: the last moment that there is."""
    return ENDS[1] if day == date.max else datetime.combine(day, time(), UTC)


def counted(level: int, first: date, end: date) -> int:
    """How many starts of a level lie in a range; of open ones those of Destiny's years."""
    first, end = max(first, date(2017, 1, 1)), min(end, date(2028, 1, 1))
    days = (first + timedelta(n) for n in range((end - first).days))
    return sum(STARTS[level](day) == day for day in days)


@given(spans())
@example(WeaponSpan(datetime(2022, 8, 20, tzinfo=UTC), None, ""))
@example(WeaponSpan(None, datetime(9999, 12, 30, tzinfo=UTC), ""))
@example(WeaponSpan(datetime(9999, 12, 30, tzinfo=UTC), None, ""))
@example(WeaponSpan(datetime(2023, 1, 2, tzinfo=UTC), datetime(2025, 12, 31, 23, tzinfo=UTC), ""))
def test_pieces_are_the_span_and_none_of_them_twice(span: WeaponSpan) -> None:
    pieces = cut(span)
    if pieces.total:
        assert (span.since, span.until, pieces) == (None, None, Pieces(sums=((TOTAL, EPOCH, date.max),)))
        return
    ranges = sorted([*pieces.facts, *((midnight(first), midnight(end)) for _, first, end in pieces.sums)])
    assert all(first < end for first, end in ranges)
    assert all(one[1] == other[0] for one, other in pairwise(ranges))
    since, until = span.since or ENDS[0], span.until or ENDS[1]
    assert [ranges[0][0], ranges[-1][1]] == [since, until] if since < until else not ranges


@given(spans())
def test_pieces_are_whole_and_few(span: WeaponSpan) -> None:
    pieces, rows = cut(span), Counter[int]()
    assert all(end - since < timedelta(days=1) for since, end in pieces.facts)
    for level, first, end in pieces.sums:
        if level != TOTAL:
            assert STARTS[level](first) == first
            assert end == date.max or STARTS[level](end) == end
            rows[level] += counted(level, first, end)
    assert len(pieces.facts) <= 2
    assert len(pieces.sums) <= 7
    assert all(rows[level] <= MOST[level] for level in rows), rows


@pytest.mark.parametrize(
    ("since", "until", "sums"),
    [
        (date(2026, 5, 1), date(2026, 5, 10), [(DEKAD, "2026-05-01", "2026-05-11")]),
        (date(2026, 5, 2), date(2026, 5, 20), [(DAY, "2026-05-02", "2026-05-11"), (DEKAD, "2026-05-11", "2026-05-21")]),
        (
            date(2024, 2, 10),
            date(2026, 2, 20),
            [
                (DAY, "2024-02-10", "2024-02-11"),
                (DEKAD, "2024-02-11", "2024-03-01"),
                (MONTH, "2024-03-01", "2025-01-01"),
                (YEAR, "2025-01-01", "2026-01-01"),
                (MONTH, "2026-01-01", "2026-02-01"),
                (DEKAD, "2026-02-01", "2026-02-21"),
            ],
        ),
        (
            date(2022, 8, 20),
            None,
            [
                (DAY, "2022-08-20", "2022-08-21"),
                (DEKAD, "2022-08-21", "2022-09-01"),
                (MONTH, "2022-09-01", "2023-01-01"),
                (YEAR, "2023-01-01", "9999-12-31"),
            ],
        ),
        (None, date(2025, 1, 3), [(YEAR, "0001-01-01", "2025-01-01"), (DAY, "2025-01-01", "2025-01-04")]),
    ],
)
def test_some_spans(since: date | None, until: date | None, sums: list[tuple[int, str, str]]) -> None:
    expected = [(level, date.fromisoformat(first), date.fromisoformat(end)) for level, first, end in sums]
    assert cut(day_span(since, until)) == Pieces(sums=tuple(expected))


@pytest.mark.parametrize("since", [date(9999, 12, 30), date.max])
def test_a_span_in_the_calendars_last_month_is_cut(since: date) -> None:
    last = date.max
    assert cut(day_span(since, None)) == Pieces(sums=((DAY, since, last),) if since < last else ())


async def test_the_database_cuts_in_the_same_places(pool: Pool) -> None:
    """Every day of leap and other years; ends are where the next begins."""
    rows = await pool.fetch(
        """select level, day::date, sum_start(level, day::date) as start,
          sum_end(level, sum_start(level, day::date)) as until
        from generate_series(date '2016-01-01', '2021-12-31', interval '1 day') day, unnest(array[0, 1, 3, 4]) level"""
    )
    assert len(rows) == 2192 * 4
    for level, day, start, until in rows:
        assert start == STARTS[level](day)
        assert STARTS[level](until) == until > day
        assert STARTS[level](until - timedelta(days=1)) == start
    total = await pool.fetch("select sum_start(2, '2026-05-05'), sum_end(2, '1970-01-01')")
    assert [tuple(row) for row in total] == [(EPOCH, date.max)]
