"""When a report is asked for, and what an error means for it (promises.md, "Matches")."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.history import Fate, Wanted
from bot.domain.match import MatchState
from bot.errors import BungieError, KeyRefused, NotThere, NotYet, Throttled, Unavailable

MOST_FAILURES = 8
_FRESH = timedelta(hours=24)
_MISSING = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
_FAILED = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
    *(timedelta(hours=hours) for hours in (1, 4, 12, 24)),
)
_CLOSED_FOR = timedelta(minutes=30)
_OUTAGE = timedelta(minutes=1)  # while the breaker is open no job is taken, so this need not grow
_SOONEST, _LATEST = timedelta(minutes=1), timedelta(minutes=30)
_UNSETTLED = timedelta(hours=1)


def first_ask(ends_at: datetime, now: datetime, settle_seconds: int) -> datetime:
    """When a report that was just found is fetched: matches.settle_seconds after its match ended, or at once."""
    return max(now, ends_at + timedelta(seconds=settle_seconds))


def second_ask(ends_at: datetime, fetched_at: datetime) -> datetime | None:
    """When a report is fetched once more, as entries may still be added: an hour after the end; None: it is final."""
    return None if is_final(ends_at, fetched_at) else ends_at + _UNSETTLED


def is_final(ends_at: datetime, fetched_at: datetime) -> bool:
    return fetched_at - ends_at >= _UNSETTLED


def fate(error: BungieError, wanted: Wanted, now: datetime, *, outage: bool) -> Fate:
    """What becomes of a report that did not come.

    `outage`: the breaker of reports is open after this error: then the trouble is Bungie.net's, not this report's, and
    nothing is counted. Other failures count, whatever their kind: a report that alone answers HTML for ever must not
    be asked for for ever.
    """
    match error:
        case Throttled():
            return _later(wanted, now + timedelta(seconds=error.seconds))
        case NotYet(code=12):  # InsufficientPrivileges: contest-mode raids, until the world's first
            return _later(wanted, now + _CLOSED_FOR)
        case NotYet() | NotThere():
            return _missing(wanted, now)
        case KeyRefused() | Unavailable(code=5):  # SystemDisabled: everyone's, breaker or not
            return _later(wanted, now + _OUTAGE)
        case Unavailable() if outage:
            return _later(wanted, now + _OUTAGE)
    return _failed(wanted, now)


def _later(wanted: Wanted, at: datetime) -> Fate:
    return Fate(_held(wanted), wanted.missing, wanted.failures, at)


def _missing(wanted: Wanted, now: datetime) -> Fate:
    """Not yet, for a day; then asked for three times more, and gone."""
    age = now - wanted.ends_at
    if age < _FRESH:
        return _later(wanted, now + _not_yet(age))
    missing = wanted.missing + 1
    if missing <= len(_MISSING):
        return Fate(_held(wanted), missing, wanted.failures, now + _MISSING[missing - 1])
    return Fate(_given_up(wanted, MatchState.GONE), missing, wanted.failures)


def _not_yet(age: timedelta) -> timedelta:
    """A third of the match's age: after 5 min in about 2, after 10 in 3, from 90 on every 30."""
    return min(max(age / 3, _SOONEST), _LATEST)


def _failed(wanted: Wanted, now: datetime) -> Fate:
    failures = wanted.failures + 1
    if failures < MOST_FAILURES:
        return Fate(_held(wanted), wanted.missing, failures, now + _FAILED[failures - 1])
    return Fate(_given_up(wanted, MatchState.FAILED), wanted.missing, failures)


def _held(wanted: Wanted) -> MatchState:
    return MatchState.DONE if wanted.stored else MatchState.WAITING


def _given_up(wanted: Wanted, state: MatchState) -> MatchState:
    """A report that is stored stays: what was fetched first is all that there is."""
    return MatchState.DONE if wanted.stored else state
