"""Who is read in this pass, how much of them is asked for, and in which order (promises, "Roster")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.reading import Reading, Subject
from bot.ingest.collections.due import COLLECTIBLES, wanted_with_profile
from bot.ingest.roster.presence import FRESH, plays_by_profile

BASIC = frozenset({100, 200, 204, 1000})
RECORDS = 900
_WEEK = timedelta(days=7)
_ACTIVE_EVERY = timedelta(minutes=30)
_IDLE_EVERY = timedelta(hours=6)
_IDLE_AT_LEAST = timedelta(hours=1)  # whose turn comes sooner after a read waits for the next one, 6 hours at most
_RETRY_FIRST = timedelta(minutes=5)
_RETRY_AT_MOST = timedelta(minutes=30)
_FIRST_RETRIES = 2
_RECORDS_EACH = 5
_SCATTER = 2654435761  # Knuth's multiplicative hash: neighbouring ids come to lie far apart
_ROTATION = 25
"""While isOnline can't be believed, a pass reads one in so many of those who do not seem to play: all within about
75 minutes at the default interval, and a clan of 100 stays under 300 requests an hour."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a profile."""

    subject: Subject
    components: frozenset[int]


def plan_visits(
    subjects: Iterable[Subject],
    now: datetime,
    *,
    rotating: frozenset[int] = frozenset(),
    readable: bool = True,
    collecting: bool = False,
) -> list[Visit]:
    """All requests of this pass: those who seem to be online first, then those never seen, then the most overdue.

    `rotating`: the clans whose isOnline is not believed at present. `readable`: the manifest is there, so that records
    can be told apart; until then nobody is asked for them. `collecting`: it lists exotics, so that collections can be.
    """
    known = list(subjects)
    told = [s for s in known if not s.group_ids <= rotating]
    turned = [s for s in known if s.group_ids <= rotating]
    due = [s for s in told if is_due(s, now, readable=readable)] + _in_turn(turned, now, readable=readable)
    due.sort(key=lambda s: _order(s, now))
    return [Visit(s, _components(s, now, readable=readable, collecting=collecting)) for s in due]


def _components(subject: Subject, now: datetime, *, readable: bool, collecting: bool) -> frozenset[int]:
    asked = components(subject, now) if readable else BASIC
    return asked | {COLLECTIBLES} if collecting and wanted_with_profile(subject, now) else asked


def is_due(subject: Subject, now: datetime, *, readable: bool = True) -> bool:
    """Online, lately so, moved, half-known, or not read for 30 minutes (played this week) or 6 hours (anyone)."""
    reading = subject.reading
    if _in_back_off(reading, now):
        return False
    return subject.is_online or _lively(reading, now) or _half_known(reading, readable) or _turn_came(subject, now)


def components(subject: Subject, now: datetime) -> frozenset[int]:
    """The small components always; records at first sight, every fifth read while playing, once after the end, and
    with every read while it is unclear whether they are private."""
    reading = subject.reading
    wanted = (
        reading.records_read_at is None
        or reading.hidden_reads > 0
        or (reading.records_due_at is not None and now >= reading.records_due_at)
        or (reading.playing and reading.reads_since_records >= _RECORDS_EACH - 1)
    )
    return BASIC | {RECORDS} if wanted else BASIC


def _lively(reading: Reading, now: datetime) -> bool:
    lately = reading.online_at is not None and now - reading.online_at < FRESH
    return lately or reading.moved or plays_by_profile(reading, now)


def _half_known(reading: Reading, readable: bool) -> bool:
    """Perhaps private (said only after two reads in a row), or read before the manifest was there."""
    return reading.hidden_reads == 1 or (readable and reading.records_read_at is None and not reading.hidden_reads)


def _is_new(reading: Reading, readable: bool) -> bool:
    """Waits for the first sight of its profile, or of its records."""
    return reading.read_at is None or _half_known(reading, readable)


def _overdue(reading: Reading, now: datetime) -> float:
    """Time since the last read in units of the member's own rhythm; infinite before the first, or after a failure."""
    if reading.read_at is None or reading.failures:
        return float("inf")
    waited: float = (now - reading.read_at) / _rhythm(reading, now)
    return waited


def _turn_came(subject: Subject, now: datetime) -> bool:
    """Whether the member's rhythm says so. The idle have a fixed turn in every 6 hours, each at another time: a clan
    that was first read in one go would else be read in one go for ever."""
    reading = subject.reading
    overdue = _overdue(reading, now)
    if reading.read_at is None or overdue >= 1 or _rhythm(reading, now) is _ACTIVE_EVERY:
        return overdue >= 1
    fresh = now - reading.read_at < _IDLE_AT_LEAST
    return not fresh and _turn(subject.membership_id, now) > _turn(subject.membership_id, reading.read_at)


def _turn(membership_id: int, moment: datetime) -> int:
    every = int(_IDLE_EVERY.total_seconds())
    return (int(moment.timestamp()) + membership_id * _SCATTER % every) // every


def _rhythm(reading: Reading, now: datetime) -> timedelta:
    played = reading.portrait.last_played_at
    return _ACTIVE_EVERY if played is not None and now - played <= _WEEK else _IDLE_EVERY


def _in_back_off(reading: Reading, now: datetime) -> bool:
    """A failed read is tried again in the next pass; from the third failure on after 5, 10, 20, then 30 minutes."""
    beyond = reading.failures - _FIRST_RETRIES
    if beyond <= 0 or reading.tried_at is None:
        return False
    return now - reading.tried_at < min(_RETRY_FIRST * int(2 ** min(beyond - 1, 8)), _RETRY_AT_MOST)


def _in_turn(subjects: list[Subject], now: datetime, *, readable: bool) -> list[Subject]:
    """Who plays by their own profile, who isn't known yet, and a share of the others, the most overdue first."""
    able = [s for s in subjects if not _in_back_off(s.reading, now)]
    always = {s.membership_id: s for s in able if _is_new(s.reading, readable) or _lively(s.reading, now)}
    rest = sorted((s for s in able if s.membership_id not in always), key=lambda s: -_overdue(s.reading, now))
    return [*always.values(), *rest[: -(-len(subjects) // _ROTATION)]]


def _order(subject: Subject, now: datetime) -> tuple[bool, float, int]:
    online = subject.is_online or plays_by_profile(subject.reading, now)
    return not online, -_overdue(subject.reading, now), subject.membership_id
