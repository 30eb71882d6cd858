"""`sync matches`, `backfill` and `queue` as people run them, against a simulated Bungie.net and one database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from click.testing import CliRunner

from bot.cli import cli
from db.pool import Pool
from tests.e2e.match_shell import Shell
from tests.jobs.match_world import match_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def shell(pool: Pool, dsn: str, tmp_path: Path) -> AsyncIterator[Shell]:
    async with match_world(pool, 2) as town:
        yield Shell(town, dsn, tmp_path)


async def test_sync_matches_ends_when_what_is_due_is_stored(shell: Shell) -> None:
    settled = {shell.town.play(ago=n * HOUR) for n in (2, 3, 240)}  # of the past too: whatever the pass found
    fresh = shell.town.play()
    said = await shell("sync", "matches")
    assert (said.code, said.out) == (
        0,
        "5 histories walked, 4 new matches; 1 report waits. 3 reports fetched.\n",
    ), said
    states = await shell.town.states()
    assert {each: states[each] for each in settled} == dict.fromkeys(settled, "done")
    assert states[fresh] == "waiting", "it settles first"


async def test_sync_matches_fails_with_a_walk_or_without_reports(shell: Shell) -> None:
    shell.town.play(ago=2 * HOUR)
    shell.town.fault(subsystem="history", fault="code", code=1643)
    said = await shell("sync", "matches")
    assert said.code == 1
    assert await shell.town.states() == {}
    shell.town.server.faults.clear()
    await shell.town.pool.execute("delete from bungie_breaker")
    shell.town.fault(subsystem="reports", fault="html503")
    for n in range(3, 9):
        shell.town.play(ago=n * HOUR)
    said = await shell("sync", "matches")
    assert (said.code, "could not be fetched; they stay due." in said.out) == (1, True), said


async def test_queue_lists_what_failed_and_is_gone_and_retries(shell: Shell) -> None:
    town = shell.town
    failed, gone = town.play(ago=50 * HOUR), town.play(ago=60 * HOUR)
    said = await shell("queue")
    assert (said.code, said.out.splitlines()[0]) == (0, "waiting  0  (0 due now, 0 later)")
    await town.walk()
    await town.pool.execute(
        """update match set failures = 8, error = 'Bungie.net answered with another.', asked_at = now(),
        state = case instance_id when $1 then 'failed' else 'gone' end""",
        failed,
    )
    await town.work()
    said = await shell("queue")
    assert said.code == 0
    assert "failed   1  (`queue retry` asks for them again)" in said.out
    assert f"  {failed}  played " in said.out
    assert f"  {gone}  played " in said.out
    assert "Bungie.net answered with another." in said.out
    assert (await shell("queue", "retry")).out == "1 report queued again.\n"
    await town.work()
    assert (await town.states())[failed] == "done"
    assert (await shell("queue", "retry")).out == "No report has failed.\n"


async def test_backfill_says_what_lies_ahead_and_fetches_it(shell: Shell) -> None:
    town = shell.town
    until = town.clock.now() - DAY
    played = town.world.fill_matches(40, town.ids, until - 900 * DAY, until, ("control", "strike", "raid"))
    said = await shell("backfill", "--clan", str(town.group_id))
    assert said.code == 0, said
    first, last = said.out.splitlines()
    assert first == "40 reports to fetch: about 1 min at 25 a second, and 1 MB of disk."
    assert last == "40 reports stored."
    assert await town.states() == dict.fromkeys(map(int, played), "done")
    assert (await shell("backfill")).out.splitlines()[0].endswith("histories read; no report is missing.")


async def test_backfill_since_fetches_the_newer_ones_first(shell: Shell) -> None:
    town = shell.town
    new, old = town.play(ago=40 * DAY), town.play(ago=400 * DAY)
    since = (town.clock.now() - 100 * DAY).date()
    said = await shell("backfill", "--since", since.isoformat())
    assert (said.code, said.out.splitlines()[0].split(":")[0]) == (0, "1 report to fetch"), said
    assert (await town.states())[new] == "done"
    assert old in await town.states()


async def test_backfill_refuses_what_it_does_not_know(shell: Shell) -> None:
    said = await shell("backfill", "--clan", "99")
    assert (said.code, "No tracked clan has the id 99." in said.err) == (1, True)
    await shell.town.pool.execute("update clan set state = 'new'")
    said = await shell("backfill")
    assert (said.code, "`sync membership`" in said.err) == (1, True)


@pytest.mark.parametrize("arguments", [["--since", "yesterday"], ["--clan", "0"]])
def test_backfill_explains_its_usage(arguments: list[str]) -> None:
    said = CliRunner().invoke(cli, ["backfill", *arguments])
    assert (said.exit_code, "Usage: " in said.output) == (2, True)
