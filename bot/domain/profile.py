"""One answer of GetProfile, in the parts that are used. What is absent is None: not read, never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Character:
    """`class_type`: 0 Titan, 1 Hunter, 2 Warlock; `light` is its power; `title_record_hash` the equipped title."""

    character_id: int
    class_type: int
    light: int
    date_last_played: datetime | None
    title_record_hash: int | None


@dataclass(frozen=True, slots=True)
class CurrentActivity:
    """What the character with the newest start does. `activity_hash` 0: nothing. Values stick after logout."""

    activity_hash: int
    mode_hash: int | None
    mode_type: int | None
    mode_types: tuple[int, ...]
    playlist_hash: int | None
    started_at: datetime


@dataclass(frozen=True, slots=True)
class RecordState:
    """Best state over profile and characters. `done` of `of`: progress of its last objective, where it has one."""

    state: int
    completed_count: int | None = None
    done: int | None = None
    of: int | None = None

    @property
    def held(self) -> bool:
        """A seal's title is earned: redeemed (1) or may be equipped (64)."""
        return bool(self.state & (1 | 64))

    @property
    def complete(self) -> bool:
        """Its objectives are done (not 4), claimed or not."""
        return not self.state & 4


@dataclass(frozen=True, slots=True)
class Records:
    """Component 900: the scores, and the states of those records that the caller named and the answer had."""

    score: int | None
    active_score: int | None
    legacy_score: int | None
    lifetime_score: int | None
    seals: Mapping[int, RecordState]


@dataclass(frozen=True, slots=True)
class Profile:
    """`components_missing`: asked for, but the answer bore no data for them (hidden, disabled or a fault).

    1000 is never in it: its data is absent whenever someone does not play. `transitory` None: not asked.
    `minted_at` stamps the answer; `secondary_minted_at` stamps 800, 900 and 1100.
    `collectibles` are the acquired ones among those the caller named.
    """

    membership_id: int
    membership_type: int
    minted_at: datetime | None = None
    secondary_minted_at: datetime | None = None
    date_last_played: datetime | None = None
    name: str | None = None
    characters: tuple[Character, ...] | None = None
    activity: CurrentActivity | None = None
    activities_read: bool = False
    transitory: bool | None = None
    records: Records | None = None
    collectibles: frozenset[int] | None = None
    components_missing: frozenset[int] = field(default_factory=frozenset)

    @property
    def power(self) -> int | None:
        """The highest light of its characters; None when they were not read or there are none."""
        return max((character.light for character in self.characters or ()), default=None)
