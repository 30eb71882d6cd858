"""A few members of a simulated clan and what they play, against our services over sockets, on one clock that jumps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from aiohttp import web

from bot.bungie import budget
from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Config, Matches
from bot.config.keys import Secret
from bot.domain.outcome import Outcome
from bot.domain.queue import JobKind
from bot.jobs import matches
from bot.jobs.matches.accounts import read_accounts
from bot.jobs.matches.chores import queue_past
from bot.jobs.reports import Worker, work_until
from bot.sandbox.bungie import BungieServer
from bot.sandbox.world import Person, World
from bot.sandbox.world.matches.model import Match
from bot.sandbox.world.model import ROLES
from bot.services import Services
from db.pool import Pool
from db.queries.history import insert_history_members

SETTLE = 300


@dataclass(frozen=True, slots=True)
class MatchWorld:
    """`members` are in the clan; everyone else of the world is a stranger to the database. `said`: lines of the log."""

    world: World
    server: BungieServer
    services: Services
    clock: ManualClock
    pool: Pool
    members: list[Person]
    said: list[MutableMapping[str, Any]]

    @property
    def ids(self) -> list[str]:
        return [person.membership_id for person in self.members]

    @property
    def group_id(self) -> int:
        return int(next(iter(self.world.clans)))

    def play(self, *who: str, ago: timedelta = timedelta(0), mode: str = "control", seconds: int = 600) -> int:
        """One match of these members (all, if none is named) that ended so long ago; its instance id."""
        start = self.clock.now() - ago - timedelta(seconds=seconds)
        return int(self.world.play_match(mode, who or self.ids, start=start, seconds=seconds).instance_id)

    def truth(self, instance_id: int) -> Match:
        found = self.world.match(str(instance_id))
        assert found is not None
        return found

    def fault(self, **fault: Any) -> None:
        self.server.faults.add(fault)

    async def walk(self, **config: Any) -> Outcome:
        """One pass of the loop."""
        return await matches.run(self.with_config(**config))

    async def begin_backfill(self, since: datetime | None = None) -> None:
        """Characters are known and their pasts queued; no live walk was made yet."""
        async with self.pool.acquire() as conn:
            await insert_history_members(conn)
            await read_accounts(self.services)
            await queue_past(conn, self.clock.now(), None, since)

    def with_config(self, **config: Any) -> Services:
        found = self.services.config
        return replace(self.services, config=replace_config(found, **config)) if config else self.services

    async def work(self, kinds: Iterable[JobKind] = tuple(JobKind), **config: Any) -> Worker:
        """Let a worker of its own work until nothing is due."""
        worker = Worker(self.with_config(**config), tuple(kinds))
        await work_until(worker, lambda: self.idle(kinds), every=0.05)
        return worker

    async def idle(self, kinds: Iterable[JobKind] = tuple(JobKind)) -> bool:
        words = [kind.value for kind in kinds]
        return not await self.pool.fetchval(
            """select count(*) from pgqueuer where entrypoint = any ($1::text[])
            and (status = 'picked' or execute_after < now())""",
            words,
        )

    async def pass_time(self, length: timedelta) -> None:
        """For us, for Bungie.net and for the queue, whose clock is the database's."""
        self.clock.advance(length.total_seconds())
        await self.pool.execute("update pgqueuer set execute_after = execute_after - $1::interval", length)

    async def states(self) -> dict[int, str]:
        return {row[0]: row[1] for row in await self.pool.fetch("select instance_id, state from match")}

    async def row(self, instance_id: int) -> dict[str, Any]:
        found = await self.pool.fetchrow("select * from match where instance_id = $1", instance_id)
        assert found is not None, instance_id
        return dict(found)

    async def enter(self, *people: Person, joined_at: datetime | None = None) -> None:
        """What an accepted poll leaves behind."""
        for person in people:
            await self.pool.execute(
                """insert into member (membership_id, membership_type, name, first_seen_at) values ($1, $2, $3, $4)
                on conflict do nothing""",
                int(person.membership_id),
                person.membership_type,
                person.name,
                self.clock.now(),
            )
            await self.pool.execute(
                "insert into stint (group_id, membership_id, joined_at, role) values ($1, $2, $3, $4)",
                self.group_id,
                int(person.membership_id),
                joined_at or self.clock.now() - timedelta(days=100),
                ROLES[person.role],
            )

    async def played_now(self, *who: str) -> None:
        """What the roster loop stores of someone who has just played."""
        self.clock.advance(1)
        for membership_id in who or self.ids:
            await self.pool.execute(
                """insert into profile (membership_id, tried_at, read_at, last_played_at) values ($1, $2, $2, $2)
                on conflict (membership_id) do update set last_played_at = excluded.last_played_at""",
                int(membership_id),
                self.clock.now(),
            )
            await self.pool.execute(
                """insert into profile_history (membership_id, valid_from, last_played_at, private)
                values ($1, $2, $2, false)""",
                int(membership_id),
                self.clock.now(),
            )


def replace_config(config: Config, **matches_keys: Any) -> Config:
    known = {name: getattr(config.matches, name) for name in ("modes", "settle_seconds", "keep_reports_days")}
    sections = {
        name: getattr(config, name) for name in ("data_dir", "discord", "bungie", "database", "clans", "schedule")
    }
    return Config(**sections, matches=Matches(**{**known, **matches_keys}))


@asynccontextmanager
async def match_world(pool: Pool, members: int = 3, **matches_keys: Any) -> AsyncIterator[MatchWorld]:
    """Reports are due at once unless settle_seconds says otherwise; the rate is not limited on either side."""
    clock = ManualClock(datetime.now(UTC).replace(microsecond=0))
    world = World(7, clock.now)
    server = BungieServer(world)
    server.rate.limit = None
    runners = [web.AppRunner(app, access_log=None, shutdown_timeout=0.1) for app in (server.www(), server.stats())]
    urls = []
    for runner in runners:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        urls.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
    bungie = Bungie(api_key=Secret(server.api_key), url=urls[0], stats_url=urls[1], requests_per_second=1000)
    config = Config(bungie=bungie, matches=Matches(**{"settle_seconds": 0, **matches_keys}))
    everyone = [person for person in world.members(next(iter(world.clans))) if not person.private]
    try:
        with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs() as said:
            patch.setattr(budget, "MOST_PER_SECOND", 1000.0)
            async with BungieClient(config.bungie, pool=None, clock=clock) as client:
                services = Services(pool, client, clock, config)
                made = MatchWorld(world, server, services, clock, pool, everyone[:members], said)
                await pool.execute(
                    "insert into clan (group_id, state, name, added_at) values ($1, 'tracked', 'Clan', now())",
                    made.group_id,
                )
                await made.enter(*made.members)
                yield made
    finally:
        for runner in runners:
            await runner.cleanup()
