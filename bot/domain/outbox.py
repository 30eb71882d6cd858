"""Posts that wait to be told, and what they say beyond their event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.event import Event


class PostState(StrEnum):
    """sending: handed to Discord, outcome not stored yet. held: waits for a name or a broken channel. dead: refused as
    malformed. dropped: its event turned out not to be so before it was told."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Post:
    """One row of the outbox. kind 'event' tells `event`; the others (watching, ...) carry their facts in `payload`.

    `first_try_at` is set from the moment it may have reached Discord until that is known. Rows that share `digest_of`
    are told together; `sent_with` is the row whose digest tells this one. `withdrawn`: it turned out not to be so.
    """

    id: int
    channel_id: int
    group_id: int | None
    kind: str
    state: PostState
    created_at: datetime
    event: Event | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    digest_of: str | None = None
    not_before: datetime | None = None
    sent_with: int | None = None
    first_try_at: datetime | None = None
    attempts: int = 0
    message_id: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What the memory knows about a post's clan and member at the moment of telling.

    `clans`: names by group id. `several`: the channel hears of more than one clan, so each post names its own.
    `earlier`: closed stints, oldest first, as (joined, left). `subject`: the name of the seal or exotic, if any;
    `holders`: how many of the clan have it now (of a gilding: have gilded it).
    """

    clans: dict[int, str] = field(default_factory=dict)
    several: bool = False
    members: int | None = None
    power: int | None = None
    last_played_at: datetime | None = None
    earlier: tuple[tuple[datetime, datetime], ...] = ()
    subject: str | None = None
    icon: str | None = None
    holders: int | None = None
