"""What the clan owns and has earned: exotics, catalysts, seals and what is left of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.match import GuardianClass

NEAR = 3
"""So many triumphs away from a seal is close."""


class ExoticKind(StrEnum):
    WEAPON = "weapon"
    ARMOR = "armor"


class ExoticShow(StrEnum):
    """nobody: owned by none. rare: by fewer than ten."""

    ALL = "all"
    MISSING = "missing"
    OWNED = "owned"
    NOBODY = "nobody"
    RARE = "rare"


@dataclass(frozen=True, slots=True)
class Exotic:
    """An exotic of the collections. `slot`: kinetic, energy, power, or helmet, gauntlets, chest, legs, class_item.

    `expansion` is its label where the manifest tells it; `position` its fixed place in every list: by kind, then in
    order of release.
    """

    collectible_hash: int
    item_hash: int | None
    name: str
    kind: ExoticKind
    slot: str
    guardian: GuardianClass | None
    expansion: str | None
    source: str
    icon: str
    damage: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Catalyst:
    record_hash: int
    name: str
    collectible_hash: int | None
    icon: str
    position: int


@dataclass(frozen=True, slots=True)
class Collector:
    """A member as a column of the matrix. `read_at` None: never readable, so nothing is known to be missing.

    `private`: hidden now; what was known stays.
    """

    membership_id: int
    name: str
    read_at: datetime | None
    private: bool
    owned: int


@dataclass(frozen=True, slots=True)
class ExoticRow:
    """An exotic with its owners, by membership id. owned + missing + unknown = members."""

    exotic: Exotic
    owners: tuple[int, ...]
    missing: int
    unknown: int

    @property
    def owned(self) -> int:
        return len(self.owners)


@dataclass(frozen=True, slots=True)
class CatalystRow:
    catalyst: Catalyst
    owners: tuple[int, ...]
    missing: int
    unknown: int

    @property
    def owned(self) -> int:
        return len(self.owners)


@dataclass(frozen=True, slots=True)
class Ownership:
    """A clan's exotics in their fixed order, its members by size of collection, and the age of the oldest part.

    `as_of`: the last pass of the collections loop that was done.
    """

    exotics: tuple[ExoticRow, ...]
    catalysts: tuple[CatalystRow, ...]
    members: tuple[Collector, ...]
    as_of: datetime | None

    @property
    def nobody(self) -> tuple[Exotic, ...]:
        """What no member owns, though someone's collections are known."""
        known = any(member.read_at for member in self.members)
        return tuple(row.exotic for row in self.exotics if not row.owners and known)


@dataclass(frozen=True, slots=True)
class Owner:
    """Someone who owns an exotic. `quiet`: owned before anyone looked, so that `seen_at` is no day of finding it."""

    membership_id: int
    name: str
    seen_at: datetime
    quiet: bool


@dataclass(frozen=True, slots=True)
class ExoticDetail:
    """An exotic with its owners (first seen first), those who lack it and those whose collections were never readable.

    `catalyst`: the same of its catalyst, where it has one.
    """

    exotic: Exotic
    owners: tuple[Owner, ...]
    lacking: tuple[Collector, ...]
    unknown: tuple[Collector, ...]
    catalyst: CatalystRow | None
    as_of: datetime | None

    @property
    def members(self) -> int:
        return len(self.owners) + len(self.lacking) + len(self.unknown)


@dataclass(frozen=True, slots=True)
class CatalystProgress:
    """A catalyst as one member has it: `done_at` once it is complete, `done` of `of` where it counts something."""

    catalyst: Catalyst
    done_at: datetime | None
    done: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    membership_id: int
    name: str
    held_since: datetime
    quiet: bool
    gilded_times: int
    gilded_this_season: bool

    @property
    def gilded(self) -> bool:
        return self.gilded_times >= 1


@dataclass(frozen=True, slots=True)
class Closest:
    """Someone who does not hold a seal yet: `done` of `of`, with the names of the triumphs that are left.

    `left` may name fewer than `of - done`: a name is known only once the triumph was read of them.
    """

    membership_id: int
    name: str
    done: int
    of: int
    left: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        return self.of - self.done


@dataclass(frozen=True, slots=True)
class SealRow:
    """A seal with its holders (first seen first) and those who are closest to it (least left first)."""

    record_hash: int
    name: str
    title: str
    icon: str
    legacy: bool
    gildable: bool
    position: int
    triumphs: int
    holders: tuple[Holder, ...]
    closest: tuple[Closest, ...]


@dataclass(frozen=True, slots=True)
class SealNews:
    """A seal as it was earned or gilded while we looked. `times` 0: earned, else the gilding's number."""

    membership_id: int
    name: str
    record_hash: int
    title: str
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ClanSeals:
    """`readable`: members whose records were ever readable. `last`: earned or gilded last while we looked."""

    rows: tuple[SealRow, ...]
    members: int
    readable: int
    last: SealNews | None
    as_of: datetime | None
    people: tuple[Collector, ...] = ()
    """The members; `read_at` and `owned` are of records and seals held, most of today's first."""


@dataclass(frozen=True, slots=True)
class Triumph:
    """A triumph of a seal as one member has it. `done` of `of` where it counts something."""

    record_hash: int
    name: str
    description: str
    complete: bool
    done: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class MemberSeal:
    """One seal of one member, held or not; `triumphs` are those that are left, or all where asked for."""

    record_hash: int
    name: str
    title: str
    legacy: bool
    position: int
    held_since: datetime | None
    quiet: bool
    gilded_times: int
    gilded_this_season: bool
    done: int | None
    of: int | None
    triumphs: tuple[Triumph, ...]
