"""Jobs of the queue, and what a worker has to know of the match behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.match import MatchDetails, MatchState


class JobKind(StrEnum):
    """PgQueuer's entry points. report: found by a live pass. report_backfill: by backfill. walk: pages of a history."""

    REPORT = "report"
    BACKFILL = "report_backfill"
    WALK = "walk"


REPORTS = frozenset({JobKind.REPORT, JobKind.BACKFILL})
OF_THE_PAST = frozenset({JobKind.BACKFILL, JobKind.WALK})


@dataclass(frozen=True, slots=True)
class NewJob:
    """`about`: (instance_id,) of a report; (membership_id, character_id) of a walk, and how far back it is to go.

    Only one job of the same report or character may be active. The higher `priority`, the earlier; `delay` counts from
    now.
    """

    kind: JobKind
    about: tuple[int, ...]
    priority: int
    delay: timedelta = timedelta(0)

    @property
    def key(self) -> str:
        """PgQueuer's dedupe_key: "report:12345" of either kind, "walk:46116:23058"."""
        if self.kind is JobKind.WALK:
            return f"walk:{self.about[0]}:{self.about[1]}"
        return f"report:{self.about[0]}"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that this process has taken. `about` is () when the payload makes no sense."""

    id: int
    kind: JobKind
    about: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MatchTask:
    """A match whose report is to be fetched, as its row stands. `held`: the raw report is kept."""

    instance_id: int
    state: MatchState
    ends_at: datetime
    fetched_at: datetime | None
    final: bool
    held: bool
    missing: int
    failures: int


@dataclass(frozen=True, slots=True)
class Unqueued:
    """A match whose report needs a job. `again_at`: it is stored, and fetched once more then."""

    details: MatchDetails
    ends_at: datetime
    again_at: datetime | None
    found_by: str


@dataclass(frozen=True, slots=True)
class QueuedReport:
    """A report that can't be had, as `queue` lists it."""

    instance_id: int
    period: datetime
    asked_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Reports that are not stored: `due` may be fetched now, `later` not yet, `running` are in some worker's hands."""

    due: int
    later: int
    running: int
    failed: int
    gone: int

    @property
    def waiting(self) -> int:
        return self.due + self.later


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the past is read: characters whose history is walked, and reports that their histories list.

    `lacking`: reports that Bungie.net does not have, or that can't be read.
    """

    characters: int
    walked: int
    stored: int
    waiting: int
    lacking: int

    @property
    def known(self) -> int:
        return self.stored + self.waiting + self.lacking


@dataclass(frozen=True, slots=True)
class MatchLag:
    """Within how many seconds of their end 95 % of so many matches were stored; None before the first."""

    matches: int
    seconds: int | None
