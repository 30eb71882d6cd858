"""How a span is put together: sums of whole days, dekads, months and years, and matches where it cuts through a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.weapon import WeaponSpan

Moments = tuple[tuple[datetime, datetime], ...]
Sums = tuple[tuple[int, date, date], ...]
DAY, MONTH, TOTAL, DEKAD, YEAR = range(5)
"""The levels of sums: what sum_start and sum_end of the database say of each."""
Longer = tuple[int, Callable[[date], date], int]
"""A level, the first day of the span of it that a day lies in, and how many days such a span has at most."""
EPOCH = date(1970, 1, 1)
"""The start of the rows of all time."""
_ALL_TIME: Sums = ((TOTAL, EPOCH, date.max),)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Ranges without their ends that together are one span, none of them twice.

    `facts` are of single matches, `sums` of rows of a level whose `start` lies in them. Open ends are the calendar's.
    """

    facts: Moments = ()
    sums: Sums = ()

    @property
    def total(self) -> bool:
        """Whether they are all time."""
        return self.sums == _ALL_TIME

    @property
    def levels(self) -> list[int]:
        """With `firsts` and `ends`: the ranges of sums, side by side, as unnest() takes them."""
        return [level for level, _, _ in self.sums]

    @property
    def firsts(self) -> list[date]:
        return [first for _, first, _ in self.sums]

    @property
    def ends(self) -> list[date]:
        return [end for _, _, end in self.sums]


def dekad_of(day: date) -> date:
    """The first day of its third of the month: 1, 11 or 21."""
    return day.replace(day=min(day.day - 1, 20) // 10 * 10 + 1)


def month_of(day: date) -> date:
    return day.replace(day=1)


def year_of(day: date) -> date:
    return day.replace(month=1, day=1)


_LONGER: tuple[Longer, ...] = ((DEKAD, dekad_of, 11), (MONTH, month_of, 31), (YEAR, year_of, 366))


def cut(span: WeaponSpan) -> Pieces:
    """As few rows as may be: single matches for less than a day at each end, then a few days, dekads and months, with
    years between them; or all time."""
    if span.since is None and span.until is None:
        return Pieces(sums=_ALL_TIME)
    if span.since and span.until and span.since >= span.until:
        return Pieces()
    first, last = _day_from(span.since), _day_until(span.until)
    if span.since and span.until and first > last:
        return Pieces(facts=((span.since, span.until),))
    facts = (*_edge(span.since, _midnight(first)), *_edge(_midnight(last), span.until))
    return Pieces(facts, _whole(first, last))


def _whole(first: date, last: date, level: int = DAY, longer: tuple[Longer, ...] = _LONGER) -> Sums:
    """`first` up to, but not including, `last`: of that level at both ends, of longer ones between them."""
    if longer:
        inner, end = _begins_from(first, longer[0]), _began_until(last, longer[0])
        if inner < end:
            between = _whole(inner, end, longer[0][0], longer[1:])
            return (*_range(level, first, inner), *between, *_range(level, end, last))
    return _range(level, first, last)


def _range(level: int, first: date, end: date) -> Sums:
    return ((level, first, end),) if first < end else ()


def _begins_from(day: date, longer: Longer) -> date:
    """The first day from this one on that such a span begins with."""
    _, start_of, most_days = longer
    start = start_of(day)
    if start == day:
        return day
    if date.max - start < timedelta(days=most_days):
        return date.max  # none begins after the calendar's last
    return start_of(start + timedelta(days=most_days))


def _began_until(day: date, longer: Longer) -> date:
    """The first day of the span that this one lies in; the calendar's end stays open."""
    return day if day == date.max else longer[1](day)


def _edge(since: datetime | None, until: datetime | None) -> Moments:
    return ((since, until),) if since and until and since < until else ()


def _midnight(day: date) -> datetime | None:
    return None if day in (date.min, date.max) else datetime.combine(day, time(), UTC)


def _day_from(since: datetime | None) -> date:
    """The first day that lies wholly behind `since`."""
    if since is None:
        return date.min
    day = since.date()
    return day if since.time() == time() else day + timedelta(days=1)


def _day_until(until: datetime | None) -> date:
    """The day that `until` lies in: the end of whole days."""
    return date.max if until is None else until.date()
