"""Snowflake ids: milliseconds since 2015 in the upper bits, so ids sort by time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def snowflake_at(moment: datetime) -> int:
    """The smallest id of that millisecond."""
    return ((moment - EPOCH) // _MILLISECOND) << 22


def moment_of(snowflake: int) -> datetime:
    return EPOCH + (snowflake >> 22) * _MILLISECOND


class Snowflakes:
    """Ids that only grow, even when many are made in one millisecond or the clock stands still."""

    def __init__(self, now: Callable[[], datetime], last: int = 0) -> None:
        self._now = now
        self.last = last

    def next(self) -> str:
        self.last = max(self.last + 1, snowflake_at(self._now()))
        return str(self.last)
