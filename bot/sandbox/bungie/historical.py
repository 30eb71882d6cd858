"""The stats of the game by their text keys: those that its answers about matches and activities use."""

from __future__ import annotations

from functools import cache
from typing import Any

_PVE = (7, 2, 3, 4, 6, 16, 17, 18, 46, 47, 82)
_PVP = (5, 10, 12, 19, 31, 37, 48, 69, 70, 73, 80, 84)
_ALL = (0, *_PVE, *_PVP, 63)
_COUNT, _SECONDS, _POINTS, _RATIO, _MILLISECONDS = 1, 3, 4, 8, 12
_GENERAL, _WEAPONS, _MEDALS, _ACTIVITY = 1, 2, 3, 102

# statId, statName, category, group, unitType, modes
_STATS = (
    ("kills", "Kills", 1, _GENERAL, _COUNT, _ALL),
    ("deaths", "Deaths", 3, _GENERAL, _COUNT, _ALL),
    ("assists", "Assists", 2, _GENERAL, _COUNT, _ALL),
    ("precisionKills", "Precision kills", 4, _GENERAL, _COUNT, _ALL),
    ("secondsPlayed", "Time Played", 9, _GENERAL, _SECONDS, _ALL),
    ("killsDeathsRatio", "K/D Ratio", 6, _GENERAL, _RATIO, _ALL),
    ("score", "Score", 7, _GENERAL, _POINTS, _ALL),
    ("activitiesEntered", "Activities Entered", 8, _GENERAL, _COUNT, _ALL),
    ("activitiesCleared", "Activities Cleared", 0, _GENERAL, _COUNT, _PVE),
    ("activitiesWon", "Wins", 0, _GENERAL, _COUNT, _PVP),
    ("publicEventsCompleted", "Public Events", 0, _GENERAL, _COUNT, (7, 6)),
    ("winLossRatio", "Win/Loss Ratio", 0, _GENERAL, _RATIO, _PVP),
    ("weaponKillsHandCannon", "Hand Cannon Kills", 1, _WEAPONS, _COUNT, _ALL),
    ("weaponKillsSuper", "Super Kills", 1, _WEAPONS, _COUNT, _ALL),
    ("weaponKillsGrenade", "Grenade Kills", 1, _WEAPONS, _COUNT, _ALL),
    ("weaponKillsMelee", "Melee Kills", 1, _WEAPONS, _COUNT, _ALL),
    ("medalMulti2x", "Double Play", 14, _MEDALS, _COUNT, _PVP),
    ("activityCompletions", "Completions", 0, _ACTIVITY, _COUNT, _ALL),
    ("activityKills", "Kills", 1, _ACTIVITY, _COUNT, _ALL),
    ("activityDeaths", "Deaths", 3, _ACTIVITY, _COUNT, _ALL),
    ("activitySecondsPlayed", "Time Played", 9, _ACTIVITY, _SECONDS, _ALL),
    ("activityWins", "Wins", 0, _ACTIVITY, _COUNT, _ALL),
    ("fastestCompletionMsForActivity", "Fastest Completion", 0, _ACTIVITY, _MILLISECONDS, _ALL),
    ("fireTeamActivities", "###historicalstats.StatName_fireTeamActivities###", 0, _ACTIVITY, _COUNT, _ALL),
)


@cache
def historical_stats() -> dict[str, dict[str, Any]]:
    """Key -> Destiny.HistoricalStats.Definitions.DestinyHistoricalStatsDefinition."""
    return {
        key: {
            "statId": key,
            "group": group,
            "periodTypes": [2] if group == _ACTIVITY else [2, 1],
            "modes": list(modes),
            "category": category,
            "statName": name,
            "unitType": unit,
            "unitLabel": "",
            "weight": 1,
        }
        for key, name, category, group, unit, modes in _STATS
    }
