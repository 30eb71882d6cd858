"""A clock that stands where a test puts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EVENING = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


class Clock:
    def __init__(self, start: datetime = EVENING) -> None:
        self.time = start

    def __call__(self) -> datetime:
        return self.time

    def go(self, **span: float) -> datetime:
        self.time += timedelta(**span)
        return self.time
