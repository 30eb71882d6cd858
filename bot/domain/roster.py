"""The roster's rows: one member of a clan as pages, API and commands show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.role import Role


class RosterSort(StrEnum):
    """The nine orders of contract.md section 5."""

    NAME = "name"
    ROLE = "role"
    JOINED_AT = "joined_at"
    LAST_PLAYED_AT = "last_played_at"
    POWER = "power"
    TRIUMPH_SCORE = "triumph_score"
    TRIUMPH_SCORE_ACTIVE = "triumph_score_active"
    SEALS = "seals"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class HeldSeal:
    """A seal that a member has earned; gilded_times is 0 where it was never gilded."""

    record_hash: int
    title: str
    gilded: bool
    gilded_times: int


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One row. `activity` and `activity_mode` are None when offline; `online` is None for a past roster.

    `title` is the equipped title of the character last played.
    `read_at` is when the last good profile was read, None before the first.
    """

    membership_id: int
    membership_type: int
    name: str
    role: Role
    joined_at: datetime
    online: bool | None
    activity: str | None
    activity_mode: str | None
    activity_started_at: datetime | None
    last_played_at: datetime | None
    power: int | None
    triumph_score: int | None
    triumph_score_active: int | None
    seals: tuple[HeldSeal, ...]
    title: str | None
    private: bool
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealColumn:
    """One seal of the current manifest in its fixed place: what strips of seals are drawn by."""

    record_hash: int
    name: str
    title: str
    legacy: bool
    gilding_record_hash: int | None
    icon: str
