"""What every request passes: the breaker of its subsystem, a turn of the limiter, a few tries, the count."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from bot.bungie.answer import Whole, judge, judge_whole, meaning
from bot.bungie.breaker import REFUSED_SECONDS, Breaker
from bot.bungie.budget import PATIENCE_SECONDS, Budget, Lane, MemoryBudget, SharedBudget, pace
from bot.bungie.codes import Meaning
from bot.bungie.limiter import Limiter
from bot.bungie.transport import Answer, Transport
from bot.clock import Clock
from bot.config import Bungie, Schedule
from bot.domain.bungie import BreakerRow, BreakerState
from bot.errors import BungieError, KeyRefused, NotThere, Throttled, Unavailable
from db.pool import DATABASE_AWAY, Pool
from db.queries import bungie as queries

log = structlog.get_logger(__name__)
T = TypeVar("T")

TRIES = 3
_SUBSYSTEM = {
    "GetProfile": "profile",
    "GetGroup": "groups",
    "GetMembersOfGroup": "groups",
    "GetGroupsForMember": "groups",
    "GetActivityHistory": "history",
    "GetHistoricalStatsForAccount": "history",
    "GetHistoricalStatsDefinition": "history",
    "GetPostGameCarnageReport": "reports",
    "GetDestinyEntityDefinition": "manifest",
    "GetCommonSettings": "manifest",
    "GetDestinyManifest": "manifest",
    "manifest file": "manifest",
    "picture": "manifest",
}
_SAY_AGAIN = timedelta(seconds=60)


def _intervals(schedule: Schedule) -> dict[str, float]:
    """Subsystem -> the shortest interval of the loops that use it."""
    return {
        "profile": min(schedule.roster_seconds, schedule.collections_seconds),
        "groups": schedule.membership_seconds,
        "history": schedule.matches_seconds,
        "reports": schedule.matches_seconds,
        "manifest": schedule.manifest_seconds,
    }


class Gate:
    """`open()` before the first request, `close()` after the last."""

    def __init__(self, config: Bungie, *, pool: Pool | None, clock: Clock, intervals: Schedule, version: str) -> None:
        self._config, self._pool, self._clock = config, pool, clock
        self._pace = pace(config.requests_per_second)
        budget: Budget = SharedBudget(pool, config.egress, self._pace) if pool else MemoryBudget(self._pace)
        self._limiter = Limiter(budget, self._pace)
        self._transport = Transport(config, version)
        self.breakers = {name: Breaker(name, seconds, clock) for name, seconds in _intervals(intervals).items()}
        self.counts: Counter[tuple[str, str]] = Counter()
        self._kept: dict[str, BreakerRow] = {}
        self._said: dict[str, datetime] = {}

    async def open(self) -> None:
        """Open the session; with a database, take the budget's row and go on with the stored breakers."""
        if self._pool is not None:
            async with self._pool.acquire() as conn:
                await queries.upsert_budget(conn, self._config.egress, self._pace.spacing)
                for row in await queries.select_breakers(conn):
                    if row.subsystem in self.breakers:
                        self.breakers[row.subsystem].resume(row)
        self._kept = {name: breaker.row for name, breaker in self.breakers.items()}
        await self._transport.__aenter__()

    async def close(self) -> None:
        """End what is on its way."""
        await self._limiter.close()
        await self._transport.__aexit__(None, None, None)

    async def get(
        self, endpoint: str, path: str, *, lane: Lane, member: int | None = None, host: str | None = None
    ) -> tuple[msgspec.Raw, bytes]:
        """The Response of an API call, undecoded, and the whole body. `member`: whose data it is about.

        `host`: another than bungie.url. Redirects are never followed: they lose the key (Bungie-net/api issue #853).
        """
        url = f"{host or self._config.url}/Platform{path}"

        async def send() -> tuple[msgspec.Raw, bytes]:
            answer = await self._transport.get(url)
            return judge(answer.status, answer.headers, answer.body), answer.body

        return await self._pass(endpoint, send, lane, member)

    async def get_whole(
        self, endpoint: str, path: str, decoder: msgspec.json.Decoder[Whole[T]], *, lane: Lane, member: int
    ) -> T | msgspec.Raw:
        """The same as `judge_whole` has it."""

        async def send() -> T | msgspec.Raw:
            answer = await self._transport.get(f"{self._config.url}/Platform{path}")
            return judge_whole(decoder, answer.status, answer.headers, answer.body)

        return await self._pass(endpoint, send, lane, member)

    async def download(self, endpoint: str, path: str, to: Path, *, lane: Lane) -> None:
        """A static file into `to`."""

        async def send() -> None:
            answer = await self._transport.download(f"{self._config.url}{path}", to)
            if answer is not None:
                _raise_for(answer)

        await self._pass(endpoint, send, lane, None)

    async def _pass(self, endpoint: str, send: Callable[[], Awaitable[T]], lane: Lane, member: int | None) -> T:
        breaker = self.breakers[_SUBSYSTEM[endpoint]]
        try:
            async with breaker.passage(member) as probing:
                return await self._try(endpoint, send, lane, breaker, 1 if probing else TRIES)
        finally:
            await self._keep(breaker)

    async def _try(
        self, endpoint: str, send: Callable[[], Awaitable[T]], lane: Lane, breaker: Breaker, tries: int
    ) -> T:
        for number in range(1, tries):
            try:
                return await self._once(endpoint, send, lane, breaker)
            except Unavailable as error:
                if not error.passing:
                    raise
                await self._clock.sleep(2 ** (number - 2) * (0.5 + random.random()))  # noqa: S311 - jitter
            except Throttled as error:
                if error.seconds > PATIENCE_SECONDS:
                    raise
        return await self._once(endpoint, send, lane, breaker)

    async def _once(self, endpoint: str, send: Callable[[], Awaitable[T]], lane: Lane, breaker: Breaker) -> T:
        async with self._limiter.turn(lane):
            breaker.check()  # it may have opened while this request waited
            try:
                found = await send()
            except BungieError as error:
                self.counts[endpoint, meaning(error)] += 1
                await self._heed(error)
                raise
        self.counts[endpoint, Meaning.OK] += 1
        for refused in self.breakers.values():
            if refused.refused:
                refused.close()
        return found

    async def _heed(self, error: BungieError) -> None:
        if isinstance(error, Throttled):
            await self._limiter.block(error.seconds)
        if isinstance(error, KeyRefused):
            for breaker in self.breakers.values():
                breaker.force_open(error, REFUSED_SECONDS)

    async def _keep(self, used: Breaker) -> None:
        """Store and log what changed; the database being away is no reason to fail a request that went well."""
        for name, breaker in self.breakers.items():
            was, row = self._kept.get(name), breaker.row
            if row != was:
                self._kept[name] = row
                _say(row)
                await self._store(row)
        await self._say_again(used.row)

    async def _say_again(self, row: BreakerRow) -> None:
        """Now and then repeat that what was just used is closed: a process that is gone may have left it open."""
        now = self._clock.now()
        if row.state is BreakerState.CLOSED and now >= self._said.get(row.subsystem, now):
            self._said[row.subsystem] = now + _SAY_AGAIN
            await self._store(row)

    async def _store(self, row: BreakerRow) -> None:
        if self._pool is None:
            return
        try:
            async with self._pool.acquire() as conn:
                await queries.upsert_breaker(conn, row)
        except DATABASE_AWAY as error:
            log.warning("breaker_not_stored", subsystem=row.subsystem, error=str(error))
            self._kept.pop(row.subsystem, None)  # tried again after the next request


def _say(row: BreakerRow) -> None:
    say = log.info if row.state is BreakerState.CLOSED else log.warning
    say("bungie_breaker", subsystem=row.subsystem, state=row.state.value, code=row.code, sentence=row.sentence)


def _raise_for(answer: Answer) -> None:
    if answer.status == 404:
        raise NotThere("Bungie.net has no such file (HTTP 404).")
    judge(answer.status, answer.headers, answer.body)
    raise Unavailable(f"Bungie.net sends no file (HTTP {answer.status}).")
