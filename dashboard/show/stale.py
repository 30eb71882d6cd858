"""The banner over old data: how old, why, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.weapon import Coverage
from bot.presenters.freshness import is_late, loop_is_late, why_stale
from bot.presenters.text import span
from dashboard.frame import Frame

FIRST_MATCHES = "Matches are being read for the first time. Numbers grow until that is through."


@dataclass(frozen=True, slots=True)
class Banner:
    """`fact` is set in bold. kind: stale or danger."""

    fact: str
    rest: str
    kind: str = "stale"


def reason(frame: Frame, as_of: datetime | None) -> str | None:
    """The sentence of `stale` in the API, None while the data is on time.

    `as_of` is the last accepted poll of the members; what is known of each of them may be older than that, and then
    it is the profiles' age that says how far the page can be trusted.
    """
    interval, profiles = frame.interval("membership"), _old_profiles(frame)
    if profiles and not is_late(as_of, interval, frame.now):
        return profiles
    return why_stale(as_of, interval, frame.bungie, frame.now) or profiles


def matches_reason(frame: Frame, coverage: Coverage) -> str | None:
    """The same for what is known of matches: reports come in while the first pass over histories still goes on."""
    if coverage.as_of is None and coverage.stored and frame.bungie.state != "down":
        return FIRST_MATCHES
    return why_stale(coverage.as_of, frame.interval("matches"), frame.bungie, frame.now)


def collections_reason(frame: Frame, as_of: datetime | None) -> str | None:
    """The same for collections, catalysts and seals; `as_of` is the last pass of their loop that was done."""
    return why_stale(as_of, frame.interval("collections"), frame.bungie, frame.now)


def _old_profiles(frame: Frame) -> str | None:
    loop = frame.loop("roster")
    good = loop.good_at if loop else None
    if loop is None or good is None or not loop_is_late(loop, frame.now):
        return None
    cause = f" {loop.last_error.rstrip('.')}." if loop.last_error else ""
    return f"Profiles are {span(frame.now - good)} old.{cause} Who is a member is known up to now."


def banner(frame: Frame, as_of: datetime | None) -> Banner | None:
    """The same sentence for a page."""
    return told(reason(frame, as_of))


def matches_banner(frame: Frame, coverage: Coverage) -> Banner | None:
    return told(matches_reason(frame, coverage))


def collections_banner(frame: Frame, as_of: datetime | None) -> Banner | None:
    return told(collections_reason(frame, as_of))


def told(sentence: str | None) -> Banner | None:
    if sentence is None:
        return None
    fact, stop, rest = sentence.partition(". ")
    return Banner(fact + stop.strip(), rest)
