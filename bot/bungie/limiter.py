"""Turns at Bungie.net: so many at once, so many a second, loops before backfill."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bungie.budget import LATE_SECONDS, Budget, Lane, Pace

AT_ONCE = 16
_GIVE_WAY_SECONDS = 0.1
_AHEAD_SECONDS = 0.2
"""Loops that wait take the next slots so long before the last is used: else backfill of another process, which takes
those that are free within a tenth of a second, would have every second burst."""


class Limiter:
    """Hands out the budget's slots in order; a pump runs while someone waits, and nobody is asked for otherwise."""

    def __init__(self, budget: Budget, pace: Pace, at_once: int = AT_ONCE) -> None:
        self._budget = budget
        self._pace = pace
        self._few = min(pace.slots, int(_AHEAD_SECONDS / pace.spacing))
        self._places = asyncio.Semaphore(at_once)
        self._slots: deque[float] = deque()
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}
        self._pump: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """One request's turn; the place is free again when the context ends.

        Raises Throttled when Bungie.net asked for a longer pause than is worth waiting for.
        """
        await self._wait(lane)
        try:
            yield
        finally:
            self._places.release()

    async def block(self, seconds: float) -> None:
        """Bungie.net asks everyone to wait: slots in hand are given up, no new ones are to be had until then.

        Other processes notice at their next reservation, when the slots that they hold are used (half a second).
        """
        self._slots.clear()
        await self._budget.block(seconds)

    async def close(self) -> None:
        """End the pump; whoever still waits is cancelled."""
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        for future in self._drain():
            future.cancel()

    async def _wait(self, lane: Lane) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(future)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._serve(), name="bungie-limiter")
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._places.release()  # granted in the very moment of the cancellation
            raise

    async def _serve(self) -> None:
        """Grant one turn after another until nobody waits; a failing budget fails those who wait now."""
        try:
            while self._first() is not None:
                await self._places.acquire()
                granted = False
                try:
                    granted = await self._grant()
                finally:
                    if not granted:
                        self._places.release()
        except Exception as error:  # handed on to every waiter
            for future in self._drain():
                future.set_exception(error)

    async def _grant(self) -> bool:
        """Wait for a slot and give it to whoever is first by then; False when nobody is left or backfill gives way."""
        slot = self._take()
        if slot is None or (len(self._slots) < self._few and self._first() is Lane.LOOPS):
            await self._reserve()
            slot = self._take() if slot is None else slot
        if slot is None:
            await asyncio.sleep(_GIVE_WAY_SECONDS)
            return False
        await self._until(slot)
        lane = self._first()
        if lane is None:
            self._slots.appendleft(slot)
            return False
        self._waiting[lane].popleft().set_result(None)
        return True

    async def _until(self, slot: float) -> None:
        loop = asyncio.get_running_loop()
        if (wait := slot - loop.time()) > 0:
            await asyncio.sleep(wait)

    def _first(self) -> Lane | None:
        """The lane whose turn it is; whoever gave up waiting is forgotten."""
        for lane, queue in self._waiting.items():
            while queue and queue[0].done():
                queue.popleft()
            if queue:
                return lane
        return None

    def _take(self) -> float | None:
        """A slot in hand that is not too old to be used."""
        oldest = asyncio.get_running_loop().time() - LATE_SECONDS
        while self._slots:
            if (slot := self._slots.popleft()) >= oldest:
                return slot
        return None

    async def _reserve(self) -> None:
        """More slots into hand, behind those that are there; none when backfill has to give way."""
        lane = self._first() or Lane.BACKFILL
        asked_at = asyncio.get_running_loop().time()
        delay = await self._budget.reserve(lane)
        if delay is not None:
            start = asked_at + delay
            self._slots.extend(start + self._pace.spacing * number for number in range(self._pace.slots))

    def _drain(self) -> list[asyncio.Future[None]]:
        waiters = [future for queue in self._waiting.values() for future in queue if not future.done()]
        for queue in self._waiting.values():
            queue.clear()
        return waiters
