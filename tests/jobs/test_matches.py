"""The loop of matches against a simulated Bungie.net: who is walked, how far, and what failures leave behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from bot.domain.outcome import Verdict
from db.pool import Pool
from tests.jobs.match_world import MatchWorld, match_world

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def town(pool: Pool) -> AsyncIterator[MatchWorld]:
    async with match_world(pool) as made:
        yield made


async def marks(town: MatchWorld) -> set[object]:
    return {row[0] for row in await town.pool.fetch("select walked_at from history where not deleted")}


async def test_a_match_is_found_queued_fetched_and_stored(town: MatchWorld) -> None:
    instance_id = town.play(ago=2 * HOUR)
    outcome = await town.walk()
    assert (outcome.verdict, outcome.counts["new"]) == (Verdict.DONE, 1)
    assert outcome.sentence.startswith("7 histories walked, 1 new match; 1 report waits.")
    assert (await town.row(instance_id))["state"] == "waiting"
    await town.work()
    row, truth = await town.row(instance_id), town.truth(instance_id)
    assert (row["state"], row["final"], row["found_by"], row["again_at"]) == ("done", True, "live", None)
    assert row["player_count"] == len({entry.membership_id for entry in truth.entries})
    entries = await town.pool.fetch("select membership_id, kills from history_entry order by 1")
    assert {str(row[0]) for row in entries} == set(town.ids)
    assert await town.pool.fetchval("select count(*) from pgqueuer") == 0


async def test_a_match_of_many_is_one_job_and_is_fetched_once(town: MatchWorld) -> None:
    town.play(ago=2 * HOUR)
    await town.walk()
    assert await town.pool.fetchval("select count(*) from pgqueuer where entrypoint = 'report'") == 1
    await town.work()
    await town.walk()
    assert len([entry for entry in town.server.log.entries if "PostGameCarnageReport" in entry.path]) == 1


async def test_a_done_walk_moves_the_mark_to_its_start_and_a_failed_one_does_not(town: MatchWorld) -> None:
    await town.walk()
    first = town.clock.now()
    assert await marks(town) == {first}
    await town.pass_time(HOUR)
    town.play()
    await town.played_now()
    town.fault(subsystem="history", fault="code", code=1643, times=40)
    outcome = await town.walk()
    assert outcome.verdict in (Verdict.PARTIAL, Verdict.SKIPPED)
    assert await marks(town) == {first}
    assert await town.states() == {}
    town.server.faults.clear()
    town.clock.advance(600)
    assert (await town.walk()).counts["new"] == 1
    assert first not in await marks(town)


async def test_only_who_has_played_is_walked_again(town: MatchWorld) -> None:
    await town.walk()
    await town.pass_time(2 * HOUR)
    assert (await town.walk()).counts["walked"] == 0
    await town.played_now(town.ids[0])
    assert (await town.walk()).counts["walked"] == 3
    await town.pass_time(HOUR / 2)
    assert (await town.walk()).counts["walked"] == 0, "a first sight of a profile is no move"
    await town.played_now(town.ids[0])
    assert (await town.walk()).counts["walked"] == 3
    await town.pass_time(HOUR / 2)
    assert (await town.walk()).counts["walked"] == 3, "history lags behind the profile"
    await town.pass_time(HOUR)
    assert (await town.walk()).counts["walked"] == 0


async def test_what_history_shows_late_is_found_within_the_overlap(town: MatchWorld) -> None:
    late = town.play()
    town.fault(subsystem="history", fault="late", delay=50 * 3600)
    await town.walk()
    assert await town.states() == {}
    await town.pass_time(51 * HOUR)
    town.play()
    await town.played_now()
    await town.walk()
    assert late in await town.states()


async def test_a_private_history_is_private_after_two_walks_and_asked_for_daily(town: MatchWorld) -> None:
    person = town.members[0]
    town.world.set_private(person.membership_id)
    await town.walk()

    async def hidden() -> tuple[int, bool]:
        row = await town.pool.fetchrow(
            "select hidden_walks, private_since is not null from history_member where membership_id = $1",
            int(person.membership_id),
        )
        return row[0], row[1]

    await town.pool.execute(
        "insert into history (membership_id, character_id, found_at) values ($1, 1, now())", int(person.membership_id)
    )
    assert (await town.walk()).verdict is Verdict.DONE
    assert await hidden() == (1, False)
    await town.walk()
    assert await hidden() == (2, True)
    await town.walk()
    assert await hidden() == (2, True), "not asked for again today"
    await town.pass_time(DAY)
    await town.walk()
    assert await hidden() == (3, True)


async def test_social_spaces_and_unwanted_modes_are_recorded_and_not_fetched(town: MatchWorld) -> None:
    social = town.play(mode="social", ago=3 * HOUR)
    strike = town.play(mode="strike", ago=2 * HOUR)
    crucible = town.play(ago=HOUR)
    await town.walk(modes=("crucible",))
    assert await town.states() == {social: "skipped", strike: "skipped", crucible: "waiting"}
    await town.walk(modes=("pve",))
    assert await town.states() == {social: "skipped", strike: "waiting", crucible: "skipped"}
    await town.work()
    assert await town.states() == {social: "skipped", strike: "done", crucible: "skipped"}


async def test_reports_whose_jobs_are_lost_are_queued_again(town: MatchWorld) -> None:
    fresh, settled = town.play(), town.play(ago=3 * HOUR)
    await town.walk()
    await town.work()
    assert (await town.row(fresh))["again_at"] is not None
    waiting = town.play()
    await town.played_now()
    await town.walk()
    await town.pool.execute("truncate pgqueuer")
    await town.walk()
    keys = {row[0] for row in await town.pool.fetch("select dedupe_key from pgqueuer where entrypoint = 'report'")}
    assert keys == {f"report:{fresh}", f"report:{waiting}"}
    assert (await town.row(settled))["final"]


async def test_ten_days_without_a_process_lose_nothing(town: MatchWorld) -> None:
    await town.walk()
    await town.work()
    played = set()
    for _ in range(10):
        await town.pass_time(DAY)
        played |= {town.play(who, mode=mode) for who in town.ids for mode in ("control", "strike")}
    await town.played_now()
    await town.walk()
    await town.work()
    await town.pass_time(HOUR)
    await town.work()
    assert await town.states() == dict.fromkeys(played, "done")


async def test_the_weekly_walk_reads_thirty_days_back(town: MatchWorld) -> None:
    forgotten = town.play(ago=20 * DAY)
    town.fault(subsystem="history", fault="omit", rate=1)
    await town.played_now()
    await town.walk()
    town.server.faults.clear()
    await town.pool.execute("update history set backfilled_at = now()")
    await town.pass_time(8 * DAY)
    await town.walk()
    assert forgotten in await town.states()
