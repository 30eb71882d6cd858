"""Types of a character's history and of an account's characters."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.bungie.models import Model
from bot.bungie.models_report import ActivityDetails, EntryValues


class PeriodGroup(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsPeriodGroup: one line of a history."""

    period: datetime | None = None
    activity_details: ActivityDetails = ActivityDetails()
    values: EntryValues | None = None


class ActivityHistory(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyActivityHistoryResults; `{}` behind the last page.

    Lines stay undecoded, so that one of another shape costs no more than itself.
    """

    activities: list[msgspec.Raw] | None = None


class AccountCharacterModel(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsPerCharacter, without the figures."""

    character_id: int
    deleted: bool = False


class AccountStats(Model, frozen=True):
    """Destiny.HistoricalStats.DestinyHistoricalStatsAccountResult.

    `characters` absent is an answer we don't understand, not an account without any.
    """

    characters: list[AccountCharacterModel]
