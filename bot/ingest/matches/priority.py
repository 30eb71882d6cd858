"""The order of the queue: higher numbers are taken first (promises.md, "Matches")."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.match import MatchDetails
from bot.domain.mode import Mode, mode_bits

LIVE = 100
ACCOUNT = 90
"""Account stats, which name deleted characters: one request, before the histories."""
RECENT_HISTORY = 85
ADOPTED = 80
"""Reports that are kept already, of someone who has become a member since: no request is spent on them."""
OLDER_HISTORY = 55
"""Before every older report: what there is to know is known early, so that progress is honest."""
HISTORY_AGAIN = 30
"""A whole history once more, when nothing else waits: it may have left matches out."""
_LAST_DAYS = timedelta(days=7)
_RECENT = timedelta(days=30)
_CRUCIBLE, _RAIDS, _REST = 3, 2, 1
_RECENT_REPORT, _OLDER_REPORT = 70, 40


def report_priority(details: MatchDetails, now: datetime, *, live: bool) -> int:
    """What is new first; then the last 30 days, of which the last 7 of Crucible; then everything older.

    Within each: Crucible, then raids and dungeons, then the rest. A live walk that goes further back than 30 days
    (someone returned after a year) finds nothing that is new.
    """
    age, kind = now - details.period, _kind(details.modes)
    if live and age <= _RECENT:
        return LIVE
    if age > _RECENT:
        return _OLDER_REPORT + kind
    return _RECENT_REPORT + kind + (kind == _CRUCIBLE and age <= _LAST_DAYS)


def history_priority(*, recent_done: bool) -> int:
    return OLDER_HISTORY if recent_done else RECENT_HISTORY


def _kind(modes: Collection[int]) -> int:
    bits = mode_bits(modes)
    if bits & Mode.CRUCIBLE.bit:
        return _CRUCIBLE
    return _RAIDS if bits & (Mode.RAID.bit | Mode.DUNGEON.bit) else _REST
