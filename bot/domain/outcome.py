"""How one run of a loop ended, and what a loop is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """done: all that was due is stored. partial: some of it failed and stays due. failed: an exception.

    not_accepted: an answer was not trusted, nothing changed.
    skipped: nothing could be asked (a breaker is open). idle: there is nothing to ask about.
    """

    DONE = "done"
    PARTIAL = "partial"
    NOT_ACCEPTED = "not_accepted"
    SKIPPED = "skipped"
    IDLE = "idle"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sentence` is shown on /status; `counts` are figures of the run ({"read": 12, "events": 1}).

    `wake` names loops that should run at once because of what this run found (a first roster after a baseline).
    `found`: instances of matches that this run heard of first.
    """

    verdict: Verdict
    sentence: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    wake: tuple[str, ...] = ()
    found: frozenset[int] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether the run did all that was asked of it."""
        return self.verdict in (Verdict.DONE, Verdict.IDLE)
