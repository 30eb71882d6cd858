"""Whose collections are read (promises, "Roster"): by the roster's fast reads, and by the collections loop."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.reading import Subject

COLLECTIBLES = 800
_EACH = 10
_WEEK = timedelta(days=7)
_HIDDEN_AGAIN = timedelta(days=1)
_RETRY_FIRST = timedelta(minutes=30)
_RETRY_AT_MOST = timedelta(hours=12)


def wanted_with_profile(subject: Subject, now: datetime) -> bool:
    """Of a profile that the roster reads anyway: at first sight, every tenth read while playing, once after the end,
    and again where the last answer bore none, until that is known to be no fault."""
    seen, reading = subject.collection, subject.reading
    return (
        seen.tried_at is None
        or seen.hidden_reads == 1
        or (reading.records_due_at is not None and now >= reading.records_due_at)
        or (reading.playing and seen.reads_since >= _EACH - 1)
    )


def is_due(subject: Subject, now: datetime) -> bool:
    """For the collections loop: whoever's dateLastPlayed moved since the last such read, and everyone weekly."""
    seen, played = subject.collection, subject.reading.portrait.last_played_at
    if seen.tried_at is None:
        return True
    if seen.failures:
        return now - seen.tried_at >= min(_RETRY_FIRST * int(2 ** min(seen.failures - 1, 8)), _RETRY_AT_MOST)
    if seen.private:
        return now - seen.tried_at >= _HIDDEN_AGAIN
    moved = played is not None and (seen.played_at is None or played > seen.played_at)
    return moved or seen.read_at is None or now - seen.read_at >= _WEEK
