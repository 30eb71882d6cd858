"""Profiles and reports decoded in the parts that are needed, against json.loads of the same body."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.bungie.answer import judge
from bot.bungie.decode_profile import profile
from bot.bungie.decode_report import report as decode_report
from tests.bench.report import Report, percentile

_RECORDS = 2500
_WANTED = frozenset(range(1000, 1070))
_ROUNDS = 30


def body() -> bytes:
    """About what a member with everything unlocked answers: 2,500 records with their objectives."""
    objective = {"progress": 7, "completionValue": 10, "complete": False, "visible": True}
    records: dict[str, Any] = {
        str(1000 + n): {
            "state": 4 + n % 3,
            "objectives": [{"objectiveHash": 4_000_000_000 - n * 3 - k, **objective} for k in range(1 + n % 4)],
            "intervalObjectives": [],
            "intervalsRedeemedCount": 0,
            "rewardVisibilty": [True, False],
        }
        for n in range(_RECORDS)
    }
    scores = {"score": 1, "activeScore": 1, "legacyScore": 2, "lifetimeScore": 3, "recordSealsRootNodeHash": 616318467}
    return json.dumps({"profileRecords": {"data": {**scores, "records": records}, "privacy": 1}}).encode()


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
    measure_profile(report)
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


def measure_profile(report: Report) -> None:
    raw = body()
    ours = _median_ms(lambda: profile(msgspec.Raw(raw), 3, 4611686018000000001, {900}, _WANTED))
    plain = _median_ms(lambda: json.loads(raw))
    report.line(
        f"a profile's records, {len(raw) / 1e6:.1f} MB, decoded in the needed parts",
        f"{ours:.1f} ms",
        ratio=f"{ours / plain:.2f} of json.loads ({plain:.1f} ms)",
    )
