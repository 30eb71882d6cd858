"""The real discord.py against the simulated Discord, over real sockets."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import discord
import pytest
import pytest_asyncio

from bot.sandbox.discord import cast
from bot.sandbox.discord.faults import Fault
from bot.sandbox.discord.server import DiscordServer
from tests.discord_openapi import document_path, validate_answer, validate_request
from tests.e2e.discord_bot import Running, SmallBot, logged_in, pointed_at, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def there() -> AsyncIterator[Running]:
    async with running() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(there: Running) -> AsyncIterator[SmallBot]:
    async with logged_in(there) as client:
        yield client


async def eventually(true: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


def news(bot: SmallBot) -> discord.TextChannel:
    channel = bot.get_channel(int(cast.ANNOUNCE_CHANNEL_ID))
    assert isinstance(channel, discord.TextChannel)
    return channel


def test_discord_py_has_the_two_attributes_that_point_it_elsewhere() -> None:
    code = "from discord import gateway, http; print(http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["https://discord.com/api/v10", "wss://gateway.discord.gg/"]


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


@pytest.mark.parametrize(("channel", "code"), [("1", 10003), ("text", 10003)])
async def test_an_unknown_channel_is_not_found(there: Running, bot: SmallBot, channel: str, code: int) -> None:
    with pytest.raises(discord.NotFound) as refusal:
        await bot.http.request(discord.http.Route("GET", "/channels/{channel_id}", channel_id=channel))
    assert refusal.value.code == code


async def test_form_errors_name_the_path(bot: SmallBot) -> None:
    embed = discord.Embed(description="x" * 4097)
    with pytest.raises(discord.HTTPException) as refusal:
        await news(bot).send(embed=embed)
    assert refusal.value.code == 50035
    assert "embeds.0.description: Must be 4096 or fewer in length." in refusal.value.text


async def test_an_empty_message_is_refused(bot: SmallBot) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await news(bot).send("  ")
    assert refusal.value.code == 50006


async def test_a_picture_in_an_embed_is_stored_with_its_alt_text(there: Running, bot: SmallBot) -> None:
    outcome = await there.act(type="command", name="card")
    image = outcome["response"]["embeds"][0]["image"]
    assert (image["width"], image["height"], image["description"]) == (1, 1, "A chart of one pixel")
    assert outcome["response"]["attachments"] == []
    async with there.http.get(image["url"]) as response:
        assert response.headers["Content-Type"] == "image/png"
        assert (await response.read()).startswith(b"\x89PNG")


async def test_a_deferred_answer_is_filled_in_and_only_its_invoker_sees_it(there: Running, bot: SmallBot) -> None:
    outcome = await there.act(type="command", name="slow", user_id=cast.PLAIN_ID, wait=3)
    assert outcome["deferred"]
    assert outcome["response"]["content"] == "thought about it"
    assert outcome["response"]["visible_to"] == cast.PLAIN_ID
    for viewer, sees in ((cast.PLAIN_ID, True), (cast.OWNER_ID, False)):
        shown = await there.call("GET", f"/channels/{cast.SPAM_CHANNEL_ID}/messages?user_id={viewer}")
        assert any(one["id"] == outcome["response"]["id"] for one in shown) is sees
    history = [message async for message in bot.get_channel(int(cast.SPAM_CHANNEL_ID)).history()]  # type: ignore[union-attr]
    assert int(outcome["response"]["id"]) not in [message.id for message in history]


async def test_an_unanswered_interaction_is_lost_after_its_time(there: Running, bot: SmallBot) -> None:
    there.server.interactions.patience = 0.2
    try:
        outcome = await there.act(type="command", name="silent")
    finally:
        there.server.interactions.patience = 3.0
    assert (outcome["ok"], outcome["error"]) == (False, "The application did not respond")
    late = there.server.interactions.get(outcome["id"])
    url = f"{there.url}/api/v10/interactions/{late.id}/{late.token}/callback"
    async with there.http.post(url, json={"type": 4, "data": {"content": "late"}}) as response:
        assert (response.status, (await response.json())["code"]) == (404, 10062)


async def test_autocomplete_answers_choices(there: Running, bot: SmallBot) -> None:
    outcome = await there.act(type="autocomplete", name="echo", options={"text": "hi"}, focused="text")
    assert [choice["value"] for choice in outcome["response"]["choices"]] == ["hi!", "hi?"]


async def test_what_a_client_would_not_allow_is_refused(there: Running, bot: SmallBot) -> None:
    for options in ({}, {"text": "x", "times": 9}, {"text": "x", "times": "many"}, {"other": 1}):
        outcome = await there.act(type="command", name="echo", options=options)
        assert "id" not in outcome, options
    assert (await there.act(type="command", name="nothing"))["message"] == "no command /nothing is registered"


async def test_buttons_and_selects(there: Running, bot: SmallBot) -> None:
    message = (await there.act(type="command", name="echo", options={"text": "press me"}))["response"]
    place = {"channel_id": message["channel_id"], "message_id": message["id"]}
    pressed = await there.act(type="component", custom_id="again", **place)
    assert (pressed["response_type"], pressed["response"]["content"]) == (7, "pressed")
    assert [edit["content"] for edit in pressed["response"]["edits"]] == ["press me"]
    picked = await there.act(type="component", custom_id="pick", values=["1"], **place)
    assert picked["response"]["content"] == "picked ['1']"
    refused = await there.act(type="component", custom_id="pick", values=["3"], **place)
    assert refused["message"] == "a value that the select does not offer"


async def test_permissions_taken_and_given_back(there: Running, bot: SmallBot) -> None:
    place = f"/channels/{cast.ANNOUNCE_CHANNEL_ID}/permissions"
    for denied, code in (("SEND_MESSAGES", 50013), ("VIEW_CHANNEL", 50001)):
        assert (await there.call("POST", place, {"deny": [denied]}))["denied"] == [denied]
        with pytest.raises(discord.Forbidden) as refusal:
            await news(bot).send("no")
        assert refusal.value.code == code
    updates = len(bot.channel_updates)
    await there.call("POST", place, {"deny": []})
    await eventually(lambda: len(bot.channel_updates) > updates)
    assert bot.channel_updates[-1].permissions_for(bot.guilds[0].me).send_messages
    await news(bot).send("yes")


async def test_history_pages_by_id(bot: SmallBot) -> None:
    sent = [await news(bot).send(f"page {number}") for number in range(4)]
    after = [message.id async for message in news(bot).history(after=sent[0], limit=2)]
    assert after == [sent[1].id, sent[2].id]
    before = [message.id async for message in news(bot).history(before=sent[3], limit=2)]
    assert before == [sent[2].id, sent[1].id]
    around = [message.id async for message in news(bot).history(around=sent[1], limit=3)]
    assert sorted(around) == [one.id for one in sent[:3]]


async def test_editing_and_deleting(there: Running, bot: SmallBot) -> None:
    message = await news(bot).send("first")
    edited = await message.edit(content="second")
    assert edited.edited_at is not None
    await message.delete()
    with pytest.raises(discord.NotFound):
        await news(bot).fetch_message(message.id)


async def test_faults_meet_the_next_posts(there: Running, bot: SmallBot) -> None:
    there.server.core.faults.add(Fault("429", seconds=0.05, channel_id=cast.ANNOUNCE_CHANNEL_ID))
    assert (await news(bot).send("after a 429")).content == "after a 429"
    there.server.core.faults.add(Fault("429", via=False))
    with pytest.raises(discord.HTTPException) as banned:
        await news(bot).send("never")
    assert banned.value.status == 429
    there.server.core.faults.add(Fault("503"))
    with pytest.raises(discord.DiscordServerError):
        await news(bot).send("never either")


@pytest.mark.parametrize(("kind", "accepted"), [("reset_before", 0), ("reset_after_accept", 1)])
async def test_a_reset_leaves_the_outcome_unknown(there: Running, bot: SmallBot, kind: str, accepted: int) -> None:
    there.server.core.faults.add(Fault(kind, method="POST"))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await news(bot).send(kind, nonce=kind)
    assert await self_told(there, kind) == accepted
    await news(bot).send(kind, nonce=kind)
    assert await self_told(there, kind) == 1


async def self_told(there: Running, content: str) -> int:
    return sum(one["content"] == content for one in await there.messages(cast.ANNOUNCE_CHANNEL_ID))


async def test_a_layout_of_components_is_kept_and_its_flag_stays(there: Running, bot: SmallBot) -> None:
    view = discord.ui.LayoutView()
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=0xF4788C)
    box.add_item(discord.ui.TextDisplay("## Setup"))
    box.add_item(discord.ui.Section("Channel", accessory=discord.ui.Button(label="Change", custom_id="change")))
    box.add_item(discord.ui.Separator())
    box.add_item(discord.ui.ActionRow(discord.ui.ChannelSelect(custom_id="where")))
    view.add_item(box)
    message = await news(bot).send(view=view)
    assert message.flags.components_v2
    with pytest.raises(discord.HTTPException) as refusal:
        await message.edit(content="words")
    assert "content: The 'content' field cannot be used" in refusal.value.text
    edited = await message.edit(view=discord.ui.LayoutView().add_item(discord.ui.TextDisplay("Done")))
    assert edited.flags.components_v2
    shown = (await there.messages(cast.ANNOUNCE_CHANNEL_ID))[-1]["components"]
    assert [(one["type"], one["content"]) for one in shown] == [(10, "Done")]


async def test_only_what_is_allowed_pings(bot: SmallBot) -> None:
    words = f"<@{cast.OWNER_ID}> @everyone"
    loud = await news(bot).send(words)
    assert ([user.id for user in loud.mentions], loud.mention_everyone) == ([int(cast.OWNER_ID)], True)
    quiet = await news(bot).send(words, allowed_mentions=discord.AllowedMentions.none())
    assert (quiet.mentions, quiet.mention_everyone) == ([], False)


async def test_a_sharded_client_logs_in_too(there: Running) -> None:
    async with running(DiscordServer(None, there.server.store.now)) as other:
        client = discord.AutoShardedClient(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
        with pointed_at(other.url):
            task = asyncio.create_task(client.start(other.server.token))
            try:
                await eventually(lambda: bool(client.guilds))
                assert client.shard_count == 1
            finally:
                await client.close()
                await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("how", ["reconnect", "drop"])
async def test_a_kicked_client_resumes_and_misses_nothing(there: Running, bot: SmallBot, how: str) -> None:
    bot.resumed.clear()
    updates = len(bot.channel_updates)
    assert (await there.call("POST", "/disconnect", {"how": how}))["connections"] == 1
    await there.call("POST", f"/channels/{cast.GENERAL_CHANNEL_ID}/permissions", {"deny": []})
    await asyncio.wait_for(bot.resumed.wait(), 10)
    await eventually(lambda: len(bot.channel_updates) > updates)


async def test_an_invalid_session_identifies_again(there: Running) -> None:
    async with running() as other, logged_in(other):
        assert other.server.core.gateway.identified == 1
        await other.call("POST", "/disconnect", {"how": "invalid"})
        await eventually(lambda: other.server.core.gateway.identified == 2)


async def test_a_privileged_intent_is_refused(there: Running) -> None:
    client = discord.Client(intents=discord.Intents(guilds=True, members=True))
    with pointed_at(there.url), pytest.raises(discord.PrivilegedIntentsRequired):
        await client.start(there.server.token)
    await client.close()


async def test_rate_limits_are_told_and_kept(there: Running) -> None:
    async with running(DiscordServer(None, lambda: datetime.now(UTC))) as other:
        url = f"{other.url}/api/v10/channels/{cast.ANNOUNCE_CHANNEL_ID}/messages"
        headers = {"Authorization": f"Bot {other.server.token}"}
        left = []
        for number in range(6):
            async with other.http.post(url, json={"content": str(number)}, headers=headers) as response:
                left.append(response.headers["X-RateLimit-Remaining"])
                told = await response.json()
        assert left == ["4", "3", "2", "1", "0", "0"]
        assert response.status == 429
        assert response.headers["Via"]
        assert 0 < told["retry_after"] <= 5


async def test_messages_and_commands_survive_a_restart(tmp_path: Path) -> None:
    def server() -> DiscordServer:
        return DiscordServer(tmp_path, lambda: datetime.now(UTC), window_scale=0.02)

    async with running(server()) as first, logged_in(first) as client:
        file = discord.File(io.BytesIO(b"a,b"), "roster.csv")
        sent = await news(client).send("kept", file=file, nonce="kept")
    async with running(server()) as second:
        kept = (await second.messages(cast.ANNOUNCE_CHANNEL_ID))[-1]
        assert (kept["id"], kept["nonce"]) == (str(sent.id), "kept")
        async with second.http.get(kept["files"][0]["url"]) as response:
            assert await response.read() == b"a,b"
        assert len(await second.call("GET", "/commands")) == 4


async def test_the_page_and_its_files_come_with_a_strict_policy(there: Running) -> None:
    for path, kind in (("/", "text/html"), ("/static/main.js", "text/javascript"), ("/static/layout.css", "text/css")):
        async with there.http.get(there.url + path) as response:
            assert response.content_type == kind
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    async with there.http.get(f"{there.url}/static/..%2fpage.py") as response:
        assert response.status == 404


async def test_every_exchange_keeps_to_the_published_document(there: Running, bot: SmallBot) -> None:
    """Runs last: looks at all that the tests before it made discord.py send, and at what it was answered."""
    if document_path() is None:
        pytest.skip("HAWTHORNE_SAMPLES names no folder with discord-openapi.json")
    wrong: list[str] = []
    for record in there.server.requests:
        told = record.status < 500 and not record.fault
        if record.status < 400:
            wrong += [
                f"{record.method} {record.route} sent {one}"
                for one in validate_request(record.method, record.path, record.json)
            ]
        if told:
            answers = validate_answer(record.method, record.path, record.status, record.answer)
            wrong += [f"{record.method} {record.route} answered {one}" for one in answers]
    assert there.server.requests.total >= 50
    assert not wrong, "\n".join(sorted(set(wrong)))
