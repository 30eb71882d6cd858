"""What /status tells: loops, Bungie.net, the outbox, held batches, channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.clan import Clan
from bot.domain.outcome import Verdict


@dataclass(frozen=True, slots=True)
class LoopStatus:
    """One loop, as its last run left it."""

    name: str
    interval_seconds: int
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_ok_at: datetime | None
    last_verdict: str | None
    last_sentence: str | None
    last_error: str | None
    next_at: datetime | None

    @property
    def good_at(self) -> datetime | None:
        """When a run last brought what it could: one that failed for some members only is good enough."""
        return self.last_finished_at if self.last_verdict == Verdict.PARTIAL else self.last_ok_at

    def lag_seconds(self, now: datetime) -> int | None:
        """How much longer than its interval ago the last good run ended: 0 when on time, None before the first."""
        if self.last_ok_at is None:
            return None
        return max(0, int((now - self.last_ok_at).total_seconds()) - self.interval_seconds)


@dataclass(frozen=True, slots=True)
class BungieStatus:
    """state: up, throttled or down; the sentence says why when it is not up.

    budget_used: share of the last 10 s' budget, 0 to 1.
    """

    state: str
    since: datetime | None
    budget_used: float
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """Reports by state."""

    waiting: int = 0
    running: int = 0
    failed: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """Posts by state, and the age of the oldest that waits."""

    new: int = 0
    sending: int = 0
    held: int = 0
    dead: int = 0
    oldest_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class HeldBatch:
    """Leaves that wait for a decision."""

    id: int
    group_id: int
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """state: ok or broken."""

    channel_id: int
    state: str
    since: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A running process: which parts it runs and when it last said so."""

    name: str
    version: str
    seen_at: datetime
    leads: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that /status shows, read in one go. `notes` say what is wrong, `progress` what takes long."""

    version: str
    parts: tuple[Part, ...]
    loops: tuple[LoopStatus, ...]
    bungie: BungieStatus
    queue: QueueStatus
    outbox: OutboxStatus
    held: tuple[HeldBatch, ...]
    channels: tuple[ChannelStatus, ...]
    clans: tuple[Clan, ...]
    notes: tuple[str, ...] = ()
    progress: tuple[str, ...] = ()
