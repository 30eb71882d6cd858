"""A post-game carnage report's types, in the parts that become columns: most of its 60 kB is passed over unread.

Details, classes, names, `extended`, even `values` may be absent or null (Bungie-net/api issue #1297), so all of them
have defaults.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.bungie.models import Model


class Basic(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsValuePair: a double, whatever it counts."""

    value: float | None = None


class Stat(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsValue."""

    basic: Basic | None = None


class ActivityDetails(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsActivity."""

    instance_id: int = 0
    reference_id: int | None = None
    director_activity_hash: int | None = None
    mode: int | None = None
    modes: list[int] | None = None
    is_private: bool | None = None
    membership_type: int | None = None


class PlayerCard(Model, frozen=True):
    """User.UserInfoCard, of which a report may lack any part."""

    membership_id: int | None = None
    membership_type: int | None = None
    display_name: str | None = None
    bungie_global_display_name: str | None = None
    bungie_global_display_name_code: int | None = None


class Player(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyPlayer."""

    destiny_user_info: PlayerCard | None = None
    character_class: str | None = None
    class_hash: int | None = None
    light_level: int | None = None
    clan_name: str | None = None
    clan_tag: str | None = None


class EntryValues(Model, frozen=True):
    """The `values` of an entry that are kept."""

    kills: Stat | None = None
    deaths: Stat | None = None
    assists: Stat | None = None
    score: Stat | None = None
    standing: Stat | None = None
    team: Stat | None = None
    completed: Stat | None = None
    completion_reason: Stat | None = None
    fireteam_id: Stat | None = None
    start_seconds: Stat | None = None
    time_played_seconds: Stat | None = None
    activity_duration_seconds: Stat | None = None


class WeaponValues(Model, frozen=True):
    """The `values` of a weapon that are kept."""

    kills: Stat | None = msgspec.field(name="uniqueWeaponKills", default=None)
    precision_kills: Stat | None = msgspec.field(name="uniqueWeaponPrecisionKills", default=None)


class Weapon(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalWeaponStats; referenceId is the item's hash."""

    reference_id: int | None = None
    values: WeaponValues | None = None


class ExtendedValues(Model, frozen=True):
    """The `values` of `extended` that are kept: kills that no weapon made."""

    grenade: Stat | None = msgspec.field(name="weaponKillsGrenade", default=None)
    melee: Stat | None = msgspec.field(name="weaponKillsMelee", default=None)
    super_: Stat | None = msgspec.field(name="weaponKillsSuper", default=None)
    ability: Stat | None = msgspec.field(name="weaponKillsAbility", default=None)


class Extended(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyPostGameCarnageReportExtendedData."""

    weapons: list[Weapon] | None = None
    values: ExtendedValues | None = None


class Entry(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyPostGameCarnageReportEntry: one character's stay in the match."""

    standing: int | None = None
    score: Stat | None = None
    player: Player | None = None
    character_id: int | None = None
    values: EntryValues | None = None
    extended: Extended | None = None


class TeamEntry(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyPostGameCarnageReportTeamEntry."""

    team_id: int | None = None
    standing: Stat | None = None
    score: Stat | None = None
    team_name: str | None = None


class CarnageReport(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyPostGameCarnageReportData."""

    period: datetime | None = None
    starting_phase_index: int | None = None
    activity_was_started_from_beginning: bool | None = None
    activity_details: ActivityDetails = ActivityDetails()
    entries: list[Entry] | None = None
    teams: list[TeamEntry] | None = None
