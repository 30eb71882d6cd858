"""What the simulated Bungie.net was asked, what it answered, and which rules the caller broke."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

_RATE = 250
_WINDOW = 10.0
_NUMBERS = re.compile(r"/\d+(?=/)")


@dataclass(frozen=True)
class Entry:
    """One request; `code` is None where the answer was no envelope. `ms` is the time until the answer was ready."""

    at: datetime
    method: str
    host: str
    path: str
    query: str
    status: int
    code: int | None
    ms: float


@dataclass(frozen=True)
class Exchange:
    """One request and its answer in full, for a listener that judges them. `faults`: the kinds that it met."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    sent: bytes
    status: int
    answer: bytes
    faults: tuple[str, ...]


class RequestLog:
    """A ring of the last requests, counters since the start, and violations."""

    def __init__(self, keep: int = 5000) -> None:
        self.entries: deque[Entry] = deque(maxlen=keep)
        self.by_endpoint: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.violations: deque[dict[str, Any]] = deque(maxlen=1000)
        self.total = 0

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.total += 1
        self.by_endpoint[endpoint_of(entry.path)] += 1
        if entry.code is None and entry.status >= 400:
            self.refused[f"HTTP {entry.status}"] += 1
        elif entry.code not in (None, 1):
            self.refused[str(entry.code)] += 1

    def violate(self, at: datetime, what: str, path: str) -> None:
        self.violations.append({"at": at.isoformat(), "what": what, "path": path})

    def clear(self) -> None:
        self.entries.clear()
        self.by_endpoint.clear()
        self.refused.clear()
        self.violations.clear()
        self.total = 0

    def summary(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "by_endpoint": dict(self.by_endpoint),
            "refused": dict(self.refused),
            "violations": list(self.violations),
        }

    def recent(self, count: int) -> list[dict[str, Any]]:
        """The last requests, oldest first."""
        rows = list(self.entries)[-count:] if count else []
        return [asdict(row) | {"at": row.at.isoformat()} for row in rows]


def endpoint_of(path: str) -> str:
    """The path with its numbers left out: /Platform/GroupV2/{}/Members/."""
    if path.startswith("/common/destiny2_content/json/"):
        return "/common/destiny2_content/json/"
    return _NUMBERS.sub("/{}", path)


class RateWatch:
    """25 requests a second and source, averaged over a rolling 10 s; who is over it is blocked until it falls.

    `limit` is how many in 10 s are let through, on both hosts together; None: any number. `most` were counted in 10 s.
    """

    def __init__(self, limit: int | None = _RATE) -> None:
        self.limit = limit
        self.most = 0
        self._times: dict[str, deque[float]] = {}

    def over(self, source: str, now: float) -> bool:
        """Count one request of this source at `now` (monotonic seconds); True when it is one too many."""
        times = self._times.setdefault(source, deque())
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        times.append(now)
        self.most = max(self.most, len(times))
        return self.limit is not None and len(times) > self.limit
