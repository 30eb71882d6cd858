"""The shell's commands as people run them: real processes against a sandbox, their words and their exit codes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import click
import pytest
import pytest_asyncio
from click.testing import CliRunner

from bot.cli import cli
from bot.cli.options import open_services
from bot.config import load
from bot.jobs import membership
from bot.sandbox.app import Sandbox
from db.migrate import all_migrations
from db.queries.clan import upsert_configured_clans

DOOR = Path(__file__).parents[2] / "hawthorne"


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


async def run(*command: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Said:
    """Run to the end; a traceback on either stream fails the test."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=env or clean(), cwd=cwd
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    said = Said(process.returncode or 0, out.decode(), err.decode())
    assert "Traceback" not in said.out + said.err, said
    return said


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HAWTHORNE_")}


@dataclass(frozen=True)
class Shell:
    """`python -m bot` with a configuration for one sandbox and one database."""

    sandbox: Sandbox
    dsn: str
    home: Path

    def env(self) -> dict[str, str]:
        said = {
            "DISCORD__TOKEN": self.sandbox.token,
            "DISCORD__API_URL": self.sandbox.api_url,
            "DISCORD__GATEWAY_URL": self.sandbox.gateway_url,
            "BUNGIE__API_KEY": self.sandbox.api_key,
            "BUNGIE__URL": self.sandbox.bungie_url,
            "BUNGIE__STATS_URL": self.sandbox.stats_url,
            "DATABASE__URL": self.dsn,
            "CLANS__IDS": json.dumps(self.sandbox.clan_ids),
            "DATA_DIR": str(self.home),
        }
        return {**clean(), **{f"HAWTHORNE_{name}": value for name, value in said.items()}}

    async def __call__(self, *arguments: str) -> Said:
        return await run(sys.executable, "-m", "bot", *arguments, env=self.env(), cwd=self.home)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed=7, live=False) as opened:
        yield opened


@pytest.fixture
def shell(sandbox: Sandbox, dsn: str, tmp_path: Path) -> Shell:
    sandbox.bungie.faults.clear()
    return Shell(sandbox, dsn, tmp_path)


@pytest.fixture
def fresh_shell(sandbox: Sandbox, empty_dsn: str, tmp_path: Path) -> Shell:
    return Shell(sandbox, empty_dsn, tmp_path)


# -- icons ---------------------------------------------------------------------------------------------------


async def test_icons_are_kept_where_they_are_wanted(shell: Shell) -> None:
    none = await shell("icons")
    assert (none.code, none.err) == (1, "hawthorne: No manifest has been read yet: `sync manifest` reads it.\n")
    conn = await asyncpg.connect(shell.dsn)
    for number in range(3):
        path = f"/common/destiny2_content/icons/{number}.png"
        await conn.execute(
            "insert into weapon (hash, name, position, family, icon) values ($1, 'Rose', 1, $1, $2)", number, path
        )
    await conn.close()
    assert ((first := await shell("icons")).code, first.out) == (0, "3 icons saved, 0 were there.\n")
    assert len(list((shell.home / "icons/common/destiny2_content/icons").glob("*.png"))) == 3
    assert (await shell("icons")).out == "0 icons saved, 3 were there.\n"
    assert (await shell("icons", "--to", "elsewhere")).out == "3 icons saved, 0 were there.\n"
    assert (shell.home / "elsewhere/common/destiny2_content/icons/2.png").is_file()


# -- the door ------------------------------------------------------------------------------------------------


