"""One channel's way from row to message: a step is planned, committed, carried out, and its outcome stored.

What is written before a request and what after makes a crash at any point harmless: a row that may have arrived is
told again under its nonce, or looked for in the channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import failpoints
from bot.client import HawthorneBot
from bot.clock import Clock
from bot.delivery import plan, wire
from bot.delivery.dress import address, dress, lead_of
from bot.delivery.settling import Attempt, Pause, settle
from bot.domain.outbox import Post, PostFacts
from db.pool import Pool
from db.queries import delivery as queries

NAME_CHECK = timedelta(minutes=1)
LOOK_AGAIN = timedelta(seconds=5)  # while rows wait for their hour: others may come that wait for none
AT_ONCE_SECONDS = 0.9  # discord.py's own repeats after a 5xx begin a second later


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs. `install` tells this database's nonces from another's."""

    bot: HawthorneBot
    pool: Pool
    clock: Clock
    install: str

    async def step(self, channel_id: int, failures: int) -> Pause | None:
        """Take one step in a channel. None: go on with the next at once."""
        now = self.clock.now()
        async with self.pool.acquire() as conn:
            posts = await queries.select_waiting(conn, channel_id)
            facts = await queries.select_facts(conn, [post.id for post in posts])
        match plan.next_step(posts, facts, now):
            case plan.Nothing(until):
                return Pause(until and min(until, now + LOOK_AGAIN))
            case plan.Drop(withdrawn):
                await self._drop(withdrawn)
                return None
            case plan.Hold(unnamed):
                await self._hold(unnamed, now)
                return None
            case plan.Tell(chosen):
                return await self._tell(chosen, facts, failures)
            case plan.TellAgain(tried):
                return await self._tell_again(tried, facts, failures)
            case plan.Search(tried):
                return await self._search(tried, failures)

    async def _drop(self, posts: Sequence[Post]) -> None:
        async with self.pool.acquire() as conn:
            await queries.update_dropped(conn, [post.id for post in posts])

    async def _hold(self, posts: Sequence[Post], now: datetime) -> None:
        async with self.pool.acquire() as conn:
            reason = "waits for the manifest to know its name"
            await queries.update_held(conn, [post.id for post in posts], now + NAME_CHECK, reason)

    async def _tell(self, posts: Sequence[Post], facts: Mapping[int, PostFacts], failures: int) -> Pause | None:
        base = await address(self.bot, self.pool, posts[0])
        if not isinstance(base, str):
            return await self._settle(posts, base, failures, known=True)
        failpoints.reach("outbox_written")
        if not await self._claim(posts):
            return None
        failpoints.reach("sending_committed")
        return await self._send(posts, facts, base, failures, first=True)

    async def _claim(self, posts: Sequence[Post]) -> bool:
        """Commit `sending` before anything is sent; False when a row was dropped meanwhile."""
        ids = [post.id for post in posts]
        async with self.pool.acquire() as conn:
            transaction = conn.transaction()
            await transaction.start()
            taken = await queries.update_sending(conn, ids, self._nonce(ids[0]), self.clock.now())
            if taken == frozenset(ids):
                await transaction.commit()
                return True
            await transaction.rollback()
        return False

    async def _tell_again(self, posts: Sequence[Post], facts: Mapping[int, PostFacts], failures: int) -> Pause | None:
        base = await address(self.bot, self.pool, posts[0])
        if not isinstance(base, str):
            return await self._settle(posts, base, failures, known=False)
        async with self.pool.acquire() as conn:
            await queries.update_tried_again(conn, lead_of(posts), self.clock.now())
        return await self._send(posts, facts, base, failures, first=False)

    async def _send(
        self, posts: Sequence[Post], facts: Mapping[int, PostFacts], base: str, failures: int, *, first: bool
    ) -> Pause | None:
        started = self.clock.now()
        embed = dress(posts, facts, base, started)
        outcome = await wire.post(self.bot, posts[0].channel_id, embed, self._nonce(lead_of(posts)))
        at_once = (self.clock.now() - started).total_seconds() < AT_ONCE_SECONDS
        return await self._settle(posts, outcome, failures, known=first and at_once)

    async def _search(self, posts: Sequence[Post], failures: int) -> Pause | None:
        assert posts[0].first_try_at is not None
        since = min(posts[0].first_try_at, self.clock.now())
        outcome = await wire.find(self.bot, posts[0].channel_id, lead_of(posts), since)
        return await self._settle(posts, outcome, failures, known=False)

    async def _settle(
        self, posts: Sequence[Post], outcome: wire.Outcome, failures: int, *, known: bool
    ) -> Pause | None:
        attempt = Attempt(lead_of(posts), posts[0].channel_id, failures, known)
        return await settle(self.pool, attempt, outcome, self.clock.now())

    def _nonce(self, lead: int) -> str:
        """At most 25 characters: eight of the installation, up to sixteen of the row."""
        return f"{self.install}-{lead:x}"
