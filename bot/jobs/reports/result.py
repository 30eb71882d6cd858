"""What becomes of a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.history import Fate
from bot.domain.match import FetchedReport
from bot.domain.queue import Job, MatchTask


@dataclass(frozen=True, slots=True)
class Result:
    """A report to store, or what is noted about one that did not come (and why), or neither.

    `delay`: the job is taken again after that long; None: it is done with.
    """

    job: Job
    match: MatchTask | None = None
    fetched: FetchedReport | None = None
    fate: Fate | None = None
    reason: str = ""
    delay: timedelta | None = None
