"""SIGTERM and SIGINT end every command in order: what is in hand is stored or given back, and a sentence says so."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from db.pool import Pool
from db.queries.sums_lock import SUMS_LOCK
from tests.e2e.harness import eventually
from tests.e2e.match_shell import Shell
from tests.jobs.match_world import match_world

DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def shell(pool: Pool, dsn: str, tmp_path: Path) -> AsyncIterator[Shell]:
    async with match_world(pool, 2) as town:
        yield Shell(town, dsn, tmp_path)


async def stopped(shell: Shell, *arguments: str, signum: signal.Signals, when: Callable[[], Awaitable[bool]]) -> str:
    """Run a command, send the signal `when` it is at work; what it said, after it ended soon and by the right code."""
    process: Process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments), env=shell.environment(), cwd=shell.home, stdout=PIPE, stderr=PIPE
    )
    try:
        await eventually(when, 20, "at work")
        os.kill(process.pid, signum)
        async with asyncio.timeout(9):
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 128 + signum, said
    assert b"Traceback" not in said
    return said.decode().splitlines()[-1]


async def stopped_between_reports(shell: Shell, *arguments: str, signum: signal.Signals) -> str:
    """Stopped when some of 29 reports are stored; nothing may be held by who is gone. How it says that."""
    town = shell.town
    for n in range(1, 30):
        town.play(ago=n * DAY)
    town.fault(subsystem="reports", fault="latency", delay=0.5)

    async def some_are_stored() -> bool:
        return bool(await town.pool.fetchval("select count(*) from match where state = 'done'"))

    said = await stopped(shell, *arguments, signum=signum, when=some_are_stored)
    assert await town.pool.fetchval("select count(*) from pgqueuer where status = 'picked'") == 0
    found = re.fullmatch(r"hawthorne: Stopped at \d+ of 29 reports(.*)", said)
    assert found, said
    return found[1]


async def test_backfill_stops_in_order_and_goes_on(shell: Shell) -> None:
    said = await stopped_between_reports(shell, "backfill", signum=signal.SIGTERM)
    assert said == "; what was read is stored. `backfill` goes on from there, and so does `run`."
    shell.town.server.faults.clear()
    assert (await shell("backfill")).code == 0
    assert [*(await shell.town.states()).values()] == ["done"] * 29


async def test_sync_matches_stops_in_order_at_ctrl_c(shell: Shell) -> None:
    said = await stopped_between_reports(shell, "sync", "matches", signum=signal.SIGINT)
    assert said == ". What was read is stored; the rest waits for `run`, `backfill` or the next pass."


STUBBORN = """
import asyncio
from bot.cli.stopping import run_async
async def stubborn():
    try:
        print("on", flush=True)
        await asyncio.sleep(60)
    finally:
        print("ending", flush=True)
        await asyncio.sleep(60)
run_async(stubborn())
"""


async def test_a_second_signal_leaves_at_once() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", STUBBORN, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(8):
        for said in (b"on\n", b"ending\n"):
            assert await process.stdout.readline() == said
            process.send_signal(signal.SIGTERM)
        assert await process.wait() == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("arguments", "held", "how"),
    [
        ("recompute weapons", "", "; the sums are as they were. `recompute weapons` begins anew."),
        ("export roster --clan all --format csv -o x", "member", " before a byte was written. `export` begins anew."),
        ("icons", "seal", ". `icons` goes on from there."),
        ("sync roster", "clan", ". What was read is stored; the next pass goes on from there."),
    ],
)  # fmt: skip
async def test_whatever_waits_is_left_as_it_was(shell: Shell, arguments: str, held: str, how: str) -> None:
    pool = shell.town.pool

    async def waits() -> bool:
        return bool(await pool.fetchval("select count(*) from pg_locks where not granted and pid <> pg_backend_pid()"))

    async with pool.acquire() as conn, conn.transaction():
        lock = f"lock table {held} in access exclusive mode" if held else f"select pg_advisory_xact_lock({SUMS_LOCK})"
        await conn.execute(lock)
        said = await stopped(shell, *arguments.split(), signum=signal.SIGTERM, when=waits)
    assert said == f"hawthorne: Stopped{how}"
    assert not (shell.home / "x").exists()
