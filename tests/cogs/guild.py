"""A server in the simulated Discord with the whole bot in it, and a person who types commands and presses buttons."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.client import HawthorneBot
from bot.config import Clans, Config, Dashboard, Discord, Secret
from bot.jobs.loop import Loop
from bot.renderer import Renderer
from bot.sandbox.discord import cast
from bot.sandbox.discord.server import DiscordServer
from cogs import MODULES
from db.pool import Pool
from tests.e2e.discord_bot import Running, running
from tests.e2e.telling import ShiftedClock, eventually

CLAN, OTHER_CLAN = 881267, 881268
JSON = dict[str, Any]


class Loops:
    """Takes note of the loops that cogs register."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def register(self, loop: Loop) -> None:
        self.names.append(loop.name)


@dataclass
class Guild:
    pool: Pool
    clock: ShiftedClock
    place: Running
    loops: Loops
    public_url: str = ""
    renderer: Renderer | None = None
    bot: HawthorneBot | None = None
    task: asyncio.Task[None] | None = None

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

    async def start(self) -> None:
        """Log in, and wait until the commands can be typed."""
        bot = self.bot = HawthorneBot(self.config(), self.pool, self.clock, self.loops)
        bot.renderer = self.renderer
        for module in MODULES:
            await bot.load_extension(module)
        self.task = asyncio.create_task(bot.run_for_ever(self.place.server.token))

        async def ready() -> bool:
            return bot.is_ready() and bool(await self.place.call("GET", "/commands"))

        await eventually(ready)

    async def stop(self) -> None:
        if self.bot is not None and self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
            await self.bot.close()

    async def run(self, name: str, user_id: str | None = None, **options: Any) -> JSON:
        """Type a command; the answer's message. Fails when there was none in time."""
        return await self._answer(type="command", name=name, options=options, user_id=user_id)

    async def press(self, message: JSON, custom_id: str, *values: str, user_id: str | None = None) -> JSON:
        """Press a button or choose in a select; the message that this changed or made."""
        action = {"type": "component", "message_id": message["id"], "custom_id": custom_id, "values": list(values)}
        return await self._answer(**action, channel_id=message["channel_id"], user_id=user_id)

    async def _answer(self, **action: Any) -> JSON:
        made = await self.place.act(**{key: value for key, value in action.items() if value is not None})
        assert made.get("ok"), made
        assert not made["deferred"], "text answers come in the first response"
        response: JSON = made["response"]
        return response

    async def ask(self, name: str, user_id: str | None = None, **options: Any) -> JSON:
        """Type a command whose answer has a chart: it is deferred at once. The answer's message."""
        action = {"type": "command", "name": name, "options": options, "user_id": user_id}
        return await self._deferred({key: value for key, value in action.items() if value is not None})

    async def choose(self, message: JSON, custom_id: str, *values: str, user_id: str = cast.OWNER_ID) -> JSON:
        """Use a control under a chart; the message that this changed."""
        action = {"type": "component", "message_id": message["id"], "custom_id": custom_id, "values": list(values)}
        return await self._deferred({**action, "channel_id": message["channel_id"], "user_id": user_id})

    async def _deferred(self, action: JSON) -> JSON:
        made = await self.place.act(**action, wait=30)
        assert made.get("ok"), made
        assert made["deferred"], "charts come after the first response"
        assert made["ms"] < 1000, "the first response waits for nothing"
        assert not made["thinking"]
        answers: list[JSON] = [made["response"], *made["followups"]]
        if answers == [None]:  # the public "thinking…" was taken away; what only the asker sees follows

            async def told() -> bool:
                answers.extend((await self.place.call("GET", f"/interactions/{made['id']}"))["followups"])
                return answers[-1] is not None

            await eventually(told)
        return answers[-1]

    async def complete(self, name: str, option: str, typed: str, **others: Any) -> list[JSON]:
        """The choices that autocomplete offers."""
        made = await self.place.act(type="autocomplete", name=name, options={**others, option: typed}, focused=option)
        choices: list[JSON] = made["response"]["choices"]
        return choices

    # What the database knows

    async def add_clan(self, group_id: int, name: str, callsign: str = "", *, read: bool = True) -> None:
        now = self.clock.now()
        await self.pool.execute(
            """
            insert into clan (group_id, state, name, callsign, added_at, accepted_at)
            values ($1, 'tracked', $2, $3, $4, $5)
            """,
            group_id,
            name,
            callsign,
            now,
            now if read else None,
        )

    async def add_member(
        self,
        group_id: int,
        membership_id: int,
        name: str,
        *,
        power: int | None = None,
        joined_at: datetime,
        last_played_at: datetime | None = None,
        playing_since: datetime | None = None,
        private: bool = False,
    ) -> None:
        now = self.clock.now()
        await self.pool.execute(
            "insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, $2, $3)",
            membership_id,
            name,
            now,
        )
        await self.pool.execute(
            "insert into stint (group_id, membership_id, joined_at, role) values ($1, $2, $3, 'member')",
            group_id,
            membership_id,
            joined_at,
        )
        await self.pool.execute(
            """
            insert into profile (membership_id, tried_at, read_at, power, last_played_at, activity_hash,
              activity_started_at, transitory, private, hidden_reads)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, case when $8 then 2 else 0 end)
            """,
            membership_id,
            now,
            power,
            last_played_at,
            None if playing_since is None else 82913930,
            playing_since,
            playing_since is not None,
            private,
        )


@asynccontextmanager
async def guild(pool: Pool, public_url: str = "") -> AsyncIterator[Guild]:
    clock = ShiftedClock()
    async with running(DiscordServer(None, clock.now, window_scale=0.02)) as place:
        made = Guild(pool, clock, place, Loops(), public_url)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()


async def with_public_url(made: Guild, public_url: str) -> Guild:
    """The same server after a restart of the bot with another configuration."""
    await made.stop()
    again = replace(made, public_url=public_url, loops=Loops())
    await again.start()
    return again


def embed_of(message: JSON) -> JSON:
    embed: JSON = message["embeds"][0]
    return embed


def lines_of(message: JSON) -> list[str]:
    text: str = embed_of(message)["description"]
    return text.split("\n")


def buttons(message: JSON) -> dict[str, JSON]:
    """The buttons of a message by their label."""
    rows = message["components"]
    return {item["label"]: item for row in rows for item in row["components"] if item["type"] == 2}


def select(message: JSON) -> JSON:
    found: JSON = next(item for row in message["components"] for item in row["components"] if item["type"] == 3)
    return found
