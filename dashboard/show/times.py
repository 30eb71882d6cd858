"""Times as pages say them: relative under a day, else a date; the exact time stands in the element's attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.presenters.text import number, span

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class When:
    """One time: its words, the machine-readable form, and the full time for whoever points at it."""

    text: str
    iso: str
    full: str


def ago(then: datetime, now: datetime) -> When:
    """ "just now", "14 min ago", "2 h ago", from a day on "3 May", in another year "3 May 2025"."""
    past = now - then
    if past < timedelta(minutes=1):
        return _when("just now", then)
    return _when(f"{span(past)} ago" if past < timedelta(days=1) else day(then, now), then)


def age(then: datetime, now: datetime) -> When:
    """How long ago, in its largest unit: "2 min", "5 h", "3 days"."""
    return _when(span(now - then), then)


def on_day(then: datetime, now: datetime) -> When:
    return _when(day(then, now), then)


def in_month(then: datetime) -> When:
    """ "2024-04": for columns of many dates."""
    return _when(f"{then:%Y-%m}", then)


def at_clock(then: datetime) -> When:
    """ "18:31": below a heading that names the day."""
    return _when(f"{then:%H:%M}", then)


def day(then: datetime, now: datetime) -> str:
    """ "3 May", with the year where it is another one."""
    text = f"{then.day} {_MONTHS[then.month - 1]}"
    return text if then.year == now.year else f"{text} {then.year}"


def heading(then: datetime, now: datetime) -> str:
    """ "Today", "Yesterday", else the date."""
    days = (now.date() - then.date()).days
    return {0: "Today", 1: "Yesterday"}.get(days) or day(then, now)


def full(then: datetime) -> str:
    return f"{then.day} {_MONTHS[then.month - 1]} {then.year}, {then:%H:%M} UTC"


def length(seconds: int) -> str:
    """ "9 min 20 s", "15 min", "1 h 12 min"."""
    minutes, rest = divmod(seconds, 60)
    if minutes < 1:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def lasted(seconds: int) -> str:
    """Hours of play: "0.4", "12", "1,204"."""
    hours = timedelta(seconds=seconds) / timedelta(hours=1)
    return f"{hours:.1f}" if hours < 10 else number(round(hours))


def _when(text: str, then: datetime) -> When:
    return When(text, then.isoformat(timespec="seconds").replace("+00:00", "Z"), full(then))
