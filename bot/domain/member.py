"""One member beyond the roster's row: characters, and the stays in clans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.role import Role


@dataclass(frozen=True, slots=True)
class MemberCharacter:
    """`class_name` is the manifest's word, "Unknown (n)" without it. `gone_at`: the last answer no longer had it."""

    character_id: int
    class_name: str
    power: int
    last_played_at: datetime | None
    title: str | None
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberStint:
    """One stay in one clan; `left_at` is None while it lasts."""

    group_id: int
    clan_name: str
    role: Role
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inside:
    """Someone who is in a tracked clan now."""

    membership_id: int
    name: str
    group_id: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member of any tracked clan, now or once. What was never read is None; `records_read_at` dates the scores."""

    membership_id: int
    membership_type: int
    name: str
    first_seen_at: datetime
    last_played_at: datetime | None
    power: int | None
    triumph_score: int | None
    triumph_score_active: int | None
    title: str | None
    private: bool
    read_at: datetime | None
    records_read_at: datetime | None
    characters: tuple[MemberCharacter, ...] = ()
    stints: tuple[MemberStint, ...] = ()
