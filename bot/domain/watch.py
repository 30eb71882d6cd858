"""What the membership protocol remembers of a clan between two polls, and what it makes of a poll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.event import NewEvent
from bot.domain.membership import RosterEntry
from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the protocol: `confirmations` is schedule.leave_confirmations."""

    interval: timedelta
    confirmations: int

    @property
    def spacing(self) -> timedelta:
        """Polls closer together than this do not confirm one another."""
        return self.interval / 2


@dataclass(frozen=True, slots=True)
class Stay:
    """Someone's open stint. `name_since` and `role_since` name the state rows that a change replaces."""

    membership_id: int
    membership_type: int
    bungie_net_id: int | None
    name: str
    name_since: datetime
    role: Role
    role_since: datetime
    joined_at: datetime
    reopened: int = 0
    is_online: bool = False
    online_changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """The latest closed stint of someone who is not in the clan now."""

    membership_id: int
    joined_at: datetime
    left_at: datetime
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An open stint in another tracked clan; `waiting_since` is set while its joined event waits."""

    group_id: int
    joined_at: datetime
    waiting_since: datetime | None = None


class Whereabouts(StrEnum):
    """What GetGroupsForMember said of someone who is absent."""

    GONE = "gone"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Answer:
    """GetGroupsForMember, read for one clan: `to_*` is the clan that it names instead, if any."""

    whereabouts: Whereabouts
    to_group_id: int | None = None
    to_name: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """An open stint that accepted polls no longer show. `times` counts polls that confirm one another.

    `answered_at`: the last answer, or the end of a long gap in polls: from then on a day without an answer counts.
    """

    since: datetime
    times: int
    last_at: datetime
    asks: int = 0
    asked_at: datetime | None = None
    answer: Whereabouts | None = None
    answered_at: datetime | None = None
    to_group_id: int | None = None
    to_name: str | None = None
    held: bool = False
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A value that one poll showed and a second must confirm."""

    value: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Rows that a poll lacked, and how many polls running lacked as many with the same ids (`ids` is their digest)."""

    by: int
    ids: str
    times: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """Bungie.net says that there is no such clan: since when, and how often."""

    since: datetime
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """A clan's name, callsign or motto, or someone's name, and since when it is so."""

    value: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """All that is remembered of one clan.

    `formers`, `elsewhere` and `names` (people's, on record) hold only those whom the present poll concerns. Sightings
    are keyed by membership id (0: the clan) and field. `held_since` names the open held batch, `digest_of` the digest
    of what came after a gap.
    """

    group_id: int
    baseline_at: datetime | None = None
    accepted_at: datetime | None = None
    group_read_at: datetime | None = None
    member_count: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    ids: frozenset[int] = frozenset()
    members: Mapping[int, Stay] = field(default_factory=dict)
    absences: Mapping[int, Absence] = field(default_factory=dict)
    sightings: Mapping[tuple[int, str], Sighting] = field(default_factory=dict)
    arrivals: Mapping[int, datetime] = field(default_factory=dict)
    formers: Mapping[int, Former] = field(default_factory=dict)
    elsewhere: Mapping[int, tuple[Elsewhere, ...]] = field(default_factory=dict)
    names: Mapping[int, Fact] = field(default_factory=dict)
    tracked: frozenset[int] = frozenset()
    short_offset: int = 0
    shortfall: Shortfall | None = None
    missing: Missing | None = None
    digest_of: str | None = None
    digest_until: datetime | None = None
    held_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Someone whose clans GetGroupsForMember is to be asked for."""

    membership_type: int
    membership_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """An event and how its posts are told: those of one `digest_of` together, none before `not_before`."""

    event: NewEvent
    digest_of: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A stint that closes. `told` is the event that says so; None where nothing is said."""

    membership_id: int
    joined_at: datetime
    left_at: datetime
    told: NewEvent | None = None
    moved_to: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is no event: watching, disbanded."""

    kind: str
    payload: dict[str, Any]


class BatchEnd(StrEnum):
    """How a held batch ended."""

    RELEASED = "released"
    APPROVED = "approved"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a poll means. `watch` is the state to store; without `accepted` nothing but its shortfall differs.

    `settled` are joined events that wait in other clans (group, membership) and were told as a switch.
    `batch_ends` names held batches by their `since`.
    """

    watch: Watch
    accepted: bool
    reason: str | None = None
    disbanded: bool = False
    questions: tuple[Question, ...] = ()
    told: tuple[Told, ...] = ()
    ended: tuple[Ended, ...] = ()
    reopened: tuple[Former, ...] = ()
    settled: tuple[tuple[int, int], ...] = ()
    notices: tuple[Notice, ...] = ()
    batch_ends: tuple[tuple[datetime, BatchEnd], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPoll:
    """One poll as kept: why it was not accepted, and its pages (zlib over a JSON list) while it is among the newest."""

    polled_at: datetime
    accepted: bool
    reason: str | None
    row_count: int = 0
    total_results: int | None = None
    member_count: int | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class HeldLeave:
    """One member of a held batch and what Bungie.net said of them."""

    membership_id: int
    name: str
    since: datetime
    answer: Whereabouts | None


Rows = Mapping[int, RosterEntry]
