"""The sender: while this process leads, every channel with something to say is served by a task of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from typing import Any

import discord
import structlog

from bot.client import HawthorneBot
from bot.delivery.correcting import correct
from bot.delivery.settling import Pause
from bot.delivery.telling import Teller
from db.pool import DATABASE_AWAY, Connection
from db.queries import channel as channels
from db.queries import delivery as queries

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
CORRECT_EVERY = timedelta(seconds=5)
RETRY_BROKEN_AFTER = timedelta(minutes=10)
LONGEST_BAN = timedelta(hours=2)


class Sender:
    """Serves the channels until cancelled. What it knows besides the database may be lost at any time."""

    def __init__(self, teller: Teller, look_seconds: float = LOOK_SECONDS) -> None:
        self._teller = teller
        self._look_seconds = look_seconds
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pauses: dict[int, datetime] = {}
        self._failures: dict[int, int] = {}
        self._all_paused_until: datetime | None = None
        self._bans = 0
        self._correct_at: datetime | None = None
        self.changed: set[int] = set()

    async def run(self) -> None:
        """Look again and again; an error is logged, and the next look comes all the same."""
        try:
            while True:
                await self._look_safely()
                await asyncio.sleep(self._look_seconds)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _look_safely(self) -> None:
        try:
            await self._look()
        except DATABASE_AWAY as error:
            log.warning("delivery_without_database", error=repr(error))
        except Exception:  # the sender outlives whatever one look raises
            log.exception("delivery_failed")

    async def _look(self) -> None:
        now = self._teller.clock.now()
        if self._teller.bot.user is None or _ahead(self._all_paused_until, now):
            return  # not logged in yet, or banned for a while
        async with self._teller.pool.acquire() as conn:
            await self._wake_channels(conn, now)
            await channels.update_posts_of_broken(conn)
            waiting = await queries.select_channels_to_serve(conn)
        for channel_id in waiting:
            if self._may_begin(channel_id, now):
                self._begin(channel_id)
        await self._correct(now)

    def _may_begin(self, channel_id: int, now: datetime) -> bool:
        """Asked after the last await: a task may have ended with a pause while the database was read."""
        paused = _ahead(self._all_paused_until, now) or _ahead(self._pauses.get(channel_id), now)
        return channel_id not in self._tasks and not paused

    async def _wake_channels(self, conn: Connection, now: datetime) -> None:
        """Serve broken channels again whose permissions changed, or that have been broken for a while."""
        changed, self.changed = self.changed, set()
        woken = await channels.update_channels_resume(conn, sorted(changed), now) if changed else ()
        woken += await channels.update_channels_retry(conn, now, RETRY_BROKEN_AFTER)
        if woken:
            log.info("channels_tried_again", channels=woken)
            await channels.update_posts_of_resumed(conn, woken)
        for channel_id in changed:
            self._pauses.pop(channel_id, None)

    def _begin(self, channel_id: int) -> None:
        task = asyncio.create_task(self._serve(channel_id), name=f"deliver-{channel_id}")
        self._tasks[channel_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(channel_id, None))

    async def _serve(self, channel_id: int) -> None:
        """Step after step, until there is nothing to do for now."""
        try:
            pause = None
            while pause is None:
                pause = await self._teller.step(channel_id, self._failures.get(channel_id, 0))
            self._rest(channel_id, pause)
        except DATABASE_AWAY as error:
            log.warning("delivery_without_database", channel_id=channel_id, error=repr(error))
        except Exception:  # a defect in one channel's rows must not keep the others waiting
            log.exception("channel_failed", channel_id=channel_id)
            self._rest(channel_id, Pause(self._teller.clock.now() + timedelta(seconds=30)))

    def _rest(self, channel_id: int, pause: Pause) -> None:
        self._failures[channel_id] = self._failures.get(channel_id, 0) + 1 if pause.failed else 0
        self._bans = self._bans if pause.failed or pause.everywhere else 0
        if pause.until is None:
            self._pauses.pop(channel_id, None)
        elif pause.everywhere:
            self._pause_all(pause.until)
        else:
            self._pauses[channel_id] = pause.until

    def _pause_all(self, until: datetime) -> None:
        """Leave Discord alone, each time in a row twice as long: asking on makes a ban worse."""
        now = self._teller.clock.now()
        self._all_paused_until = now + min((until - now) * 2**self._bans, LONGEST_BAN)
        self._bans = min(self._bans + 1, 6)

    async def _correct(self, now: datetime) -> None:
        if _ahead(self._correct_at, now):
            return
        self._correct_at = now + CORRECT_EVERY
        if not await correct(self._teller):
            self._correct_at = now + 6 * CORRECT_EVERY


def _ahead(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until


@contextlib.contextmanager
def listening(bot: HawthorneBot, sender: Sender) -> Iterator[None]:
    """Note the channels whose permissions may have changed, while the context is open."""

    async def channel_changed(before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        sender.changed.add(after.id)

    async def channel_here(channel: discord.abc.GuildChannel) -> None:
        sender.changed.add(channel.id)

    async def role_changed(before: discord.Role, after: discord.Role) -> None:
        sender.changed.update(_channels(after.guild))

    async def guild_here(guild: discord.Guild) -> None:
        sender.changed.update(_channels(guild))

    listeners: list[tuple[str, Callable[..., Coroutine[Any, Any, None]]]] = [
        ("on_guild_channel_update", channel_changed),
        ("on_guild_channel_create", channel_here),
        ("on_guild_role_update", role_changed),
        ("on_guild_join", guild_here),
        ("on_guild_available", guild_here),
    ]
    for name, listener in listeners:
        bot.add_listener(listener, name)
    try:
        yield
    finally:
        for name, listener in listeners:
            bot.remove_listener(listener, name)


def _channels(guild: discord.Guild) -> set[int]:
    return {channel.id for channel in (*guild.channels, *guild.threads)}
