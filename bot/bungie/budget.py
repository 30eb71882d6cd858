"""The budget of requests that all processes on one egress address share, reserved ahead in small bursts.

Slots are spaced so that no ten seconds see more than ten times the rate, though a slot may be used up to
LATE_SECONDS after its time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.errors import Throttled
from db.pool import Pool
from db.queries import bungie as queries

WINDOW_SECONDS = 10.0
LATE_SECONDS = 0.3
"""Also what the budget can't be used for: of ten seconds at the full rate these are left out, 3 %."""
MOST_PER_SECOND = 23.5
"""Bungie.net blocks at 25, and what is held up on the way may arrive there all at once: this leaves 0.65 s for that."""
PATIENCE_SECONDS = 30.0  # a longer block is told to the caller instead of waited for
_BURST_SECONDS = 0.3
_MOST_SLOTS = 10


class Lane(StrEnum):
    """Who goes first: backfill takes what the loops leave."""

    LOOPS = "loops"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between slots, and how many are reserved at once."""

    spacing: float
    slots: int


def pace(requests_per_second: float) -> Pace:
    """The pace that keeps to a rate averaged over any ten seconds."""
    rate = min(requests_per_second, MOST_PER_SECOND) * WINDOW_SECONDS / (WINDOW_SECONDS + LATE_SECONDS)
    return Pace(1 / rate, max(1, min(_MOST_SLOTS, int(rate * _BURST_SECONDS))))


class Budget(Protocol):
    """Where slots come from."""

    async def reserve(self, lane: Lane) -> float | None:
        """Seconds until the first of `pace.slots` slots; None when backfill has to give way for a moment.

        Raises Throttled when Bungie.net wants longer than PATIENCE_SECONDS.
        """
        ...

    async def block(self, seconds: float) -> None:
        """Nobody asks for that long."""
        ...


class MemoryBudget:
    """For a process without a database (`doctor`): the budget is its own."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next_slot = 0.0
        self._blocked_until = 0.0

    async def reserve(self, lane: Lane) -> float | None:
        now = asyncio.get_running_loop().time()
        if self._blocked_until > now + PATIENCE_SECONDS:
            raise _throttled(self._blocked_until - now)
        start = max(self._next_slot, self._blocked_until, now)
        self._next_slot = start + self._pace.spacing * self._pace.slots
        return start - now

    async def block(self, seconds: float) -> None:
        self._blocked_until = max(self._blocked_until, asyncio.get_running_loop().time() + seconds)


class SharedBudget:
    """One row of the database for each egress; its clock is PostgreSQL's, so the machines' clocks don't matter."""

    def __init__(self, pool: Pool, egress: str, pace: Pace) -> None:
        self._pool = pool
        self._egress = egress
        self._pace = pace

    async def reserve(self, lane: Lane) -> float | None:
        async with self._pool.acquire() as conn:
            delay = await queries.reserve_slots(
                conn, self._egress, self._pace.slots, self._pace.spacing, PATIENCE_SECONDS, lane is Lane.BACKFILL
            )
            if delay is not None:
                return delay
            blocked = await queries.select_blocked_seconds(conn, self._egress)
        if blocked > PATIENCE_SECONDS:
            raise _throttled(blocked)
        return None

    async def block(self, seconds: float) -> None:
        async with self._pool.acquire() as conn:
            await queries.upsert_block(conn, self._egress, seconds)


def _throttled(seconds: float) -> Throttled:
    return Throttled("Bungie.net asked for a longer pause.", seconds=seconds)
