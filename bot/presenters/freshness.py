"""How old what is shown is, and why, in a sentence: the same on every page and under every answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.status import BungieStatus, LoopStatus
from bot.presenters.text import date_text, span, stamp

LATE_INTERVALS = 3
NOT_READ_YET = "Nothing has been read from Bungie.net yet; the first reading is on its way."


def is_late(as_of: datetime | None, interval_seconds: int, now: datetime) -> bool:
    """Whether the data missed three readings in a row, or was never read."""
    return as_of is None or now - as_of > timedelta(seconds=interval_seconds * LATE_INTERVALS)


def loop_is_late(loop: LoopStatus, now: datetime) -> bool:
    """Whether a loop missed three good runs in a row, or never had one."""
    return is_late(loop.good_at, loop.interval_seconds, now)


def roster_as_of(members_at: datetime | None, profiles: LoopStatus | None, now: datetime) -> datetime | None:
    """How old a roster is: as its member list, or as its profiles when their loop is late."""
    good = profiles.good_at if profiles else None
    if profiles is None or good is None or members_at is None or not is_late(good, profiles.interval_seconds, now):
        return members_at
    return min(members_at, good)


def why_stale(as_of: datetime | None, interval_seconds: int, bungie: BungieStatus, now: datetime) -> str | None:
    """The sentence beside old data: its age, the cause and what comes next. None while it is on time.

    Data counts as old from three intervals on, and whenever Bungie.net is down.
    """
    down = bungie.state == "down"
    if as_of is None:
        return f"{NOT_READ_YET} {_cause(bungie, now)}".strip() if down else NOT_READ_YET
    if not down and not is_late(as_of, interval_seconds, now):
        return None
    cause = _cause(bungie, now) or "No reading has succeeded since."
    return f"What you see is {span(now - as_of)} old. {cause} Nothing is lost; the next look comes by itself."


def _cause(bungie: BungieStatus, now: datetime) -> str:
    if bungie.state == "up":
        return ""
    since = f" since {clock_text(bungie.since, now)}" if bungie.since else ""
    words = "is down" if bungie.state == "down" else "asks everyone to slow down"
    return bungie.sentence or f"Bungie.net {words}{since}."


def clock_text(when: datetime, now: datetime) -> str:
    """ "13:10 UTC", with the date in front when that was on another day."""
    time = f"{when:%H:%M} UTC"
    return time if when.date() == now.date() else f"{date_text(when)} {time}"


def chart_age(as_of: datetime | None) -> str:
    """What a chart's foot says of its age."""
    return f"as of {as_of.day} {as_of:%b %Y, %H:%M} UTC" if as_of else "not read to the end yet"


def last_line(
    what: str, as_of: datetime | None, interval_seconds: int, bungie: BungieStatus, now: datetime, *rest: str
) -> str:
    """The small last line of every answer in Discord: `-# Roster <t:…:R> · 62 members · host/roster`.

    Begins with ⚠, the age and the cause when the data is old.
    """
    return "-# " + " · ".join([_age(what, as_of, interval_seconds, bungie, now), *filter(None, rest)])


def _age(what: str, as_of: datetime | None, interval_seconds: int, bungie: BungieStatus, now: datetime) -> str:
    if as_of is None:
        return f"⚠ {what} not read yet" + (f": {_discord_cause(bungie)}" if bungie.state == "down" else "")
    if bungie.state == "down":
        return f"⚠ {span(now - as_of)} old: {_discord_cause(bungie)}"
    if is_late(as_of, interval_seconds, now):
        return f"⚠ {what} {span(now - as_of)} old: no reading has succeeded since {stamp(as_of, 't')}"
    return f"{what} {stamp(as_of)}"


def _discord_cause(bungie: BungieStatus) -> str:
    return "Bungie.net is down" + (f" since {stamp(bungie.since, 't')}" if bungie.since else "")
