"""The real bot and sender against the simulated Discord, in this process, with a clock that tests move."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import delivery
from bot.client import HawthorneBot
from bot.config import Clans, Config, Dashboard, Discord, Secret
from bot.domain.event import EventKind, NewEvent
from bot.sandbox.discord.server import DiscordServer
from db.pool import Pool
from db.queries.event import insert_event, withdraw_event
from db.queries.outbox import drop_or_correct_posts, insert_notice, insert_posts, upsert_config_feed
from tests.e2e.discord_bot import Running, running

CLAN, OTHER_CLAN = 10, 20
LOOK_SECONDS = 0.02


class ShiftedClock:
    """Real time, moved ahead by hand; sleeps are short."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, **span: float) -> None:
        self._ahead += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))


@dataclass
class Desk:
    """A database with two clans, a simulated Discord, and what a test does with them."""

    pool: Pool
    dsn: str
    clock: ShiftedClock
    place: Running
    public_url: str = ""
    number: int = 0

    @property
    def channel_id(self) -> str:
        return self.place.server.channel_id

    def config(self) -> Config:
        return Config(
            discord=Discord(
                token=Secret(self.place.server.token),
                api_url=f"{self.place.url}/api/v10",
                gateway_url=f"{self.place.url}/gateway".replace("http", "ws", 1),
            ),
            clans=Clans(ids=(CLAN, OTHER_CLAN)),
            dashboard=Dashboard(public_url=self.public_url),
        )

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[HawthorneBot]:
        """The bot logged in and its sender at work."""
        bot = HawthorneBot(self.config(), self.pool, self.clock)
        tasks = [
            asyncio.create_task(bot.run_for_ever(self.place.server.token)),
            asyncio.create_task(delivery.run(bot, self.pool, self.clock, self.dsn, LOOK_SECONDS)),
        ]
        try:
            yield bot
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await bot.close()

    async def write(
        self, name: str, kind: EventKind = EventKind.JOINED, *, digest_of: str | None = None, **detail: Any
    ) -> int:
        """An event with its posts, as a job writes them; the event's id."""
        self.number += 1
        now = self.clock.now()
        event = NewEvent(kind, CLAN, 5, f"about {self.number}", now, name, detail=detail)
        async with self.pool.acquire() as conn, conn.transaction():
            event_id = await insert_event(conn, event, now)
            assert event_id is not None
            await insert_posts(conn, [event_id], now, digest_of)
        return event_id

    async def write_many(self, *names: str, **keys: Any) -> list[int]:
        return [await self.write(name, **keys) for name in names]

    async def notice(self) -> None:
        async with self.pool.acquire() as conn:
            payload = {"name": "Quiet Orbit", "members": 98, "minutes": 6}
            await insert_notice(conn, CLAN, "watching", payload, self.clock.now())

    async def withdraw(self, event_id: int) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            await withdraw_event(conn, event_id, self.clock.now())
            await drop_or_correct_posts(conn, event_id, self.clock.now())

    def settle(self) -> None:
        """Let the ten seconds pass that a channel's first row waits."""
        self.clock.advance(seconds=10)

    async def fault(self, fault: str, **keys: Any) -> None:
        await self.place.call("POST", "/faults", {"fault": fault, "method": "POST", "path": "/messages$", **keys})

    async def messages(self, channel_id: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.place.messages(channel_id or self.channel_id)
        return found

    async def posts(self, channel_id: str | None = None) -> list[str]:
        """What the channel shows, oldest first: the embeds' titles and texts."""
        shown = []
        for message in await self.messages(channel_id):
            embed = message["embeds"][0]
            shown.append("\n".join(filter(None, (embed.get("title"), embed.get("description")))))
        return shown

    async def until_posts(self, count: int, channel_id: str | None = None) -> list[str]:
        async def enough() -> bool:
            return len(await self.posts(channel_id)) >= count

        await eventually(enough)
        await asyncio.sleep(0.1)  # one too many would come now
        found = await self.posts(channel_id)
        assert len(found) == count, found
        return found

    async def ready(self, bot: HawthorneBot) -> None:
        async def is_ready() -> bool:
            return bot.is_ready()

        await eventually(is_ready)

    async def until_state(self, state: str, count: int = 1) -> None:
        """Wait until so many rows of the outbox, and no others, are in that state."""

        async def reached() -> bool:
            return await self.pool.fetchval("select count(*) from outbox where state = $1", state) == count

        await eventually(reached)

    async def outbox(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch("select * from outbox order by id")]


async def eventually(check: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
    """The first true value of `check`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := await check():
            return value
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds} s; last: {await check()!r}")


@asynccontextmanager
async def desk(pool: Pool, dsn: str, public_url: str = "") -> AsyncIterator[Desk]:
    clock = ShiftedClock()
    server = DiscordServer(None, clock.now, window_scale=0.02)
    async with running(server) as place:
        made = Desk(pool, dsn, clock, place, public_url)
        await _prepare(made)
        yield made


async def _prepare(made: Desk) -> None:
    now = made.clock.now()
    async with made.pool.acquire() as conn:
        await conn.execute(
            "insert into clan (group_id, state, name, added_at) values (10, 'tracked', 'Quiet Orbit', $1)", now
        )
        await conn.execute(
            "insert into member (membership_id, membership_type, name, first_seen_at) values (5, 3, 'Petrel#7425', $1)",
            now,
        )
        await upsert_config_feed(conn, int(made.channel_id), now)
