"""A breaker for each subsystem of Bungie.net: after three failures in a row it is left alone, then asked by one probe.

1618 opens one only when it comes for three different members whose last read succeeded: for one member alone it is
that account's trouble, not Bungie.net's.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.bungie.codes import ACCOUNT_FAULT, Meaning, meaning_of
from bot.clock import Clock
from bot.domain.bungie import BreakerRow, BreakerState
from bot.errors import BungieError, KeyRefused, Throttled, Unavailable

FAILURES = 3
FIRST_SECONDS = 15.0
MOST_SECONDS = 300.0
REFUSED_SECONDS = 300.0  # a refused key is tried again this often


class Breaker:
    """`interval_seconds` is the shortest of the loops that use the subsystem: probes are never rarer."""

    def __init__(
        self, subsystem: str, interval_seconds: float, clock: Clock, jitter: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._jitter = jitter
        self._first = min(FIRST_SECONDS, interval_seconds)
        self._most = min(MOST_SECONDS, interval_seconds)
        self._delay = self._first
        self._rest = timedelta(0)
        self._failures = 0
        self._suspects: set[int] = set()
        self._good: set[int] = set()
        self._probe: asyncio.Future[None] | None = None
        self.row = BreakerRow(subsystem, BreakerState.CLOSED, clock.now())

    @property
    def open(self) -> bool:
        """Whether nothing may be asked right now. False once a probe is due, or so far ahead that the clock was set
        back."""
        due = self.row.next_probe_at
        if self.row.state is not BreakerState.OPEN or due is None:
            return False
        return timedelta(0) < due - self._clock.now() <= self._rest

    @property
    def refused(self) -> bool:
        """Whether it is open because the API key was refused."""
        return self.row.state is not BreakerState.CLOSED and meaning_of(self.row.code or 0) is Meaning.KEY_REFUSED

    def remember_good(self, membership_ids: Iterable[int]) -> None:
        """Members whose last read succeeded, as stored: a new process knows none."""
        self._good.update(membership_ids)

    def resume(self, row: BreakerRow) -> None:
        """Go on from the stored row after a restart: what was open is still open, but a probe is due at once."""
        if row.state is not BreakerState.CLOSED:
            self.row = BreakerRow(
                row.subsystem, BreakerState.OPEN, row.since, row.code, row.sentence, self._clock.now()
            )

    def check(self) -> None:
        """Raise what `open` means to a caller."""
        if self.open:
            sentence = self.row.sentence or "Bungie.net does not answer."
            if self.refused:
                raise KeyRefused(sentence, code=self.row.code or 0)
            raise Unavailable(sentence, code=self.row.code or 0)

    @asynccontextmanager
    async def passage(self, member: int | None = None) -> AsyncIterator[bool]:
        """One request's way through; yields whether it is the probe. `member`: whose data is asked for.

        While a probe is on its way, others wait for what it finds.
        """
        probing = await self._enter()
        try:
            yield probing
        except BungieError as error:
            self._note(error, member, probing)
            raise
        else:
            self._succeeded(member, probing)
        finally:
            if probing:
                self._release()

    async def _enter(self) -> bool:
        while True:
            self.check()
            if self.row.state is BreakerState.CLOSED:
                return False
            if self._probe is None:
                self._probe = asyncio.get_running_loop().create_future()
                self._change(BreakerState.HALF_OPEN)
                return True
            await asyncio.shield(self._probe)

    def _release(self) -> None:
        if self._probe is not None and not self._probe.done():
            self._probe.set_result(None)
        self._probe = None

    def _note(self, error: BungieError, member: int | None, probing: bool) -> None:
        match error:
            case Throttled() | KeyRefused():
                return  # the limiter's and the client's business
            case Unavailable():
                self._failed(error, member, probing)
            case _:
                self._succeeded(None, probing)  # an answer, if not the wished one: Bungie.net is there

    def _is_straggler(self, probing: bool) -> bool:
        """Whether a request was sent before the breaker opened: then only the probe decides."""
        return self.row.state is not BreakerState.CLOSED and not probing

    def _succeeded(self, member: int | None, probing: bool) -> None:
        if member is not None:
            self._good.add(member)
        if self._is_straggler(probing):
            return
        self._failures, self._delay = 0, self._first
        self._suspects.clear()
        if probing:
            self.close()

    def _failed(self, error: Unavailable, member: int | None, probing: bool) -> None:
        if self._is_straggler(probing):
            return
        if error.code == ACCOUNT_FAULT and member is not None:
            self._suspect(member)
        else:
            self._failures += 1
        if (probing and self._failures) or self._failures >= FAILURES or len(self._suspects) >= FAILURES:
            self._trip(error)

    def _suspect(self, member: int) -> None:
        """Half open, anyone's 1618 counts: three different members must say so before the probe has failed."""
        if self.row.state is BreakerState.HALF_OPEN or member in self._good:
            self._suspects.add(member)
        self._good.discard(member)

    def _trip(self, error: BungieError) -> None:
        if self.row.state is BreakerState.HALF_OPEN:
            self._delay = min(self._delay * 2, self._most)
        self.force_open(error, self._delay * (1 - 0.2 * self._jitter()))

    def force_open(self, error: BungieError, seconds: float) -> None:
        """Open for that long, whatever came before."""
        self._failures = 0
        self._suspects.clear()
        self._rest = timedelta(seconds=seconds)
        self._change(BreakerState.OPEN, error.code, str(error), self._clock.now() + self._rest)

    def close(self) -> None:
        """All is well again."""
        self._change(BreakerState.CLOSED)

    def _change(
        self,
        state: BreakerState,
        code: int | None = None,
        sentence: str | None = None,
        next_probe_at: datetime | None = None,
    ) -> None:
        """`since` is that of the outage while it lasts; half open keeps its reason."""
        was = self.row
        since = self._clock.now() if BreakerState.CLOSED in (state, was.state) else was.since
        if state is BreakerState.HALF_OPEN:
            code, sentence, next_probe_at = was.code, was.sentence, was.next_probe_at
        self.row = BreakerRow(was.subsystem, state, since, code, sentence, next_probe_at)
