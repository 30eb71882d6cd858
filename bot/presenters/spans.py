"""Which matches a question is about, and how that is said: "last 30 days", "season 23", "3 May – 9 May 2026"."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.weapon import Season, WeaponSpan
from bot.presenters.text import date_text, plural
from bot.presenters.text import span as length_text

ALL_TIME = WeaponSpan(None, None, "all time")
_BEGINNING = datetime.min.replace(tzinfo=UTC)
MOST_DAYS = 36_500
"""More than Destiny 2 has seen; `days` beyond it would leave the calendar."""


def span_of(
    now: datetime,
    *,
    days: int | None = None,
    since: date | None = None,
    until: date | None = None,
    season: Season | None = None,
) -> WeaponSpan:
    """The span of contract.md section 4; all time where nothing is given.

    `days`: not older than so many times 24 hours before `now`, 0 for all time. `since`, `until`: UTC days, both
    inclusive. `season`: from its start to the next one's. Only one of the three ways, and `since` not after `until`:
    ValueError.
    """
    ways = [days is not None, since is not None or until is not None, season is not None]
    if sum(ways) > 1:
        raise ValueError("days, since and until, and season exclude each other")
    if days is not None:
        return last_days(days, now)
    if season is not None:
        return WeaponSpan(season.starts_at, season.ends_at, f"season {season.number}")
    return day_span(since, until)


def last_days(days: int, now: datetime) -> WeaponSpan:
    """The last so many times 24 hours; 0 for all time. Raises ValueError outside of 0 to MOST_DAYS."""
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"days must be between 0 and {MOST_DAYS}")
    if days == 0:
        return ALL_TIME
    label = "last 24 hours" if days == 1 else f"last {plural(days, 'day')}"
    return WeaponSpan(now - timedelta(days=days), None, label)


def day_span(since: date | None, until: date | None) -> WeaponSpan:
    """Whole UTC days, both inclusive; None is open. Raises ValueError where `since` lies after `until`."""
    if since and until and since > until:
        raise ValueError("since lies after until")
    return WeaponSpan(_midnight(since), _midnight(_next(until)), _label(since, until))


def _next(day: date | None) -> date | None:
    """The day after; None for the calendar's last, behind which nothing can lie."""
    return day + timedelta(days=1) if day and day < date.max else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _label(since: date | None, until: date | None) -> str:
    if since and until:
        return date_text(until) if since == until else f"{_first(since, until)} – {date_text(until)}"
    if since:
        return f"since {date_text(since)}"
    return f"until {date_text(until)}" if until else ALL_TIME.label


def _first(since: date, until: date) -> str:
    return date_text(since) if since.year != until.year else f"{since.day} {since:%B}"


def before(span: WeaponSpan, now: datetime) -> WeaponSpan | None:
    """The equally long span that ends where this one begins; None where it has no beginning, or lies ahead, or
    where that would lie before the calendar's first day.

    A span that goes on is as long as what has passed of it.
    """
    if span.since is None:
        return None
    length = min(span.until or now, now) - span.since
    if not timedelta(0) < length < span.since - _BEGINNING:
        return None
    return WeaponSpan(span.since - length, span.since, f"the {_length(length)} before")


def _length(length: timedelta) -> str:
    return "24 hours" if length == timedelta(days=1) else length_text(length)
