"""A clan under the membership loop: a scripted Bungie.net, a database, a clock, a channel that follows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Clans, Config, Schedule, Secret
from bot.domain.event import Event
from bot.domain.outcome import Outcome
from bot.jobs import membership
from bot.services import Services
from db.pool import Pool
from db.queries.clan import upsert_configured_clans
from db.queries.clan_follow import select_turnover
from db.queries.event import select_events
from db.queries.outbox import upsert_config_feed
from tests.jobs.small_bungie import Person, SmallBungie, small_bungie

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD = datetime(2023, 4, 1, 9, 30, tzinfo=UTC)
A, B, CHANNEL = 881, 882, 555
INTERVAL = 180


@dataclass
class House:
    """A clan under watch, with the means to make a cycle happen and to look at what came of it."""

    bungie: SmallBungie
    services: Services
    clock: ManualClock
    pool: Pool

    async def cycle(self, seconds: float = INTERVAL) -> Outcome:
        self.clock.advance(seconds)
        outcome = await membership.run(self.services)
        await self.counts_who_is_in()
        return outcome

    async def counts_who_is_in(self) -> None:
        """Whatever was changed about members, the clans' sums follow in the same transaction."""
        async with self.pool.acquire() as conn:
            assert await select_turnover(conn) == {}

    async def cycles(self, count: int) -> None:
        for _ in range(count):
            await self.cycle()

    async def kinds(self, group_id: int = A) -> list[str]:
        """The clan's events, oldest first."""
        return [event.kind.value for event in reversed(await self.events(group_id))]

    async def events(self, group_id: int = A) -> tuple[Event, ...]:
        async with self.pool.acquire() as conn:
            return await select_events(conn, group_id, limit=500)

    async def posts(self) -> list[Any]:
        return await self.pool.fetch("select * from outbox order by id")

    def fill(self, group_id: int, count: int) -> None:
        first = group_id * 1000
        people = [Person(first + n, f"Guardian{n}#{n:04d}", OLD + timedelta(hours=n)) for n in range(1, count + 1)]
        self.bungie.clans[group_id] = {person.membership_id: person for person in people}

    def join(self, group_id: int, membership_id: int, **details: Any) -> None:
        person = Person(membership_id, f"New{membership_id}#0042", self.clock.now(), **details)
        self.bungie.clans[group_id][membership_id] = person

    def leave(self, group_id: int, *membership_ids: int) -> None:
        for membership_id in membership_ids:
            del self.bungie.clans[group_id][membership_id]


@asynccontextmanager
async def open_house(pool: Pool) -> AsyncIterator[House]:
    """One clan of ten, not polled yet, and a channel that follows every clan."""
    clock = ManualClock(START)
    async with small_bungie() as bungie:
        settings = Bungie(api_key=Secret("k"), url=bungie.url, stats_url=bungie.url)
        config = Config(bungie=settings, clans=Clans((A,)), schedule=Schedule(membership_seconds=INTERVAL))
        async with BungieClient(settings, pool=None, clock=clock) as client:
            house = House(bungie, Services(pool, client, clock, config), clock, pool)
            house.fill(A, 10)
            async with pool.acquire() as conn:
                await upsert_configured_clans(conn, (A,), START)
                await upsert_config_feed(conn, CHANNEL, START)
            yield house


async def track(house: House, *group_ids: int) -> None:
    async with house.pool.acquire() as conn:
        await upsert_configured_clans(conn, group_ids, house.clock.now())
