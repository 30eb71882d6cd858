"""Weapons and what was killed with them: rows of /weapons, /weapon, pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.match import GuardianClass
from bot.domain.mode import Mode


class Slot(StrEnum):
    KINETIC = "kinetic"
    ENERGY = "energy"
    POWER = "power"


class Damage(StrEnum):
    KINETIC = "kinetic"
    ARC = "arc"
    SOLAR = "solar"
    VOID = "void"
    STASIS = "stasis"
    STRAND = "strand"


class Tier(StrEnum):
    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    LEGENDARY = "legendary"
    EXOTIC = "exotic"


class WeaponSort(StrEnum):
    """Every order is descending; ties go by weapon hash."""

    KILLS = "kills"
    PRECISION = "precision"
    MATCHES = "matches"
    PLAYERS = "players"


@dataclass(frozen=True, slots=True)
class Weapon:
    """One hash. `type` is the manifest's English name ("Hand Cannon"); unknown hashes have a name of their own.

    slot, damage and tier are None where the manifest does not say.
    """

    weapon_hash: int
    name: str
    type: str
    slot: Slot | None
    damage: Damage | None
    tier: Tier | None
    icon: str | None


@dataclass(frozen=True, slots=True)
class WeaponHit:
    """A weapon that a search found, with the kills that speak for it."""

    weapon: Weapon
    kills: int


@dataclass(frozen=True, slots=True)
class WeaponSpan:
    """Which matches count, by their start: from `since` (inclusive) to `until` (exclusive); None is unbounded.

    `label` says it in words: "last 30 days", "all time", "season 23", "3 May – 9 May 2026".
    """

    since: datetime | None
    until: datetime | None
    label: str

    @property
    def length(self) -> timedelta | None:
        return self.until - self.since if self.since and self.until else None


@dataclass(frozen=True, slots=True)
class WeaponFilter:
    """What is asked. group_id None: every tracked clan together. `membership_id`: one person, earlier ids included.

    One person counts in a clan only while they are in it (or with `former`), and without a clan wherever they are.
    `former` adds everyone who was in the clan. `merge` joins reissues under the newest hash.
    """

    group_id: int | None
    span: WeaponSpan
    mode: Mode = Mode.CRUCIBLE
    membership_id: int | None = None
    former: bool = False
    merge: bool = False
    type: str | None = None
    slot: Slot | None = None
    damage: Damage | None = None
    tier: Tier | None = None
    sort: WeaponSort = WeaponSort.KILLS


@dataclass(frozen=True, slots=True)
class WeaponVersion:
    weapon_hash: int
    kills: int


class WeaponRow(NamedTuple):
    """A weapon with its figures. A tuple, since an answer has a thousand: it is made in a quarter of the time.

    `matches` counts one for each member and match with such a kill, `players` distinct members. `versions` has more
    than one entry only where reissues were joined.
    """

    weapon: Weapon
    kills: int
    precision_kills: int
    matches: int
    players: int
    versions: tuple[WeaponVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class WeaponTotals:
    """All kills of the members and matches that are asked about, whatever they were made with.

    `other` is what neither weapons nor abilities made: kills − weapon_kills − grenade − melee − super, never below 0.
    """

    kills: int
    weapon_kills: int
    grenade: int
    melee: int
    super: int
    matches: int

    @property
    def other(self) -> int:
        return max(0, self.kills - self.weapon_kills - self.grenade - self.melee - self.super)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what there is to know is known.

    `complete` of `members` histories have been read to their end, with every report that they list; `covered` as far
    back as the answer asks; `private` ones are hidden. `since`: from when on all of them are whole (None: not yet
    known). `stored` of `known` reports are in. `as_of`: the last pass over histories that was done.
    """

    complete: int
    members: int
    private: int
    covered: int
    since: datetime | None
    stored: int
    known: int
    as_of: datetime | None

    @property
    def growing(self) -> bool:
        """Whether the answer's figures still rise because of what lies in the past."""
        return self.covered + self.private < self.members


@dataclass(frozen=True, slots=True)
class WeaponTable:
    """An answer to a WeaponFilter: every row, sorted; totals over every filter but type, slot, damage and tier.

    `version` is a digest of all that the answer says: the key under which a picture of it is kept.
    """

    rows: tuple[WeaponRow, ...]
    totals: WeaponTotals
    coverage: Coverage
    version: str


@dataclass(frozen=True, slots=True)
class WeaponPlayer:
    membership_id: int
    name: str
    kills: int
    precision_kills: int
    matches: int


@dataclass(frozen=True, slots=True)
class DayKills:
    day: date
    kills: int


@dataclass(frozen=True, slots=True)
class ClassKills:
    """`guardian` None: the report does not say."""

    guardian: GuardianClass | None
    kills: int


@dataclass(frozen=True, slots=True)
class WeaponDetail:
    """One weapon in one clan: who is best with it (most kills first), by UTC day (only days with kills), by class."""

    row: WeaponRow
    players: tuple[WeaponPlayer, ...]
    by_day: tuple[DayKills, ...]
    by_class: tuple[ClassKills, ...]
    coverage: Coverage
    version: str


@dataclass(frozen=True, slots=True)
class StatRow:
    """Sums of matches, of a member or of a mode. `hours` come from `seconds` = time played."""

    membership_id: int | None
    name: str | None
    mode: Mode
    matches: int
    seconds: int
    kills: int
    deaths: int
    assists: int
    wins: int
    completions: int


@dataclass(frozen=True, slots=True)
class Season:
    """`ends_at` is the start of the next one; None for the last that the manifest knows."""

    number: int
    name: str
    starts_at: datetime
    ends_at: datetime | None
