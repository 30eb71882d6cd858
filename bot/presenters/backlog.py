"""How far the past is read, and how soon what is new shows: sentences of /status and of the shell."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.queue import MatchLag, Progress
from bot.presenters.text import number, plural, span


def percent(done: int, total: int) -> str:
    """ "61 %"; 100 % only when all is done."""
    return f"{min(99, 100 * done // total) if done < total else 100} %"


def time_left(waiting: int, per_second: float) -> timedelta | None:
    """For so many reports at that rate; None at a standstill."""
    return timedelta(seconds=waiting / per_second) if per_second > 0 else None


def backfill_sentence(progress: Progress, per_second: float) -> str | None:
    """What is left of the past; None when nothing is. The total is not known before all histories are walked."""
    done = progress.stored + progress.lacking
    if progress.walked < progress.characters:
        walked = f"{number(progress.walked)} of {number(progress.characters)} characters"
        reports = f", {percent(done, progress.known)} of {number(progress.known)} reports so far" if done else ""
        return f"Reading match history: {walked}{reports}."
    if not progress.waiting:
        return None
    left = time_left(progress.waiting, per_second)
    when = f"about {span(left)} left" if left else "at a standstill now"
    return f"Reading match history: {percent(done, progress.known)} of {number(progress.known)} reports; {when}."


def lag_sentence(lag: MatchLag) -> str:
    """ "Matches show within 7 min of their end (95 % of 120 in 24 h)."; "" before the first."""
    if lag.seconds is None:
        return ""
    within = span(timedelta(seconds=lag.seconds))
    return f"Matches show within {within} of their end (95 % of {number(lag.matches)} in 24 h)."


def walked_sentence(walked: int, new: int, waiting: int) -> str:
    """ "12 histories walked, 31 new matches; 4 reports wait."."""
    waits = f"; {plural(waiting, 'report waits', 'reports wait')}" if waiting else ""
    return f"{plural(walked, 'history', 'histories')} walked, {plural(new, 'new match', 'new matches')}{waits}."
