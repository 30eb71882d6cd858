"""Matches: what a history lists, what a report says, and what is stored of both. Times in UTC, spans in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.mode import Mode


class MatchState(StrEnum):
    """waiting: to be fetched. done: stored. gone: Bungie.net has lost it. failed: eight real failures.

    skipped: of a mode that is not fetched.
    """

    WAITING = "waiting"
    DONE = "done"
    GONE = "gone"
    FAILED = "failed"
    SKIPPED = "skipped"


class GuardianClass(StrEnum):
    """What a character is; DestinyClass 0, 1, 2."""

    TITAN = "titan"
    HUNTER = "hunter"
    WARLOCK = "warlock"


@dataclass(frozen=True, slots=True)
class MatchDetails:
    """activityDetails and period, which history rows and reports share. Hashes are None where absent or 0."""

    instance_id: int
    period: datetime
    mode: int
    modes: tuple[int, ...]
    activity_hash: int | None
    reference_hash: int | None
    is_private: bool
    membership_type: int | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of a character's history. `duration_seconds` is activityDurationSeconds."""

    details: MatchDetails
    duration_seconds: int
    kills: int
    deaths: int
    assists: int
    score: int | None
    standing: int | None
    completed: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page as it came, newest first as a rule; `rows` () means that nothing lies behind."""

    rows: tuple[HistoryRow, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class AccountCharacter:
    """A character that account stats name, deleted ones too."""

    character_id: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class WeaponUse:
    """Kills of one weapon by one person in one match. `guardian`: the class that made most of them."""

    weapon_hash: int
    kills: int
    precision_kills: int
    guardian: GuardianClass | None


@dataclass(frozen=True, slots=True)
class MatchPlayer:
    """One person of a report, all entries summed.

    Character, class, light, team and standing are those of the entry with the most time played.
    """

    membership_id: int
    membership_type: int
    name: str
    character_id: int
    guardian: GuardianClass | None
    light: int | None
    clan_name: str | None
    clan_tag: str | None
    fireteam_id: int | None
    team: int | None
    standing: int | None
    score: int | None
    kills: int
    deaths: int
    assists: int
    completed: bool
    completion_reason: int | None
    start_seconds: int | None
    seconds: int
    entries: int
    grenade_kills: int
    melee_kills: int
    super_kills: int
    ability_kills: int
    weapons: tuple[WeaponUse, ...]

    @property
    def weapon_kills(self) -> int:
        return sum(use.kills for use in self.weapons)

    @property
    def precision_kills(self) -> int:
        return sum(use.precision_kills for use in self.weapons)


@dataclass(frozen=True, slots=True)
class Team:
    """A side of a match between teams; `standing` 0 has won."""

    team: int
    standing: int | None
    score: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """A post-game carnage report. `players` holds a person once. `from_beginning` None: the report does not say.

    `unnamed`: entries without a membership id, which nobody can be asked about.
    """

    details: MatchDetails
    duration_seconds: int
    starting_phase: int | None
    from_beginning: bool | None
    players: tuple[MatchPlayer, ...]
    teams: tuple[Team, ...]
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class FetchedReport:
    """A report with its raw Response, zstd-compressed, and when it was fetched. `final`: it changes no more."""

    report: Report
    body: bytes
    fetched_at: datetime
    final: bool


@dataclass(frozen=True, slots=True)
class StoreResult:
    """Instances by what storing their reports did. `unchanged`: they told nothing new."""

    new: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
    unchanged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A line of a member's list of matches. Figures are the report's, or the history's while `state` is not done."""

    instance_id: int
    period: datetime
    duration_seconds: int
    modes: tuple[Mode, ...]
    mode_name: str | None
    activity_name: str | None
    state: MatchState
    guardian: GuardianClass | None
    kills: int
    deaths: int
    assists: int
    score: int | None
    standing: int | None
    completed: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class StoredPlayer:
    """A person of a stored report; `weapons` is () for people outside the clans. `tracked`: weapons are kept."""

    player: MatchPlayer
    tracked: bool
    weapon_names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """A report as stored, with the names of its activity and mode where the manifest has them."""

    details: MatchDetails
    state: MatchState
    final: bool
    fetched_at: datetime | None
    ends_at: datetime
    duration_seconds: int | None
    starting_phase: int | None
    from_beginning: bool | None
    mode_name: str | None
    activity_name: str | None
    modes: tuple[Mode, ...]
    players: tuple[StoredPlayer, ...]
    teams: tuple[Team, ...]
