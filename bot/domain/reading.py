"""What is known of a member from their profile, and when and how it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.collecting import CollectionReading
from bot.domain.profile import Character, CurrentActivity
from bot.domain.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Portrait:
    """The lasting facts of a profile; each change of it becomes a row of history.

    `triumph_score` is the lifetime score, `title_record_hash` the title of the character last played.
    """

    last_played_at: datetime | None = None
    power: int | None = None
    triumph_score: int | None = None
    triumph_score_active: int | None = None
    title_record_hash: int | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is stored of one member's profile.

    characters: those of the answer just read, empty when it bore none. tried_at: the last request, whatever came of it.
    read_at: the last answer that was believed. playing: online by the contract's rule at that read; online_at: the last
    read at which they were. moved: dateLastPlayed changed with that read. hidden_reads:
    reads in a row that bore no activities or no records. records_due_at: from then on a read asks for records too.
    failures: requests in a row that failed.
    """

    portrait: Portrait = Portrait()
    activity: CurrentActivity | None = None
    transitory: bool = False
    characters: tuple[Character, ...] = ()
    stamp: Stamp = field(default_factory=Stamp)
    records_stamp: Stamp = field(default_factory=Stamp)
    tried_at: datetime | None = None
    read_at: datetime | None = None
    playing: bool = False
    online_at: datetime | None = None
    moved: bool = False
    hidden_reads: int = 0
    reads_since_records: int = 0
    records_read_at: datetime | None = None
    records_due_at: datetime | None = None
    failures: int = 0
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A member whom the roster reads: of which clans, and whether the last accepted poll said isOnline.

    `online_since` is lastOnlineStatusChange while isOnline.
    """

    membership_id: int
    membership_type: int
    group_ids: frozenset[int]
    is_online: bool
    reading: Reading = field(default_factory=Reading)
    online_since: datetime | None = None
    collection: CollectionReading = field(default_factory=CollectionReading)


@dataclass(frozen=True, slots=True)
class SealState:
    """One seal of one member. `held_since`: when we first saw it held; None: not held yet.

    `done` of `of` are its triumphs (or the progress of its own objective). `quiet`: held already at the member's
    first readable answer, or when the manifest introduced it, so nothing is told of it.
    """

    record_hash: int
    held_since: datetime | None = None
    quiet: bool = False
    gilded_times: int = 0
    gilded_this_season: bool = False
    done: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Gilding:
    """The first time that a seal was seen gilded that often; `quiet` as in SealState."""

    record_hash: int
    times: int
    seen_at: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class SealTerms:
    """How a seal is earned: its completion record, the record that counts gildings, and its triumphs."""

    record_hash: int
    gilding_record_hash: int | None = None
    triumphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OnlineCheck:
    """How often profiles agreed with a clan's isOnline in one pass; where both said offline, it is not counted."""

    group_id: int
    at: datetime
    agreed: int
    contradicted: int


@dataclass(frozen=True, slots=True)
class LoginLag:
    """Within how many seconds 95 % of a day's logins showed in the roster; None without any."""

    logins: int
    seconds: int | None
