"""Profiles and reports decoded in the parts that are needed, against json.loads of the same body."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.bungie.answer import judge, judge_whole
from bot.bungie.decode_profile import WHOLE, profile
from bot.bungie.decode_report import report as decode_report
from tests.bench.report import Report, percentile

_ROUNDS = 30
_MEMBERS = 100
_GOAL = 1 / 6


def collections_body(number: int) -> bytes:
    """What a member with everything unlocked answers for components 800 and 900, about 2 MB (facts: 1 to 3 MB).

    3,000 records and 4,000 collectibles of the account, 600 and 900 of each of three characters. `number`: each member
    got another part of them.
    """
    chance = random.Random(number)
    characters = {str(2305843009300000000 + place): place for place in range(3)}
    response = {
        "responseMintedTimestamp": "2026-11-20T20:00:00Z",
        "secondaryComponentsMintedTimestamp": "2026-11-20T20:00:00Z",
        "profileCollectibles": _component({"collectibles": _collectibles(chance, range(4000))}),
        "characterCollectibles": _component(
            {who: {"collectibles": _collectibles(chance, range(900))} for who in characters}
        ),
        "profileRecords": _component(
            {"score": 1, "activeScore": 2, "legacyScore": 3, "lifetimeScore": 4, "records": _records(chance, 3000)}
        ),
        "characterRecords": _component({who: {"records": _records(chance, 600)} for who in characters}),
    }
    return json.dumps({"Response": response, "ErrorCode": 1, "ThrottleSeconds": 0}, separators=(",", ":")).encode()


def _component(data: object) -> dict[str, Any]:
    return {"data": data, "privacy": 1}


def _hash(number: int) -> int:
    return 1_000_000_000 + number * 777_767 % 3_000_000_000


_TOLD = frozenset(_hash(number) for number in range(0, 3000, 4))
"""35 seals with their triumphs and gildings, and the catalysts: 750 records."""
_EXOTICS = frozenset(_hash(number) for number in range(0, 4000, 20))


def _collectibles(chance: random.Random, numbers: range) -> dict[str, Any]:
    return {str(_hash(number)): {"state": chance.choice((0, 1, 65))} for number in numbers}


def _records(chance: random.Random, count: int) -> dict[str, Any]:
    return {str(_hash(number)): _record(chance, number) for number in range(count)}


def _record(chance: random.Random, number: int) -> dict[str, Any]:
    """Every seventh counts by intervals."""
    done = chance.random() < 0.5
    objectives = [
        {
            "objectiveHash": 4_000_000_000 - number * 5 - place,
            "progress": chance.randrange(10),
            "completionValue": 10,
            "complete": done,
            "visible": True,
        }
        for place in range(1 + number % 3 if number % 7 else 5)
    ]
    kind = "objectives" if number % 7 else "intervalObjectives"
    return {"state": 67 if done else 4, kind: objectives, "intervalsRedeemedCount": 0}


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.5)


def match_body() -> bytes:
    """A Crucible match of 12 with seven weapons each and a dozen medals: about 60 kB, as Bungie.net sends it."""
    entries = [_entry(who) for who in range(12)]
    details = {"referenceId": 1, "directorActivityHash": 2, "instanceId": "5", "mode": 10, "modes": [5, 10]}
    response = {"period": "2026-01-01T00:00:00Z", "activityDetails": details, "entries": entries, "teams": []}
    return json.dumps({"Response": response, "ErrorCode": 1, "ThrottleSeconds": 0}, separators=(",", ":")).encode()


def _entry(who: int) -> dict[str, Any]:
    weapons = [
        {"referenceId": 4_000_000_000 + n, "values": _stats("uniqueWeaponKills", "uniqueWeaponPrecisionKills", "share")}
        for n in range(7)
    ]
    card = {"membershipType": 3, "membershipId": str(4611686018400000000 + who), "displayName": f"Guardian {who}"}
    player = {"destinyUserInfo": card, "characterClass": "Titan", "classHash": 3655393761, "lightLevel": 1810}
    return {
        "standing": who % 2,
        "score": _stats("score")["score"],
        "player": player,
        "characterId": str(2305843009200000000 + who),
        "values": _stats(
            *("assists", "completed", "deaths", "kills", "opponentsDefeated", "efficiency", "killsDeathsRatio"),
            *("killsDeathsAssists", "score", "activityDurationSeconds", "completionReason", "fireteamId"),
            *("startSeconds", "timePlayedSeconds", "playerCount", "standing", "team", "teamScore"),
        ),
        "extended": {
            "weapons": weapons,
            "values": _stats(
                *("precisionKills", "weaponKillsGrenade", "weaponKillsMelee", "weaponKillsSuper", "weaponKillsAbility"),
                *(f"allMedalsEarnedInTheCrucible{n}" for n in range(12)),
            ),
        },
    }


def _stats(*names: str) -> dict[str, Any]:
    return {name: {"basic": {"value": float(len(name)), "displayValue": str(len(name))}} for name in names}


async def measure(report: Report) -> None:
    measure_collections(report)
    measure_report(report)


def measure_report(report: Report) -> None:
    """From the body of an answer to the Report that is stored."""
    sent, now = match_body(), datetime.now(UTC)
    ours = _median_ms(lambda: decode_report(judge(200, {}, sent), 5, now))
    plain = _median_ms(lambda: json.loads(sent))
    report.line(
        f"a report, {len(sent) / 1e3:.0f} kB, decoded and summed by person",
        f"{ours:.2f} ms",
        ratio=f"{ours / plain:.2f} of json.loads alone ({plain:.2f} ms)",
    )


def measure_collections(report: Report) -> None:
    """From the bodies of answers to what is stored of them. Both in turn, so that what else the machine does falls on
    both."""
    ours, plain, weight = 0.0, 0.0, 0
    for number in range(_MEMBERS):
        body = collections_body(number)
        weight += len(body)
        began = time.perf_counter()
        found = profile(judge_whole(WHOLE, 200, {}, body), 3, number, (800, 900), _TOLD, _EXOTICS)
        between = time.perf_counter()
        json.loads(body)
        ours, plain = ours + between - began, plain + time.perf_counter() - between
        assert found.records is not None
        assert len(found.records.seals) == len(_TOLD), "what is wanted is found"
    report.line(
        f"a collections pass over {_MEMBERS} members, {weight / 1e6:.0f} MB, decoded in the needed parts",
        f"{ours * 1000:.0f} ms",
        ratio=f"{ours / plain:.3f} of json.loads ({plain * 1000:.0f} ms)",
        goal="at most a sixth",
        met=ours / plain <= _GOAL,
    )