async def test_help_lists_every_command(tmp_path: Path) -> None:
    said = await run(sys.executable, "-m", "bot", "--help", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert all(f"\n  {name} " in said.out for name in cli.commands)
    assert "\nOptions:" in (await run(sys.executable, "-m", "bot", "sync", "--help", cwd=tmp_path)).out


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_explains_itself_and_its_options(name: str) -> None:
    said = CliRunner().invoke(cli, [name, "--help"])
    assert said.exit_code == 0
    assert said.output.startswith(f"Usage: cli {name} ")
    options = [one for one in cli.commands[name].params if isinstance(one, click.Option)]
    assert all(one.opts[0] in said.output and one.help for one in options)


@pytest.mark.parametrize("arguments", [["fly"], ["sync", "roster", "--from", str(DOOR)]], ids=["command", "option"])
async def test_what_is_no_command_or_option_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    said = await run(sys.executable, "-m", "bot", *arguments, cwd=tmp_path)
    assert said.code == 2
    assert "Usage: " in said.err


# -- migrate -------------------------------------------------------------------------------------------------


async def test_migrate_brings_the_tables_once(fresh_shell: Shell) -> None:
    first = await fresh_shell("migrate")
    wanted = [f"applied {one.number:04d} {one.name}" for one in all_migrations()]
    assert (first.code, first.out.splitlines()) == (0, wanted)
    assert (await fresh_shell("migrate")).out == "Nothing to do: the database is up to date.\n"


async def test_migrate_sql_is_what_psql_needs(fresh_shell: Shell, tmp_path: Path) -> None:
    """It asks for no configuration, and makes the tables when someone else runs it."""
    said = await run(sys.executable, "-m", "bot", "migrate", "--sql", cwd=tmp_path)
    assert said.code == 0
    conn = await asyncpg.connect(fresh_shell.dsn)
    try:
        await conn.execute(said.out)
        assert await conn.fetchval("select count(*) from clan") == 0
    finally:
        await conn.close()


# -- sync ----------------------------------------------------------------------------------------------------


async def test_sync_makes_one_pass_of_each_loop(shell: Shell) -> None:
    manifest, membership = await asyncio.gather(shell("sync", "manifest"), shell("sync", "membership"))
    code, shown = await on_a_terminal(shell, "sync", "roster")
    assert (manifest.code, membership.code, code) == (0, 0, 0), (manifest, membership, shown)
    assert manifest.out.endswith(" is current now, with 35 seals and 307 weapons.\n")
    assert all(line.startswith("{") for line in manifest.err.splitlines()), "a bar where nobody looks"
    assert "roster" in shown
    people = sum(len(shell.sandbox.world.members(group_id)) for group_id in shell.sandbox.clan_ids)
    assert f"/{people}" in shown
    assert await counted(shell, "select count(*) from stint") == people
    assert await counted(shell, "select count(*) from profile where read_at is not null or private") > people - 10


async def on_a_terminal(shell: Shell, *arguments: str) -> tuple[int, str]:
    """The exit code, and what was drawn on stderr."""
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=theirs,
        env=shell.env() | {"TERM": "xterm"},
    )
    os.close(theirs)
    drawn = await asyncio.to_thread(drained, ours)
    return await asyncio.wait_for(process.wait(), 60), drawn


def drained(terminal: int) -> str:
    """All that is drawn until the other side is closed."""
    parts: list[bytes] = []
    with contextlib.suppress(OSError):  # EIO: nobody holds the other side any more
        while part := os.read(terminal, 65536):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode("utf-8", "replace")


async def test_sync_ends_with_1_when_a_poll_is_not_accepted(shell: Shell) -> None:
    shell.sandbox.bungie.faults.add({"subsystem": "members", "fault": "error5"})
    said = await shell("sync", "membership")
    assert said.code == 1
    assert "Bungie.net is down for maintenance" in said.out


async def counted(shell: Shell, query: str) -> int:
    conn = await asyncpg.connect(shell.dsn)
    try:
        return int(await conn.fetchval(query))
    finally:
        await conn.close()


# -- held ----------------------------------------------------------------------------------------------------


async def hold_batches(shell: Shell) -> None:
    """A dozen leave each clan, and Bungie.net can't say of one of them where it is."""
    world, faults = shell.sandbox.world, shell.sandbox.bungie.faults
    async with open_services(load(None, shell.env())) as services:
        async with services.pool.acquire() as conn:
            await upsert_configured_clans(conn, services.config.clans.ids, services.clock.now())
        await membership.run(services)
        for group_id in shell.sandbox.clan_ids:
            gone = world.purge(group_id, 12)
            faults.add({"subsystem": "groups", "fault": "truncated", "membership_id": gone[0].membership_id})
        for _ in range(2):
            await membership.run(services)


