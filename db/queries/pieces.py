"""How a span is put together: sums of whole months and whole days, and single matches where it cuts through a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.weapon import WeaponSpan

Moments = tuple[tuple[datetime, datetime], ...]
Days = tuple[tuple[date, date], ...]
_DAY, _MONTH, _TOTAL = 0, 1, 2
EPOCH = date(1970, 1, 1)
"""The start of the rows of all time."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Ranges without their ends that together are one span, none of them twice.

    `facts` are of single matches, `days` and `months` of sums whose `start` lies in them. Open ends are the calendar's.
    """

    facts: Moments = ()
    days: Days = ()
    months: Days = ()
    total: bool = False

    @property
    def levels(self) -> list[int]:
        """With `firsts` and `ends`: the ranges of sums, side by side, as unnest() takes them."""
        return [_DAY] * len(self.days) + [_MONTH] * len(self.months) + [_TOTAL] * self.total

    @property
    def firsts(self) -> list[date]:
        return [first for first, _ in self._ranges]

    @property
    def ends(self) -> list[date]:
        return [end for _, end in self._ranges]

    @property
    def _ranges(self) -> Days:
        return (*self.days, *self.months, *(((EPOCH, date.max),) if self.total else ()))


def cut(span: WeaponSpan) -> Pieces:
    """As few rows as may be: single matches for less than a day at each end, at most 30 days, months, or all time."""
    if span.since is None and span.until is None:
        return Pieces(total=True)
    if span.since and span.until and span.since >= span.until:
        return Pieces()
    first, last = _day_from(span.since), _day_until(span.until)
    if span.since and span.until and first > last:
        return Pieces(facts=((span.since, span.until),))
    facts = (*_edge(span.since, _midnight(first)), *_edge(_midnight(last), span.until))
    return _whole(first, last, facts)


def _whole(first: date, last: date, facts: Moments) -> Pieces:
    """`first` up to, but not including, `last`."""
    month, end = _month_from(first), _month_until(last)
    if month >= end:
        return Pieces(facts, days=_range(first, last))
    return Pieces(facts, days=(*_range(first, month), *_range(end, last)), months=((month, end),))


def _edge(since: datetime | None, until: datetime | None) -> Moments:
    return ((since, until),) if since and until and since < until else ()


def _range(first: date, end: date) -> Days:
    return ((first, end),) if first < end else ()


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


def _month_from(first: date) -> date:
    if first == date.min or first.day == 1:
        return first
    if (first.year, first.month) == (date.max.year, date.max.month):
        return date.max  # no month begins after the calendar's last
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1)


def _month_until(end: date) -> date:
    return end if end == date.max else end.replace(day=1)
