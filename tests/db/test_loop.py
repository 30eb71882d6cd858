"""What a run leaves behind: a run that could ask nothing is no good run, one that had nothing to do is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.outcome import Outcome, Verdict
from bot.domain.status import LoopStatus
from db.pool import Connection, Pool
from db.queries.loop import select_loops, update_loop_finished, upsert_loop

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
async def conn(pool: Pool) -> object:
    async with pool.acquire() as connection:
        await upsert_loop(connection, "roster", 180, None)
        await update_loop_finished(connection, "roster", NOW, Outcome(Verdict.DONE), None, None)
        yield connection


async def after(conn: Connection, outcome: Outcome) -> LoopStatus:
    await update_loop_finished(conn, "roster", LATER, outcome, None, None)
    (loop,) = await select_loops(conn)
    assert loop.last_finished_at == LATER
    return loop


async def test_a_skipped_run_leaves_the_age_and_says_why(conn: Connection) -> None:
    loop = await after(conn, Outcome(Verdict.SKIPPED, "Bungie.net is down for maintenance."))
    assert (loop.last_ok_at, loop.last_error) == (NOW, "Bungie.net is down for maintenance.")
    assert loop.good_at == NOW


async def test_a_run_that_had_nothing_to_do_is_a_good_one(conn: Connection) -> None:
    loop = await after(conn, Outcome(Verdict.IDLE, "No clan is tracked."))
    assert (loop.last_ok_at, loop.last_error, loop.good_at) == (LATER, None, LATER)


async def test_a_run_that_failed_for_some_only_is_good_enough(conn: Connection) -> None:
    loop = await after(conn, Outcome(Verdict.PARTIAL, "1 of 12 profiles could not be read."))
    assert (loop.last_ok_at, loop.good_at) == (NOW, LATER)
