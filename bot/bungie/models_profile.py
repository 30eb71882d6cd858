"""GetProfile's types. Records and collectibles stay undecoded but for the few that the caller wants."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from bot.bungie.models import Model, UserInfoCard

T = TypeVar("T")


class Single(Model, Generic[T], frozen=True):
    """Single- and DictionaryComponentResponse. Absent `data` is the only sign of "hidden"; `privacy` 2 is not."""

    data: T | None = None


class Present(Model, frozen=True):
    """Something of which only the presence counts: transitory data (1000) is there while someone plays."""


class ProfileComponent(Model, frozen=True):
    """Destiny.Entities.Profiles.DestinyProfileComponent (100)."""

    user_info: UserInfoCard | None = None
    date_last_played: datetime | None = None


class CharacterComponent(Model, frozen=True):
    """Destiny.Entities.Characters.DestinyCharacterComponent (200)."""

    light: int = 0
    class_type: int = 3  # Unknown
    date_last_played: datetime | None = None
    title_record_hash: int | None = None


class CharacterActivities(Model, frozen=True):
    """Destiny.Entities.Characters.DestinyCharacterActivitiesComponent (204)."""

    date_activity_started: datetime | None = None
    current_activity_hash: int | None = None
    current_activity_mode_hash: int | None = None
    current_activity_mode_type: int | None = None
    current_activity_mode_types: list[int] | None = None
    current_playlist_activity_hash: int | None = None


class Objective(Model, frozen=True):
    """Destiny.Quests.DestinyObjectiveProgress."""

    progress: int | None = None
    completion_value: int | None = None


class RecordComponent(Model, frozen=True):
    """Destiny.Components.Records.DestinyRecordComponent. State 4 alone: its objectives are not completed."""

    state: int = 4
    completed_count: int | None = None
    objectives: list[Objective] | None = None
    interval_objectives: list[Objective] | None = None


class ProfileRecords(Model, frozen=True):
    """Destiny.Components.Records.DestinyProfileRecordsComponent (900)."""

    score: int | None = None
    active_score: int | None = None
    legacy_score: int | None = None
    lifetime_score: int | None = None
    records: dict[int, msgspec.Raw] = msgspec.field(default_factory=dict)


class CharacterRecords(Model, frozen=True):
    """Destiny.Components.Records.DestinyCharacterRecordsComponent (900)."""

    records: dict[int, msgspec.Raw] = msgspec.field(default_factory=dict)


class Collectible(Model, frozen=True):
    """Destiny.Components.Collectibles.DestinyCollectibleComponent."""

    state: int = 1

    @property
    def acquired(self) -> bool:
        """Bit 1: NotAcquired."""
        return not self.state & 1


class Collectibles(Model, frozen=True):
    """DestinyProfileCollectiblesComponent and DestinyCollectiblesComponent (800)."""

    collectibles: dict[int, msgspec.Raw] = msgspec.field(default_factory=dict)


class DestinyProfileResponse(Model, frozen=True):
    """Destiny.Responses.DestinyProfileResponse."""

    response_minted_timestamp: datetime | None = None
    secondary_components_minted_timestamp: datetime | None = None
    profile: Single[ProfileComponent] = Single()
    characters: Single[dict[int, CharacterComponent]] = Single()
    character_activities: Single[dict[int, CharacterActivities]] = Single()
    profile_records: Single[ProfileRecords] = Single()
    character_records: Single[dict[int, CharacterRecords]] = Single()
    profile_collectibles: Single[Collectibles] = Single()
    character_collectibles: Single[dict[int, Collectibles]] = Single()
    profile_transitory_data: Single[Present] = Single()
