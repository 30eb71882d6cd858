"""Post-game carnage reports as Bungie.net would send them, about 50 kB each, of a clan that plays all day."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

NEWEST = datetime(2026, 11, 20, 20, tzinfo=UTC)
MEMBERS = range(4611686018400000001, 4611686018400000101)
FIRST_INSTANCE = 16_000_000_000
_KINDS = ([5, 84, 69, 32], [5, 73, 32], [5, 19, 32], [7, 18, 3], [7, 4], [7, 82], [7, 6], [63, 64])
_WEAPONS = range(3_000_000_000, 3_000_000_300)
_APART = timedelta(minutes=5)
_VALUES = (
    "assists deaths kills opponentsDefeated efficiency killsDeathsRatio killsDeathsAssists score "
    "activityDurationSeconds fireteamId startSeconds timePlayedSeconds playerCount teamScore standing team"
)
_MEDALS = 26


def bodies(count: int, *, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """Instance ids and the JSON of each Response, newest first, five minutes apart: the same ones each time."""
    for number in range(first, first + count):
        yield FIRST_INSTANCE - number, json.dumps(_report(number), separators=(",", ":")).encode()


def _report(number: int) -> dict[str, Any]:
    chance = random.Random(number)
    modes = _KINDS[number % len(_KINDS)]
    period = NEWEST - number * _APART
    tracked = chance.sample(MEMBERS, 2 + number % 2)
    people = [*tracked, *(5_000_000_000_000_000_000 + chance.randrange(10**9) for _ in range(10 - len(tracked)))]
    return {
        "period": period.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "startingPhaseIndex": 0,
        "activityWasStartedFromBeginning": True,
        "activityDetails": {
            "referenceId": 2_693_136_600 + number % 40,
            "directorActivityHash": 2_693_136_700 + number % 20,
            "instanceId": str(FIRST_INSTANCE - number),
            "mode": modes[1],
            "modes": modes,
            "isPrivate": False,
            "membershipType": 3,
        },
        "entries": [_entry(chance, who, place) for place, who in enumerate(people)],
        "teams": [_team(17, 0), _team(18, 1)] if 5 in modes or 63 in modes else [],
    }


def _value(value: float) -> dict[str, Any]:
    return {"basic": {"value": float(value), "displayValue": f"{value:.0f}"}}


def _team(team: int, standing: int) -> dict[str, Any]:
    return {"teamId": team, "standing": _value(standing), "score": _value(100 - standing), "teamName": f"Team {team}"}


def _entry(chance: random.Random, who: int, place: int) -> dict[str, Any]:
    weapons = {_weapon(chance): chance.randint(1, 15) for _ in range(4 + chance.randrange(2))}
    values = {name: _value(round(chance.random() * 40, 1)) for name in _VALUES.split()}
    values |= {
        "kills": _value(sum(weapons.values()) + 3),
        "standing": _value(place % 2),
        "team": _value(17 + place % 2),
    }
    values |= {"activityDurationSeconds": _value(600), "timePlayedSeconds": _value(580 + place)}
    values |= {"completed": _value(1), "completionReason": _value(0)}
    return {
        "standing": place % 2,
        "score": _value(1000),
        "player": _player(chance, who),
        "characterId": str(who + 7),
        "values": values,
        "extended": {"weapons": [_use(*use) for use in weapons.items()], "values": _extended(chance)},
    }


def _weapon(chance: random.Random) -> int:
    """A few weapons are everyone's, most are someone's."""
    return _WEAPONS[min(int(chance.paretovariate(0.6)), len(_WEAPONS)) - 1]


def _use(weapon: int, kills: int) -> dict[str, Any]:
    values = {"uniqueWeaponKills": _value(kills), "uniqueWeaponPrecisionKills": _value(kills // 2)}
    return {"referenceId": weapon, "values": {**values, "uniqueWeaponKillsPrecisionKills": _value(0.5)}}


def _extended(chance: random.Random) -> dict[str, Any]:
    medals = {f"medal_{n}_{chance.randbytes(2).hex()}": _value(round(chance.random() * 9, 1)) for n in range(_MEDALS)}
    kinds: Sequence[str] = ("Grenade", "Melee", "Super", "Ability")
    return {"precisionKills": _value(7), **{f"weaponKills{kind}": _value(1) for kind in kinds}, **medals}


def _player(chance: random.Random, who: int) -> dict[str, Any]:
    return {
        "destinyUserInfo": {
            "iconPath": f"/common/destiny2_content/icons/{chance.randbytes(16).hex()}.jpg",
            "crossSaveOverride": 0,
            "applicableMembershipTypes": [3],
            "isPublic": True,
            "membershipType": 3,
            "membershipId": str(who),
            "displayName": f"Guardian {who % 10_000}",
            "bungieGlobalDisplayName": f"Guardian {who % 10_000}",
            "bungieGlobalDisplayNameCode": who % 9999,
        },
        "characterClass": ("Titan", "Hunter", "Warlock")[who % 3],
        "classHash": (3655393761, 671679327, 2271682572)[who % 3],
        "raceHash": 2803282938,
        "genderHash": 3111576190,
        "characterLevel": 50,
        "lightLevel": 1800 + who % 200,
        "emblemHash": chance.randrange(2**32),
        "clanName": "Quiet Orbit",
        "clanTag": "QO",
    }
