"""GET /Settings/: which systems are up, and where the trees of triumphs and collections begin."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.records import ACTIVE_SEALS, LEGACY_SEALS, RECORDS_ROOT

_SYSTEMS = ("Activities", "Authentication", "Clans", "D2Profiles", "Destiny2", "Groups", "Users")


def settings_response(disabled: set[str], seasons: Sequence[facts.Row], current: int) -> Json:
    """The parts of Common.Models.CoreSettingsConfiguration that programs read; `disabled` systems are off.

    `current` is the number of the season that is on.
    """
    return {
        "environment": "live",
        "systems": {name: {"enabled": name not in disabled, "parameters": {}} for name in _SYSTEMS},
        "ignoreReasons": [],
        "groupAvatars": [],
        "destinyMembershipTypes": [_setting("1", "Xbox"), _setting("2", "PSN"), _setting("3", "Steam")],
        "userContentLocales": [_setting("en", "English")],
        "systemContentLocales": [_setting("en", "English")],
        "destiny2CoreSettings": _core(seasons, current),
    }


def _setting(identifier: str, name: str) -> Json:
    return {"identifier": identifier, "isDefault": identifier == "en", "displayName": name}


def _core(seasons: Sequence[facts.Row], current: int) -> Json:
    numbers = {row["seasonNumber"]: row["hash"] for row in seasons}
    return {
        "collectionRootNode": 3790247699,
        "badgesRootNode": 498211331,
        "recordsRootNode": RECORDS_ROOT,
        "medalsRootNode": ACTIVE_SEALS,
        "metricsRootNode": 1074663644,
        "activeTriumphsRootNodeHash": RECORDS_ROOT,
        "activeSealsRootNodeHash": ACTIVE_SEALS,
        "legacyTriumphsRootNodeHash": 3215903653,
        "legacySealsRootNodeHash": LEGACY_SEALS,
        "medalsRootNodeHash": 3901403713,
        "exoticCatalystsRootNodeHash": 511607103,
        "loreRootNodeHash": 1993337477,
        "undiscoveredCollectibleImage": "/img/destiny_content/collections/undiscovered.png",
        "currentSeasonalArtifactHash": 2894222926,
        "currentSeasonHash": numbers[current],
        "futureSeasonHashes": [hash_ for number, hash_ in numbers.items() if number > current],
        "pastSeasonHashes": [hash_ for number, hash_ in numbers.items() if 8 <= number < current],
    }
