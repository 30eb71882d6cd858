"""Which characters' histories are walked in this pass, and how far back (promises.md, "Matches")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.history import Walk, WalkSubject

OVERLAP = timedelta(hours=72)
"""History lists some matches late: every walk reads this far before the start of the last one that ended done."""
WEEKLY_BACK = timedelta(days=30)
_WEEK = timedelta(days=7)
_MOVED = timedelta(hours=1)
_PRIVATE_EVERY = timedelta(days=1)
_RETRY_FIRST = timedelta(minutes=5)
_RETRY_AT_MOST = timedelta(minutes=30)
_FIRST_RETRIES = 2


def plan_walks(subjects: Iterable[WalkSubject], now: datetime) -> list[Walk]:
    """The live walks of this pass, those who played last first."""
    due = [walk for subject in subjects if (walk := walk_of(subject, now)) is not None]
    due.sort(
        key=lambda walk: (
            walk.weekly and walk.subject.walked_at is not None,
            -_played(walk.subject),
            walk.subject.character_id,
        )
    )
    return due


def walk_of(subject: WalkSubject, now: datetime) -> Walk | None:
    """The walk that is due for a character; None: not now. Who has left and what is deleted plays no more here."""
    if subject.joined_at is None or subject.deleted or _waits(subject, now):
        return None
    if subject.walked_at is None:
        return Walk(subject, now - OVERLAP, weekly=True)  # what is older is backfill's
    floor = min(subject.walked_at, now) - OVERLAP
    if _weekly(subject, now):
        return Walk(subject, min(floor, now - WEEKLY_BACK), weekly=True)
    live = subject.private_since is not None or _moved(subject, subject.walked_at, now)
    return Walk(subject, floor, weekly=False) if live else None


def _moved(subject: WalkSubject, walked_at: datetime, now: datetime) -> bool:
    """Played since the start of the last done walk, or seen to have played within the hour: history lags behind."""
    played = subject.last_played_at is not None and subject.last_played_at > walked_at
    return played or (subject.moved_at is not None and now - subject.moved_at <= _MOVED)


def _weekly(subject: WalkSubject, now: datetime) -> bool:
    """Once a week for everyone who may have played in the span that it reads: an unreadable profile says nothing."""
    played = subject.last_played_at
    if played is not None and now - played > WEEKLY_BACK:
        return False
    return subject.weekly_at is None or now - subject.weekly_at >= _WEEK


def _waits(subject: WalkSubject, now: datetime) -> bool:
    """Private histories are asked for once a day; failed walks in the next two passes, then after 5, 10, 20, 30 min."""
    if subject.tried_at is None or subject.tried_at > now:
        return False
    if subject.private_since is not None:
        return now - subject.tried_at < _PRIVATE_EVERY
    beyond = subject.failures - _FIRST_RETRIES
    if beyond <= 0:
        return False
    return now - subject.tried_at < min(_RETRY_FIRST * int(2 ** min(beyond - 1, 8)), _RETRY_AT_MOST)


def _played(subject: WalkSubject) -> float:
    return subject.last_played_at.timestamp() if subject.last_played_at else 0.0


def private_since(hidden_walks: int, since: datetime | None, now: datetime) -> datetime | None:
    """From when on a history counts as private: said only after two walks in a row answered 1665."""
    return (since or now) if hidden_walks >= 2 else None
