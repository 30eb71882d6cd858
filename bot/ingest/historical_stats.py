"""Historical stats as Bungie.net defines them: the names behind the keys of stats and of aggregates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.manifest import HistoricalStat

STATS = "DestinyHistoricalStatsDefinition"


def stats_of(definitions: Mapping[str, Any]) -> tuple[HistoricalStat, ...]:
    """By their keys; what is no definition is left out. Names that are only placeholders count as none."""
    return tuple(_stat(key, each) for key, each in definitions.items() if key and isinstance(each, dict))


def _stat(key: str, definition: Mapping[str, Any]) -> HistoricalStat:
    tier = definition.get("medalTierHash")
    return HistoricalStat(
        stat_id=key,
        name=_text(definition, "statName"),
        description=_text(definition, "statDescription"),
        category=_number(definition, "category"),
        group=_number(definition, "group"),
        unit=_number(definition, "unitType"),
        modes=tuple(_numbers(definition, "modes")),
        periods=tuple(_numbers(definition, "periodTypes")),
        medal_tier_hash=tier if isinstance(tier, int) else None,
        icon=_text(definition, "iconImage"),
        definition=definition,
    )


def _text(definition: Mapping[str, Any], key: str) -> str:
    """ "###historicalstats.StatName_fireTeamActivities###" stands where nobody has written a name."""
    found = definition.get(key)
    text = found.replace("\0", "").strip() if isinstance(found, str) else ""
    return "" if text.startswith("###") else text


def _number(definition: Mapping[str, Any], key: str) -> int:
    found = definition.get(key)
    return found if isinstance(found, int) else 0


def _numbers(definition: Mapping[str, Any], key: str) -> Iterator[int]:
    found = definition.get(key)
    return (each for each in found if isinstance(each, int)) if isinstance(found, list) else iter(())
