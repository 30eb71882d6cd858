"""One page after another of a history: what is new on it, whether it is the last, which reports are wanted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.history import BackfillStep, Step
from bot.domain.match import HistoryPage, HistoryRow, MatchDetails, MatchState
from bot.domain.mode import SOCIAL, Mode, mode_bits

LIVE_COUNT = 50
BACKFILL_COUNT = 250
MOST_PAGES = 400
"""Of one live walk: 20,000 matches. What goes on beyond that has no end, and the walk has failed."""
RECENT = timedelta(days=30)
_NEWCOMER = timedelta(days=7)
_LONGEST = timedelta(days=31)


def step(page: HistoryPage, floor: datetime, seen: Collection[int] = ()) -> Step:
    """A page of a live walk. `seen`: instances of its earlier pages; matches that end meanwhile push rows on.

    The walk ends done on an empty page, or when the page's last entry began before `floor`: newest first is the rule,
    and one old entry at another place must not end it.
    """
    fresh: dict[int, HistoryRow] = {}
    for row in page.rows:
        if row.details.instance_id not in seen:
            fresh.setdefault(row.details.instance_id, row)
    return Step(tuple(fresh.values()), ended=_is_empty(page) or _reaches(page, floor))


def backfill_step(page: HistoryPage, floor: datetime | None) -> BackfillStep:
    """A page of a backfill; `floor` None: to the very end. Complete is only what an empty page has ended."""
    if _is_empty(page):
        return BackfillStep.COMPLETE
    return BackfillStep.PAUSED if floor is not None and _reaches(page, floor) else BackfillStep.GO_ON


def backfill_floor(joined_at: datetime, now: datetime, *, recent_done: bool) -> datetime | None:
    """How far back to go for now: 30 days first for everyone, and for who joined less than 7 days ago no further."""
    newcomer = now - joined_at < _NEWCOMER
    return now - RECENT if newcomer or not recent_done else None


def wanted_state(details: MatchDetails, modes: Collection[Mode]) -> MatchState:
    """Whether a match's report is to be fetched: never of social spaces, else if one of matches.modes' words fits."""
    if details.mode == SOCIAL or SOCIAL in details.modes:
        return MatchState.SKIPPED
    bits = mode_bits(details.modes)
    return MatchState.WAITING if any(bits & mode.bit for mode in modes) else MatchState.SKIPPED


def ends_at(period: datetime, duration_seconds: int) -> datetime:
    return period + min(timedelta(seconds=max(duration_seconds, 0)), _LONGEST)


def _is_empty(page: HistoryPage) -> bool:
    return not page.rows and not page.unreadable


def _reaches(page: HistoryPage, floor: datetime) -> bool:
    return bool(page.rows) and page.rows[-1].details.period < floor
