from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

import cogs
from bot.sandbox.discord import cast
from cogs.pace import TIMES
from tests.cogs.guild import Guild, embed_of, lines_of, with_public_url

EPHEMERAL = 64


async def test_status_tells_how_things_are(at: Guild) -> None:
    await at.pool.execute(
        "insert into loop (name, interval_seconds, last_ok_at) select *, 180, now() from unnest($1::text[])",
        ["roster", "membership"],
    )
    message = await at.run("status")
    lines = lines_of(message)
    assert lines[0] == "**All loops on time.**"
    assert re.fullmatch(r"● Membership · <t:\d+:R>", lines[2])
    assert "Posts: all told" in lines
    assert re.fullmatch(r"-# Status <t:\d+:R>", lines[-1])


async def test_help_lists_every_command_with_its_description(at: Guild) -> None:
    lines = lines_of(await at.run("help", private=True))
    assert at.bot is not None
    for command in at.bot.tree.get_commands():
        assert isinstance(command, app_commands.Command)
        assert f"`/{command.name}` · {command.description}" in lines


async def test_about_says_what_it_is(at: Guild) -> None:
    message = await at.run("about")
    assert "Not made or endorsed by Bungie." in embed_of(message)["description"]
    assert re.fullmatch(r"-# Roster <t:\d+:R>", lines_of(message)[-1])


async def test_each_command_has_descriptions_and_is_for_servers_only(at: Guild) -> None:
    commands: list[dict[str, Any]] = await at.place.call("GET", "/commands")
    assert sorted(command["name"] for command in commands) == [
        *("about", "exotics", "help", "roster", "seals", "status", "weapon", "weapons")
    ]
    for command in commands:
        assert 10 <= len(command["description"]) <= 100
        assert command["contexts"] == [0]
        assert command["integration_types"] == [0]
        assert all(len(option["description"]) > 5 for option in command["options"])
        assert "private" in [option["name"] for option in command["options"]]


async def test_cogs_register_the_loops_of_their_jobs(at: Guild) -> None:
    assert sorted(at.loops.names) == ["collections", "manifest", "matches", "membership", "roster"]


async def test_the_bot_asks_for_no_privileged_intent_and_pings_nobody(at: Guild) -> None:
    assert at.bot is not None
    wanted = discord.Intents.none()
    wanted.guilds = True
    assert at.bot.intents == wanted
    assert at.bot.allowed_mentions is not None
    assert at.bot.allowed_mentions.to_dict() == {"parse": []}


async def test_commands_are_registered_once(at: Guild) -> None:
    again = await with_public_url(at, "")
    try:
        await again.run("about")
        assert _registrations(again) == 1
    finally:
        await again.stop()


async def test_commands_are_registered_again_when_they_changed(at: Guild) -> None:
    await at.pool.execute(
        """update setting set value = value || '{"hash": "of before"}' where key = 'discord.commands'"""
    )
    again = await with_public_url(at, "")
    try:
        for _ in range(100):
            if _registrations(again) == 2:
                break
            await asyncio.sleep(0.05)
        assert _registrations(again) == 2
    finally:
        await again.stop()


def _registrations(at: Guild) -> int:
    return sum(entry.method == "PUT" and entry.path.endswith("/commands") for entry in at.place.server.requests)


async def test_a_cooldown_says_when_to_try_again(at: Guild) -> None:
    for _ in range(TIMES):
        assert "quick" not in lines_of(await at.run("status"))[0]
    message = await at.run("status")
    assert re.fullmatch(r"That was quick. Try again <t:\d+:R>.", lines_of(message)[0])
    assert message["flags"] & EPHEMERAL


async def test_a_defect_is_answered_with_a_reference_that_is_logged(
    at: Guild, capsys: pytest.CaptureFixture[str]
) -> None:
    await at.pool.execute("alter table profile rename to elsewhere")
    message = await at.run("roster")
    found = re.search(r"-# ref ([0-9a-f]{4}-[0-9a-f]{4})$", embed_of(message)["description"])
    assert found
    assert message["flags"] & EPHEMERAL
    assert found[1] in capsys.readouterr().out


async def test_a_button_whose_answer_fails_is_answered_too(at: Guild) -> None:
    message = await at.run("roster")
    await at.pool.execute("alter table profile rename to elsewhere")
    button = message["components"][0]["components"][2]["custom_id"]
    answer = await at.press(message, button)
    assert "-# ref " in embed_of(answer)["description"]
    assert answer["flags"] & EPHEMERAL


async def test_help_answers_without_a_database(at: Guild) -> None:
    await at.pool.execute("alter table clan rename to elsewhere")
    assert lines_of(await at.run("help"))[-1] == "-# ⚠ The database does not answer right now."


async def test_an_answer_whose_connection_is_reset_is_sent_again(at: Guild) -> None:
    for fault, user in (("reset_before", cast.OWNER_ID), ("reset_after_accept", cast.PLAIN_ID)):
        await at.place.call("POST", "/faults", {"fault": fault, "path": "/callback"})
        assert embed_of(await at.run("roster", user))["title"] == "Roster · 3 of 23 online"


async def test_answers_are_quick(at: Guild) -> None:
    made = await at.place.act(type="command", name="roster", options={})
    assert made["ms"] < 1000


def test_every_cog_is_listed_once() -> None:
    folder = Path(cogs.__file__).parent
    found = {f"cogs.{path.stem}" for path in folder.glob("*.py") if "async def setup(" in path.read_text("utf-8")}
    assert sorted(cogs.MODULES) == sorted(found)
