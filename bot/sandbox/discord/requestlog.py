"""The last requests of the bot and what they were answered, for tests that hold them against the published document."""

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.discord.wire import Json

_KEPT = 5000


@dataclass(frozen=True)
class Record:
    """`path` as sent, below /api/v10, without the query; `route` with its parameters unfilled.

    `files`: their names. `status` is what was answered; where a fault reset the connection, nobody read it."""

    at: str
    method: str
    path: str
    route: str
    query: dict[str, str]
    json: Any
    files: tuple[str, ...]
    status: int
    answer: Any
    fault: str | None


class RequestLog:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._records: deque[Record] = deque(maxlen=_KEPT)
        self.total = 0
        self.by_route: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._records))

    def add(self, **parts: Any) -> None:
        record = Record(at=self._now().isoformat(), **parts)
        self._records.append(record)
        self.total += 1
        self.by_route[f"{record.method} {record.route}"] += 1
        self.by_status[record.status] += 1

    def to_json(self, last: int) -> Json:
        recent = list(self._records)[-last:] if last > 0 else []
        return {
            "total": self.total,
            "by_route": dict(self.by_route),
            "by_status": {str(status): count for status, count in self.by_status.items()},
            "recent": [asdict(record) for record in recent],
        }


def parsed(body: object) -> Any:
    """The JSON of an answer's body, None where it has none."""
    if not isinstance(body, bytes) or not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None
