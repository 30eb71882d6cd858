"""Whole histories through the queue: to the very end, in the promised order, whoever stops it on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from bot.domain.queue import JobKind
from bot.jobs.backfill import page as pages
from db.pool import Pool
from db.queries.backlog import select_progress, select_progress_within
from db.queries.queue import take_jobs
from tests.jobs.match_world import MatchWorld, match_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WALK, PAST = [JobKind.WALK], [JobKind.BACKFILL]


@pytest_asyncio.fixture(loop_scope="session")
async def town(pool: Pool) -> AsyncIterator[MatchWorld]:
    async with match_world(pool) as made:
        yield made


def years(town: MatchWorld, count: int = 60, who: list[str] | None = None) -> set[int]:
    """Matches of all modes, over two years that ended four days ago."""
    until = town.clock.now() - 4 * DAY
    return {int(each) for each in town.world.fill_matches(count, who or town.ids, until - 700 * DAY, until)}


async def cursors(town: MatchWorld) -> list[dict[str, Any]]:
    return [dict(row) for row in await town.pool.fetch("select * from history order by membership_id, character_id")]


async def test_every_match_of_every_character_is_found_to_the_very_first(town: MatchWorld) -> None:
    played = years(town)
    await town.walk()
    await town.work()
    states = await town.states()
    assert set(states) == played
    assert set(states.values()) <= {"done", "skipped"}
    assert all(row["backfilled_at"] and row["recent_at"] for row in await cursors(town))
    assert await town.pool.fetchval("select count(*) from pgqueuer") == 0
    assert await town.pool.fetchval("select count(*) from history_entry") >= len(played)


async def test_the_last_days_are_news_though_backfill_comes_upon_them_first(town: MatchWorld) -> None:
    fresh, old = town.play(ago=HOUR), town.play(ago=4 * DAY)
    await town.begin_backfill()
    await town.work(WALK)
    jobs = await town.pool.fetch("select entrypoint, dedupe_key from pgqueuer")
    assert {row["dedupe_key"]: row["entrypoint"] for row in jobs} == {
        f"report:{fresh}": "report",
        f"report:{old}": "report_backfill",
    }
    assert [(await town.row(each))["found_by"] for each in (fresh, old)] == ["live", "backfill"]


async def test_a_page_is_recorded_with_its_cursor_and_a_failed_one_is_read_again(
    town: MatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BACKFILL_COUNT", 5)
    played = {town.play(town.ids[0], ago=n * DAY) for n in range(31, 43)}
    await town.begin_backfill()
    async with town.pool.acquire() as conn:
        jobs = await take_jobs(conn, uuid4(), WALK, 20)
    for job in jobs:
        await pages.walk_page(town.services, job)
    (where,) = [row for row in await cursors(town) if row["backfill_page"] == 1]
    assert len(await town.states()) == 5
    (job,) = [each for each in jobs if each.about[1] == where["character_id"]]
    town.fault(subsystem="history", fault="code", code=1643, times=3)
    await pages.walk_page(town.services, job)
    assert where in await cursors(town)
    assert len(await town.states()) == 5
    await town.pass_time(HOUR)
    await town.work(WALK)
    assert set(await town.states()) == played


async def test_the_last_thirty_days_come_first_and_crucible_before_the_rest(town: MatchWorld) -> None:
    old_pve, old_pvp = town.play(mode="strike", ago=50 * DAY), town.play(ago=51 * DAY)
    pve, raid, pvp = town.play(mode="strike", ago=5 * DAY), town.play(mode="raid", ago=6 * DAY), town.play(ago=7 * DAY)
    await town.begin_backfill()
    await town.work(WALK)
    rows = await town.pool.fetch(
        "select payload from pgqueuer where entrypoint = 'report_backfill' order by priority desc, id"
    )
    order = [int(row[0].decode().strip("[]")) for row in rows]
    assert order == [pvp, raid, pve, old_pvp, old_pve]


async def test_who_joined_this_week_gets_thirty_days_and_the_rest_after_a_week(
    town: MatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BACKFILL_COUNT", 1)
    newcomer = next(p for p in town.world.members(str(town.group_id)) if p.membership_id not in town.ids)
    await town.enter(newcomer, joined_at=town.clock.now() - DAY)
    who = newcomer.membership_id
    recent = {town.play(who, ago=n * 10 * DAY) for n in (1, 2)}
    old = town.play(who, ago=300 * DAY)
    older = town.play(who, ago=350 * DAY)
    await town.begin_backfill()
    await town.work(WALK)
    assert set(await town.states()) == {*recent, old}, "whole pages are kept"
    await town.begin_backfill()
    assert await town.idle(WALK)
    async with town.pool.acquire() as conn:
        progress = await select_progress_within(conn, town.clock.now(), town.group_id, None)
    assert progress.walked == progress.characters, "as far as is wanted for now"
    await town.pass_time(7 * DAY)
    await town.begin_backfill()
    await town.work(WALK)
    assert set(await town.states()) == {*recent, old, older}


async def test_a_leavers_backfill_stops(town: MatchWorld) -> None:
    years(town, 20)
    await town.begin_backfill()
    await town.pool.execute("update stint set left_at = now()")
    await town.work(WALK)
    assert all(row["backfill_page"] == 0 for row in await cursors(town))
    assert await town.pool.fetchval("select count(*) from pgqueuer where entrypoint = 'walk'") == 0


async def test_one_members_history_completes_anothers(town: MatchWorld) -> None:
    played = {town.play(ago=n * 10 * DAY) for n in range(1, 13)}
    town.fault(subsystem="history", fault="omit", rate=0.3)
    await town.begin_backfill()
    await town.work()
    assert set(await town.states()) == played
    listed = await town.pool.fetchval("select count(*) from history_entry")
    assert listed < await town.pool.fetchval("select count(*) from match_player where tracked") == 36


async def test_what_a_history_left_out_is_found_when_all_of_it_is_read_once_more(town: MatchWorld) -> None:
    played = years(town, 30, town.ids[:1])
    town.fault(subsystem="history", fault="omit", rate=0.4)
    await town.walk()
    await town.work()
    assert 10 < len(await town.states()) < 30
    town.server.faults.clear()
    await town.walk()
    assert await town.idle(WALK), "not on the same day"
    await town.pass_time(DAY)
    await town.walk()
    await town.work()
    assert set(await town.states()) == played
    assert all(row["checked_at"] and not row["check_page"] for row in await cursors(town))
    await town.walk()
    assert await town.idle(WALK)


async def test_the_same_rows_twice_change_nothing(town: MatchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BACKFILL_COUNT", 4)
    played = years(town, 30)
    town.fault(subsystem="history", fault="repeat")
    await town.walk()
    await town.work()
    assert set(await town.states()) == played


async def test_progress_counts_characters_and_reports(town: MatchWorld) -> None:
    played = years(town, 40)
    await town.walk()
    async with town.pool.acquire() as conn:
        before = await select_progress_within(conn, town.clock.now(), town.group_id, None)
    assert (before.characters, before.walked) == (len(await cursors(town)), 0)
    await town.work(WALK)
    skipped = sum(state == "skipped" for state in (await town.states()).values())
    async with town.pool.acquire() as conn:
        walked = await select_progress_within(conn, town.clock.now(), town.group_id, None)
        other = await select_progress_within(conn, town.clock.now(), 1, None)
    assert (walked.walked, walked.known) == (walked.characters, len(played) - skipped)
    assert (other.characters, other.known) == (0, 0)
    await town.work()
    async with town.pool.acquire() as conn:
        after = await select_progress(conn, town.clock.now())
        recent = await select_progress_within(conn, town.clock.now(), None, town.clock.now() - 100 * DAY)
    assert (after.stored, after.waiting) == (len(played) - skipped, 0)
    assert 0 < recent.known < after.known


async def test_since_goes_no_further_back_than_asked(town: MatchWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BACKFILL_COUNT", 5)
    played = years(town, 60, town.ids[:1])
    since: datetime = town.clock.now() - 200 * DAY
    await town.begin_backfill(since)
    await town.work(WALK)
    states = await town.states()
    wanted = {each for each in played if town.truth(each).period >= since}
    assert wanted <= set(states)
    assert len(states) < len(played)
    assert await town.pool.fetchval("select count(*) from history where backfilled_at is null") > 0
