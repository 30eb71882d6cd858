"""Whose history is read, how far, and what becomes of a report that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.match import HistoryRow, MatchState


@dataclass(frozen=True, slots=True)
class WalkSubject:
    """A character whose matches are looked for.

    joined_at: the join date of the member's oldest open stint; None: they have left. last_played_at: dateLastPlayed of
    the character, or of the member where the profile hides characters; moved_at: when a change of it was last stored.
    walked_at: start of the last live walk that ended done. weekly_at: the member's last walk of 30 days back.
    private_since: 1665 came in two walks running. tried_at, failures: the last walk, and how many failed in a row.
    """

    membership_id: int
    membership_type: int
    character_id: int
    deleted: bool = False
    joined_at: datetime | None = None
    last_played_at: datetime | None = None
    moved_at: datetime | None = None
    walked_at: datetime | None = None
    weekly_at: datetime | None = None
    private_since: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Walk:
    """A live walk to be made now: until a page's last entry began before `floor`.

    `weekly`: when it is done, weekly_at is now: it read 30 days back, or was the first.
    """

    subject: WalkSubject
    floor: datetime
    weekly: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What a page of a walk gives: rows of instances that the walk has not had yet, and whether it ends here, done."""

    rows: tuple[HistoryRow, ...]
    ended: bool


class BackfillStep(StrEnum):
    """go_on: to the next page. paused: as far back as is wanted for now. complete: an empty page came."""

    GO_ON = "go_on"
    PAUSED = "paused"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that was asked for, as its match row stood before.

    stored: it is there already, and was asked for once more. missing, failures: the row's counters.
    """

    ends_at: datetime
    missing: int = 0
    failures: int = 0
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What an error makes of a match row: its new state and counters, and when to ask again (None: not by itself)."""

    state: MatchState
    missing: int
    failures: int
    ask_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BackfillSubject:
    """A character as backfill finds it. joined_at None: they have left. `page` of 250 rows is the next to read.

    `again`: all of it has been read, and is due to be read once more, since histories omit matches at random.
    """

    membership_id: int
    membership_type: int
    character_id: int
    joined_at: datetime | None
    private: bool
    page: int
    recent_done: bool
    complete: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A member whose account stats are to be read for the characters that they name."""

    membership_id: int
    membership_type: int
