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
    within = span(timedelta(minutes=-(-lag.seconds // 60)))  # a bound is rounded up
    return f"Matches show within {within} of their end (95 % of {number(lag.matches)} in 24 h)."


def walked_sentence(walked: int, new: int, waiting: int) -> str:
    """ "12 histories walked, 31 new matches; 4 reports wait."."""
    waits = f"; {plural(waiting, 'report waits', 'reports wait')}" if waiting else ""
    return f"{plural(walked, 'history', 'histories')} walked, {plural(new, 'new match', 'new matches')}{waits}."


def pace_words(waiting: int, per_second: float) -> str:
    """ "19.8 a second, about 2 h left"; "waiting" at a standstill."""
    left = time_left(waiting, per_second)
    return f"{per_second:.1f} a second, about {span(left)} left" if left else "waiting"


def ahead_sentence(progress: Progress, per_second: float, size: float) -> str:
    """What a backfill has before it: reports, hours at the configured rate, and bytes on the disk."""
    if not progress.waiting:
        return f"{plural(progress.characters, 'history', 'histories')} read; no report is missing."
    left = span(timedelta(seconds=progress.waiting / per_second))
    here = f" ({number(progress.stored)} are here already)" if progress.stored else ""
    return (
        f"{plural(progress.waiting, 'report')} to fetch{here}: about {left} at {per_second:g} a second, "
        f"and {size_words(size)} of disk."
    )


def size_words(size: float) -> str:
    """ "0.4 GB", "12 MB"; never below "1 MB"."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{max(1, round(size / 1e6))} MB"


def end_sentence(progress: Progress, unread: int) -> str:
    """What a backfill has come to, and what is left to be done by itself or by hand."""
    parts = [f"{plural(progress.stored, 'report')} stored."]
    if progress.waiting:
        waits = plural(progress.waiting, "report waits", "reports wait")
        parts.append(f"{waits}: asked for again by `run`, or the next `backfill`.")
    if progress.lacking:
        parts.append(f"{plural(progress.lacking, 'report')} can't be had from Bungie.net: see `queue`.")
    if unread or progress.walked < progress.characters:
        left = progress.characters - progress.walked
        parts.append(f"{plural(left, 'history', 'histories')} could not be read to the end: run this again.")
    return " ".join(parts)
