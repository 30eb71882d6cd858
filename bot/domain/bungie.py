"""How the subsystems of Bungie.net fare, as stored for /status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BreakerState(StrEnum):
    """open: left alone until next_probe_at. half_open: one probe decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """One subsystem. `since`: when it went down, or came back. `code`: Bungie.net's last ErrorCode, 0 for none."""

    subsystem: str
    state: BreakerState
    since: datetime
    code: int | None = None
    sentence: str | None = None
    next_probe_at: datetime | None = None
