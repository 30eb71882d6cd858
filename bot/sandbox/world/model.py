"""What the world is made of. Plain data, saved as JSON by msgspec; what a name means is Bungie.net's meaning."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.matches.model import Amount, Fill, Meeting

BEGINNER, MEMBER, ADMIN, ACTING_FOUNDER, FOUNDER = 1, 2, 3, 4, 5
ROLES = {
    BEGINNER: "beginner",
    MEMBER: "member",
    ADMIN: "admin",
    ACTING_FOUNDER: "acting_founder",
    FOUNDER: "founder",
}


class Activity(msgspec.Struct, frozen=True):
    """Where a character is. `mode_types` lists the most specific first; orbit has none."""

    hash: int
    playlist: int | None = None
    mode_types: tuple[int, ...] = ()


class Character(msgspec.Struct):
    """`activity` may stay set after logout, as Bungie.net's own data does."""

    character_id: str
    class_type: int
    race: int
    gender: int
    light: int
    minutes_total: int
    last_played: datetime
    title: int | None = None
    activity: Activity | None = None
    activity_started: datetime | None = None


class SealProgress(msgspec.Struct):
    """`done` has one bit for each record of the seal's node, in the node's order.

    `redeemed` and `equippable` are bits 1 and 64 of the completion record's state; either means that the title is held.
    """

    done: int = 0
    redeemed: bool = False
    equippable: bool = False
    earned_at: datetime | None = None
    gilded: int = 0
    gilded_this_season: bool = False

    @property
    def held(self) -> bool:
        return self.redeemed or self.equippable


class Stint(msgspec.Struct):
    """One stay in a clan; `left_at` is None while it lasts."""

    group_id: str
    joined_at: datetime
    left_at: datetime | None = None


class Person(msgspec.Struct):
    """A player, whether in a clan or not.

    `exotics` and `catalysts` are bits in the order of the facts, as `done` is of a seal; `found` are collectible hashes
    of exotics that only a later manifest brought.
    `habit` weighs how often they play (0: never again). `online_until` and `activity_until` are plans of the present.
    """

    membership_id: str
    membership_type: int
    platform_name: str
    global_name: str | None
    code: int | None
    bungie_net_id: str | None
    applicable: list[int]
    private: bool
    characters: list[Character]
    last_played: datetime
    status_changed: datetime
    active_score: int
    legacy_score: int
    tells_lifetime: bool
    seals: dict[int, SealProgress]
    exotics: int
    habit: float
    group_id: str | None = None
    role: int = BEGINNER
    joined_at: datetime | None = None
    online: bool = False
    online_until: datetime | None = None
    activity_until: datetime | None = None
    stints: list[Stint] = []
    catalysts: int = 0
    found: list[int] = []

    @property
    def name(self) -> str:
        """The name that a reader sees: Name#0042, or the platform's name for accounts without a global one."""
        if self.global_name is None or self.code is None:
            return self.global_name or self.platform_name
        return f"{self.global_name}#{self.code:04d}"

    @property
    def current(self) -> Character:
        """The character last played."""
        return max(self.characters, key=lambda c: (c.last_played, c.character_id))

    @property
    def lifetime_score(self) -> int:
        return self.active_score + self.legacy_score

    @property
    def power(self) -> int:
        return max(c.light for c in self.characters)


class Clan(msgspec.Struct):
    """A group; `group_type` 1 is a clan. `strength`: how many members it began with, and drifts around.

    `disbanded`: the group answers 622 and has no members any more.
    """

    group_id: str
    name: str
    callsign: str
    motto: str
    about: str
    created_at: datetime
    conversation_id: str
    strength: int
    disbanded: bool = False
    group_type: int = 1


class WorldEvent(msgspec.Struct, frozen=True):
    """One thing that truly happened; `kind` and `detail` are those of Hawthorne's public events."""

    id: int
    at: datetime
    kind: str
    group_id: str | None
    membership_id: str | None
    name: str | None
    detail: dict[str, Any]


class Edition(msgspec.Struct):
    """What the current manifest has changed, added and hidden; the seasons are told by the world."""

    build: int
    edits: dict[str, dict[str, Any]] = {}
    hidden: list[tuple[str, str]] = []


class State(msgspec.Struct):
    """All of a world that is kept between two starts.

    `amount` is how much past its seed makes; `played` and `fills` are matches that the seed knows nothing of;
    `debuts`: when players nobody knew turned up; `turns`: when a season was made to begin. `catalogue`: what manifests
    have brought; `edition`: the current one, None while it is the first.
    """

    seed: int
    origin: datetime
    clans: dict[str, Clan]
    people: dict[str, Person]
    log: list[WorldEvent] = []
    steps: int = 0
    next_tick: datetime | None = None
    next_news: datetime | None = None
    amount: Amount = "none"
    played: list[Meeting] = []
    fills: list[Fill] = []
    debuts: dict[str, datetime] = {}
    turns: list[datetime] = []
    catalogue: Catalogue = msgspec.field(default_factory=Catalogue)
    edition: Edition | None = None
