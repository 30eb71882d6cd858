"""A profile with 2,500 records decoded in the parts that are needed, against json.loads of the same body."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import msgspec

from bot.bungie.decode_profile import profile
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


async def measure(report: Report) -> None:
    raw = body()
    ours = _median_ms(lambda: profile(msgspec.Raw(raw), 3, 4611686018000000001, {900}, _WANTED))
    plain = _median_ms(lambda: json.loads(raw))
    report.line(
        f"a profile's records, {len(raw) / 1e6:.1f} MB, decoded in the needed parts",
        f"{ours:.1f} ms",
        ratio=f"{ours / plain:.2f} of json.loads ({plain:.1f} ms)",
    )
