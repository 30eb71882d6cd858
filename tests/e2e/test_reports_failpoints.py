"""The process dies at each step of a report's way; at the end every match is stored once, and every sum is right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import failpoints
from db.pool import Pool
from tests.e2e.match_shell import Shell
from tests.e2e.match_sums import stored_kills, stored_totals, true_kills, true_totals
from tests.jobs.match_world import MatchWorld, match_world

HOUR = timedelta(hours=1)


async def die_at(shell: Shell, failpoint: str) -> None:
    """New matches, and a process that gets no further with them than this place."""
    town = shell.town
    for n in range(2, 5):
        town.play(ago=n * HOUR, mode="strike" if n == 3 else "control")
    await town.pool.execute("update history set backfilled_at = null, backfill_page = 0, walked_at = null")
    await town.pool.execute("update pgqueuer set heartbeat = now() - interval '2 minutes'")
    command = ["backfill"] if failpoint.startswith("page") else ["sync", "matches"]
    said = await shell(*command, FAILPOINT=failpoint)
    assert said.code == failpoints.EXIT_STATUS, (failpoint, said)


async def finish(shell: Shell) -> None:
    town: MatchWorld = shell.town
    await town.pool.execute("update pgqueuer set heartbeat = now() - interval '2 minutes'")
    for command in (["sync", "matches"], ["backfill"]):
        said = await shell(*command)
        assert said.code == 0, said
    played = {town.truth(meeting.id) for meeting in town.world.matches.everything()}
    assert await town.states() == {int(match.instance_id): "done" for match in played}
    people = set(town.ids)
    assert await stored_kills(town.pool) == true_kills(played, people)
    assert await stored_totals(town.pool) == true_totals(played, people)
    assert await town.pool.fetchval("select count(*) from pgqueuer") == 0


async def test_a_crash_before_the_commit_neither_loses_nor_repeats(pool: Pool, dsn: str, tmp_path: Path) -> None:
    async with match_world(pool, 2) as town:
        shell = Shell(town, dsn, tmp_path)
        for failpoint in ("reports_written", "page_written"):
            await die_at(shell, failpoint)
        await finish(shell)


@pytest.mark.soak
async def test_a_crash_at_any_step_neither_loses_nor_repeats(pool: Pool, dsn: str, tmp_path: Path) -> None:
    async with match_world(pool, 2) as town:
        shell = Shell(town, dsn, tmp_path)
        for failpoint in (*failpoints.WALKS, *failpoints.REPORTS):
            await die_at(shell, failpoint)
        await finish(shell)
