"""The real discord.py against the simulated Discord, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from bot.sandbox.discord import cast
from tests.e2e.discord_bot import Running, SmallBot, logged_in, pointed_at, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def there() -> AsyncIterator[Running]:
    async with running() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(there: Running) -> AsyncIterator[SmallBot]:
    async with logged_in(there) as client:
        yield client


def news(bot: SmallBot) -> discord.TextChannel:
    channel = bot.get_channel(int(cast.ANNOUNCE_CHANNEL_ID))
    assert isinstance(channel, discord.TextChannel)
    return channel


def test_discord_py_has_the_two_attributes_that_point_it_elsewhere() -> None:
    assert discord.http.Route.BASE == "https://discord.com/api/v10"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "wss://gateway.discord.gg/"


async def test_login_knows_the_guild_and_its_permissions(bot: SmallBot) -> None:
    guild = bot.guilds[0]
    assert (guild.name, guild.owner_id) == ("Tower Annex", int(cast.OWNER_ID))
    assert [channel.name for channel in guild.text_channels] == ["clan-news", "general", "bot-spam"]
    assert news(bot).permissions_for(guild.me).embed_links


async def test_a_wrong_token_is_refused(there: Running) -> None:
    client = discord.Client(intents=discord.Intents.none())
    with pointed_at(there.url), pytest.raises(discord.LoginFailure):
        await client.login("wrong")
    await client.close()


async def test_commands_are_registered_and_answered(there: Running, bot: SmallBot) -> None:
    names = {command["name"] for command in await there.call("GET", "/commands")}
    assert names == {"echo", "slow", "silent", "card"}
    outcome = await there.act(type="command", name="echo", options={"text": "hello", "times": 2})
    assert outcome["ok"]
    assert outcome["response"]["content"] == "hello hello"
    assert outcome["response"]["interaction_metadata"]["user"]["id"] == cast.OWNER_ID


async def test_a_nonce_is_posted_once(there: Running, bot: SmallBot) -> None:
    first = await news(bot).send("once", nonce="outbox-1")
    second = await news(bot).send("twice", nonce="outbox-1")
    assert first.id == second.id
    told = [one["content"] for one in await there.messages(cast.ANNOUNCE_CHANNEL_ID) if one["nonce"] == "outbox-1"]
    assert told == ["once"]
