"""The banner over old data: how old, why, and what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.presenters.freshness import why_stale
from dashboard.frame import Frame


@dataclass(frozen=True, slots=True)
class Banner:
    """`fact` is set in bold. kind: stale or danger."""

    fact: str
    rest: str
    kind: str = "stale"


def reason(frame: Frame, as_of: datetime | None, loop: str = "membership") -> str | None:
    """The sentence of `stale` in the API, None while the data is on time."""
    return why_stale(as_of, frame.interval(loop), frame.bungie, frame.now)


def banner(frame: Frame, as_of: datetime | None, loop: str = "membership") -> Banner | None:
    """The same sentence for a page."""
    sentence = reason(frame, as_of, loop)
    if sentence is None:
        return None
    fact, stop, rest = sentence.partition(". ")
    return Banner(fact + stop.strip(), rest)