async def test_each_held_batch_is_decided_once(shell: Shell) -> None:
    await hold_batches(shell)
    listed = await shell("held")
    lines = [line.split("  ") for line in listed.out.splitlines()]
    assert {line[1] for line in lines} == {f"clan {group_id}" for group_id in shell.sandbox.clan_ids}, listed
    assert all(line[2].startswith("12 members missing since 20") for line in lines)
    (first, *_), (second, *_) = lines
    assert await shell("held", "approve", first) == Said(0, "Announced: 12 leaves.\n", "")
    assert await shell("held", "discard", second) == Said(0, "Dropped: 12 leaves.\n", "")
    assert await counted(shell, "select count(*) from event where kind = 'left'") == 12
    unknown = f"hawthorne: No held batch has the id {first}: `held` lists them.\n"
    assert await shell("held", "approve", first) == Said(1, "", unknown)
    assert (await shell("held")).out == "Nothing is held.\n"


# -- discord -------------------------------------------------------------------------------------------------


async def test_invite_prints_an_address_with_the_least_permissions(shell: Shell) -> None:
    said = await shell("invite")
    assert said.code == 0
    address = f"https://discord.com/oauth2/authorize?client_id={shell.sandbox.discord.application_id}"
    assert said.out.startswith(address)
    assert "permissions=274878024704" in said.out


async def test_commands_are_registered_once(shell: Shell) -> None:
    first = await shell("commands", "sync")
    assert (first.code, first.out) == (0, "Registered the slash commands.\n"), first
    again = await shell("commands", "sync")
    assert (again.code, again.out) == (0, "Nothing to do: the slash commands are up to date.\n")
    told = [one for one in shell.sandbox.discord.requests if one.method == "PUT"]
    assert len(told) == 1


# -- the script ----------------------------------------------------------------------------------------------


async def test_the_script_is_plain_shell() -> None:
    assert await run("sh", "-n", str(DOOR)) == Said(0, "", "")


async def test_the_script_alone_tells_how_to_use_it() -> None:
    said = await run("sh", str(DOOR))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("usage: ./hawthorne COMMAND")


@pytest.fixture
def copied_door(tmp_path: Path) -> Path:
    """The script in a folder of its own, with a set-up that is already made: this Python, under its name there."""
    for name in ("hawthorne", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((DOOR.parent / name).read_bytes())
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (bin_ / "python").chmod(0o755)
    return tmp_path / "hawthorne"


async def test_the_script_hands_on_what_it_does_not_know(copied_door: Path) -> None:
    stamp = await run("sh", "-c", stamp_of(copied_door.parent))
    (copied_door.parent / ".venv" / ".setup-run").write_text(stamp.out)
    env = {**clean(), "PYTHONPATH": str(DOOR.parent)}
    said = await run("sh", str(copied_door), "fly", env=env)
    assert said.code == 2
    assert "No such command 'fly'" in said.err
    version = await run("sh", str(copied_door), "--version", env=env)
    assert (version.code, version.out[:9]) == (0, "Hawthorne")


async def test_the_script_is_found_behind_a_link(copied_door: Path, tmp_path: Path) -> None:
    """As a link in a folder of PATH: the set-up beside the script is used, none is made beside the link."""
    stamp = await run("sh", "-c", stamp_of(copied_door.parent))
    (copied_door.parent / ".venv" / ".setup-run").write_text(stamp.out)
    link = tmp_path / "bin" / "hawthorne"
    link.parent.mkdir()
    link.symlink_to(copied_door)
    version = await run("sh", str(link), "--version", env={**clean(), "PYTHONPATH": str(DOOR.parent)})
    assert (version.code, version.out[:9]) == (0, "Hawthorne")


def stamp_of(folder: Path) -> str:
    """What the script compares: a checksum over the kind of set-up, the folder, and the two files."""
    return f"{{ printf '%s\\n' run {folder}; cat {folder}/pyproject.toml {folder}/requirements.lock; }} | cksum"
