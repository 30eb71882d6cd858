"""What a match is made of. A `Meeting` is the little that must be known of it; the rest follows from that and the seed.

All times in a meeting are whole seconds since the epoch: a world holds tens of thousands of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec

Amount = Literal["demo", "few", "none"]
"""How much past a world has: up to four years of it, the last three weeks in small, or none."""


class Seat(NamedTuple):
    """One of a person's characters in a match."""

    membership_id: str
    character_id: str


class Use(NamedTuple):
    """One weapon in one entry of a match."""

    weapon: int
    kills: int
    precision: int


class Meeting(msgspec.Struct, frozen=True):
    """A match before anything is said of how it went. `kind` is the key of a playlist, `spot` the activity's hash.

    `party` are the people of this world in it, one fireteam; who else played is made up from the id.
    `told` are weapon kills that were ordered, by membership id; `passers` is how many others play, if ordered too.
    """

    id: int
    start: int
    seconds: int
    kind: str
    spot: int
    party: tuple[Seat, ...]
    told: dict[str, list[Use]] = {}
    passers: int | None = None

    @property
    def end(self) -> int:
        return self.start + self.seconds

    @property
    def period(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)


class Fill(msgspec.Struct, frozen=True):
    """An order for many matches at once, by which they can be made again. `kinds`: any, when empty."""

    count: int
    members: tuple[str, ...]
    since: int
    until: int
    kinds: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """A player's line in a finished match; one player may have two.

    `joined` and `played` are seconds since the match began and in it. `reason` is Bungie.net's completionReason.
    Not `extended`: the report says nothing of weapons and abilities. Not `named`, not `classed`: the player's names,
    the character's class are missing.
    """

    membership_id: str
    character_id: str
    class_type: int
    light: int
    fireteam: int
    team: int | None
    standing: int
    score: int
    kills: int
    deaths: int
    assists: int
    precision: int
    completed: bool
    reason: int
    joined: int
    played: int
    weapons: tuple[Use, ...]
    grenade: int
    melee: int
    super_: int
    ability: int
    extended: bool = True
    named: bool = True
    classed: bool = True


class Match(msgspec.Struct, frozen=True):
    """A whole match in its final form: the truth that a report tells an hour after it ended.

    `reference` and `director` are the hashes of what was played and of what was launched; `mode` may be 0.
    `fresh` is None where nobody knows whether it was played from the beginning. `scores`: by team, none where there
    are no teams. `players` counts people, not entries; a mere frame of a match has none of the latter.
    """

    instance_id: str
    period: datetime
    seconds: int
    kind: str
    reference: int
    director: int
    mode: int
    modes: tuple[int, ...]
    private: bool
    fresh: bool | None
    scores: tuple[int, ...]
    players: int
    entries: tuple[Entry, ...]

    @property
    def ended_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.period.timestamp()) + self.seconds, UTC)
