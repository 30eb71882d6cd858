"""Reports and history lines in Bungie.net's shape, made by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.bungie.decode_history import history_page
from bot.bungie.decode_report import report
from bot.domain.match import HistoryPage, MatchPlayer, Report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BORIS = 4611686018400000001, 4611686018400000002
TITAN, HUNTER, WARLOCK = 3655393761, 671679327, 2271682572


def stats(**values: Any) -> dict[str, Any]:
    return {name: {"basic": {"value": value, "displayValue": "?"}} for name, value in values.items()}


def weapon(found: int, kills: Any, precision: Any = 0.0) -> dict[str, Any]:
    values = stats(uniqueWeaponKills=kills, uniqueWeaponPrecisionKills=precision, uniqueWeaponKillsPrecisionKills=0.5)
    return {"referenceId": found, "values": values}


def card(who: int | str | None = ANNA, **changes: Any) -> dict[str, Any]:
    found = {
        "membershipType": 3,
        "membershipId": str(who),
        "displayName": "anna",
        "bungieGlobalDisplayName": "Anna",
        "bungieGlobalDisplayNameCode": 42,
    }
    return {key: value for key, value in (found | changes).items() if value is not None}


def entry(who: int | str = ANNA, *weapons: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An entry with 10 kills in 600 of 900 seconds, won; `changes` replace whole keys, None takes one away."""
    values = {"kills": 10.0, "deaths": 4.0, "assists": 3.0, "score": 25.0, "standing": 0.0, "team": 17.0}
    times = {"startSeconds": 5.0, "timePlayedSeconds": 600.0, "activityDurationSeconds": 900.0}
    made = {
        "standing": 0,
        "score": stats(score=25.0)["score"],
        "player": {
            "destinyUserInfo": card(who),
            "characterClass": "Hunter",
            "classHash": HUNTER,
            "lightLevel": 1810,
            "clanName": "Tower",
            "clanTag": "TWR",
        },
        "characterId": "2305843009200000001",
        "values": stats(**values, **times, completed=1.0, completionReason=0.0, fireteamId=6.939589458710956e18),
        "extended": {
            "weapons": list(weapons),
            "values": stats(
                precisionKills=1.0,
                weaponKillsGrenade=1.0,
                weaponKillsMelee=2.0,
                weaponKillsSuper=3.0,
                weaponKillsAbility=4.0,
            ),
        },
    }
    return {key: value for key, value in (made | changes).items() if value is not None}


def with_values(base: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The entry with other statistics; None takes one away."""
    merged = base["values"] | {k: stats(x=v)["x"] if v is not None else None for k, v in values.items()}
    return base | {"values": {key: value for key, value in merged.items() if value is not None}}


def details(**changes: Any) -> dict[str, Any]:
    found = {
        "referenceId": 11,
        "directorActivityHash": 12,
        "instanceId": "123",
        "mode": 10,
        "modes": [5, 10],
        "isPrivate": False,
        "membershipType": 3,
    }
    return {key: value for key, value in (found | changes).items() if value is not None}


def body(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = {
        "period": "2026-02-28T20:00:00Z",
        "startingPhaseIndex": 0,
        "activityWasStartedFromBeginning": True,
        "activityDetails": details(),
        "entries": list(entries),
        "teams": [],
    }
    return {key: value for key, value in (made | changes).items() if value is not None}


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def read(*entries: dict[str, Any], **changes: Any) -> Report:
    return report(raw(body(*entries, **changes)), 123, NOW)


def only(*entries: dict[str, Any], **changes: Any) -> MatchPlayer:
    """The one person of a report."""
    (player,) = read(*entries, **changes).players
    return player


def line(**changes: Any) -> dict[str, Any]:
    """A line of a history."""
    made = {"period": "2026-02-28T20:00:00Z", "activityDetails": details(), "values": entry()["values"]}
    return {key: value for key, value in (made | changes).items() if value is not None}


def page(*lines: object) -> HistoryPage:
    return history_page(raw({"activities": list(lines)}), NOW)
