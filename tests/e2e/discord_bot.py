"""A small bot on the real, unpatched discord.py, for tests of the simulated Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord
import yarl
from aiohttp import ClientSession, web
from discord import app_commands

from bot.sandbox.discord.server import DiscordServer


@dataclass
class Running:
    """A server on a free port, and a session to act as a person through its client side."""

    server: DiscordServer
    url: str
    http: ClientSession

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.url}/sandbox/discord{path}", json=body) as response:
            return await response.json()

    async def act(self, **action: Any) -> Any:
        return await self.call("POST", "/interactions", action)

    async def messages(self, channel_id: str) -> Any:
        return await self.call("GET", f"/channels/{channel_id}/messages")


@asynccontextmanager
async def running(server: DiscordServer | None = None) -> AsyncIterator[Running]:
    server = server or DiscordServer(None, lambda: datetime.now(UTC), window_scale=0.02)
    runner = web.AppRunner(server.app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with ClientSession() as http:
            yield Running(server, url, http)
    finally:
        await runner.cleanup()


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """discord.py speaks to the simulated Discord: the two class attributes, nothing else."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = f"{url}/api/v10"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{url}/gateway".replace("http", "ws", 1))
    try:
        yield
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = before


class Again(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, button: discord.ui.Button[Again]) -> None:
        await interaction.response.edit_message(content="pressed", view=self)

    @discord.ui.select(
        custom_id="pick", options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")]
    )
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select[Again]) -> None:
        await interaction.response.send_message(f"picked {select.values}", ephemeral=True)


class SmallBot(discord.Client):
    """Commands: /echo (with autocomplete), /slow (defers), /silent (never answers), /card (embed with a picture)."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.resumed = asyncio.Event()
        self.channel_updates: list[discord.abc.GuildChannel] = []
        _register(self.tree)

    async def setup_hook(self) -> None:
        self.add_view(Again())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """discord.py's own waits five seconds before it identifies again."""

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        self.channel_updates.append(after)


def _register(tree: app_commands.CommandTree[SmallBot]) -> None:
    @tree.command(description="Says it again")
    @app_commands.describe(text="What to say", times="How often")
    async def echo(interaction: discord.Interaction, text: str, times: app_commands.Range[int, 1, 5] = 1) -> None:
        await interaction.response.send_message(" ".join([text] * times), view=Again())

    @echo.autocomplete("text")
    async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{end}", value=f"{current}{end}") for end in ("!", "?")]

    @tree.command(description="Thinks first")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("thought about it")
        await interaction.followup.send("and more", ephemeral=True)

    @tree.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        await asyncio.sleep(0)

    @tree.command(description="Shows a card")
    async def card(interaction: discord.Interaction) -> None:
        file = discord.File(_pixel(), "chart.png", description="A chart of one pixel")
        embed = discord.Embed(title="Card", description="**bold**", colour=0x3FCE95).set_image(
            url="attachment://chart.png"
        )
        await interaction.response.send_message(embed=embed, file=file)


def _pixel() -> Any:
    import io
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    picture = zlib.compress(b"\x00\x3f\xce\x95")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", picture) + chunk(b"IEND", b""))


@asynccontextmanager
async def logged_in(there: Running) -> AsyncIterator[SmallBot]:
    bot = SmallBot()
    with pointed_at(there.url):
        task = asyncio.create_task(bot.start(there.server.token))
        try:
            ready = asyncio.create_task(bot.wait_until_ready())
            await asyncio.wait({task, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                ready.cancel()
                task.result()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)
