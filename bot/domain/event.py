"""What happened in a clan, as it is stored and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The kinds of events, in the words of the API."""

    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"
    ROLE_CHANGED = "role_changed"
    CLAN_SWITCHED = "clan_switched"
    PLATFORM_MOVED = "platform_moved"
    SEAL_EARNED = "seal_earned"
    SEAL_GILDED = "seal_gilded"
    EXOTIC_ACQUIRED = "exotic_acquired"
    CLAN_CHANGED = "clan_changed"
    MANIFEST_UPDATED = "manifest_updated"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be stored. `about` completes the unique key (group, membership, kind, about).

    `other_group_id` is the clan that a clan_switched came from. `quiet` events are stored and listed, but not posted.
    """

    kind: EventKind
    group_id: int | None
    membership_id: int | None
    about: str
    occurred_at: datetime
    name: str = ""
    other_group_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event. `name` is the member's (or clan's) name when it happened; `recorded_at` when we saw it."""

    id: int
    kind: EventKind
    group_id: int | None
    membership_id: int | None
    name: str
    occurred_at: datetime
    recorded_at: datetime
    detail: dict[str, Any]
    other_group_id: int | None = None
