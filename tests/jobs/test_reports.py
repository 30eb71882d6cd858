"""The worker against a simulated Bungie.net: what each answer means for a report, and what no failure loses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from bot.domain.queue import JobKind, NewJob
from bot.jobs.reports import Worker, disk, fetching, work_until
from bot.jobs.reports.storing import is_passing
from db.pool import Pool
from db.queries.match_write import update_failed_again
from db.queries.queue import insert_jobs, take_jobs
from db.queries.queue_state import select_queue_status
from db.queries.status import select_notes
from tests.jobs.match_world import MatchWorld, match_world

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest_asyncio.fixture(loop_scope="session")
async def town(pool: Pool) -> AsyncIterator[MatchWorld]:
    async with match_world(pool) as made:
        yield made


def asked(town: MatchWorld) -> int:
    """How many reports Bungie.net was asked for."""
    return sum("PostGameCarnageReport" in entry.path for entry in town.server.log.entries)


async def status(town: MatchWorld) -> tuple[int, int, int, int]:
    async with town.pool.acquire() as conn:
        found = await select_queue_status(conn)
    return found.waiting, found.running, found.failed, found.gone


# -- what an answer means -------------------------------------------------------------------------------------


async def test_a_report_is_left_to_settle(town: MatchWorld) -> None:
    instance_id = town.play(ago=MINUTE)
    await town.walk(settle_seconds=300)
    await town.work()
    assert asked(town) == 0
    await town.pass_time(timedelta(seconds=250))
    await town.work()
    assert (await town.row(instance_id))["state"] == "done"


async def test_a_report_of_the_first_hour_is_fetched_once_more_and_replaced(town: MatchWorld) -> None:
    town.fault(subsystem="reports", fault="changing", count=2)
    instance_id = town.play()
    whole = len({entry.membership_id for entry in town.truth(instance_id).entries})
    await town.walk()
    await town.work()
    row = await town.row(instance_id)
    assert (row["state"], row["final"], row["player_count"] < whole) == ("done", False, True)
    await town.pass_time(HOUR)
    await town.work()
    row = await town.row(instance_id)
    assert (row["final"], row["again_at"], row["player_count"], asked(town)) == (True, None, whole, 2)
    assert await town.pool.fetchval("select count(*) from pgqueuer") == 0


async def test_not_there_yet_is_asked_for_again_and_counts_nothing(town: MatchWorld) -> None:
    town.fault(subsystem="reports", fault="late", delay=7200)
    instance_id = town.play()
    await town.walk()
    for _ in range(5):
        await town.work()
        await town.pass_time(30 * MINUTE)
    await town.work()
    row = await town.row(instance_id)
    assert (row["state"], row["missing"], row["failures"], row["error"]) == ("done", 0, 0, None)


async def test_what_bungie_has_lost_is_gone_after_an_hour_a_day_and_a_week(town: MatchWorld) -> None:
    town.fault(subsystem="reports", fault="gone")
    instance_id = town.play(ago=2 * DAY)
    await town.walk()
    for later in (HOUR, DAY, 7 * DAY):
        await town.work()
        assert (await town.row(instance_id))["state"] == "waiting"
        await town.pass_time(later + MINUTE)
    await town.work()
    assert (await town.row(instance_id))["state"] == "gone"
    assert (await status(town), asked(town)) == ((0, 0, 0, 1), 4)
    assert await town.pool.fetchval("select count(*) from history_entry") == len(town.ids)


async def test_a_closed_report_waits_without_counting(town: MatchWorld) -> None:
    town.fault(subsystem="reports", fault="contest", delay=3 * 3600)
    instance_id = town.play(mode="raid")
    await town.walk()
    for _ in range(12):
        await town.work()
        await town.pass_time(30 * MINUTE)
    row = await town.row(instance_id)
    assert (row["state"], row["failures"], row["missing"]) == ("done", 0, 0)


async def test_eight_failures_make_it_failed_until_someone_retries(town: MatchWorld) -> None:
    town.fault(subsystem="reports", fault="swapped", instance_id=str(instance_id := town.play(ago=DAY / 2)))
    other = town.play(ago=DAY / 3)
    await town.walk()
    for _ in range(8):
        await town.work()
        await town.pass_time(DAY)
    row = await town.row(instance_id)
    assert (row["state"], row["failures"], await status(town)) == ("failed", 8, (0, 0, 1, 0))
    assert "instead of" in row["error"]
    assert (await town.row(other))["state"] == "done"
    town.server.faults.clear()
    async with town.pool.acquire() as conn:
        assert len(await update_failed_again(conn)) == 1
    await town.walk()
    await town.work()
    assert (await town.row(instance_id))["state"] == "done"


async def test_an_outage_is_nobodys_failure_and_no_job_is_taken_while_it_lasts(town: MatchWorld) -> None:
    for hours in range(1, 13):
        town.play(ago=hours * HOUR)
    await town.walk()
    town.fault(subsystem="reports", fault="code", code=1643)
    await town.work()
    counted = await town.pool.fetchval("select sum(failures) from match")
    assert counted <= 3, "those that opened the breaker"
    assert town.services.bungie.breaker("reports").open
    before = asked(town)
    await town.pass_time(MINUTE / 6)
    async with asyncio.timeout(5):
        await work_until(Worker(town.services), _after(0.4), every=0.05)
    assert asked(town) == before
    town.server.faults.clear()
    await town.pass_time(HOUR)
    await town.work()
    assert set((await town.states()).values()) == {"done"}


def _after(seconds: float):  # type: ignore[no-untyped-def]
    until = time.monotonic() + seconds

    async def over() -> bool:
        return time.monotonic() > until

    return over


# -- one bad report --------------------------------------------------------------------------------------------


async def test_one_report_that_cant_be_stored_keeps_no_other(town: MatchWorld) -> None:
    bad, *good = (town.play(ago=hours * HOUR) for hours in range(2, 8))
    await town.pool.execute(
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no room for it'; end $$"
    )
    await town.pool.execute(
        f"create trigger refuse before update on match for each row when (new.instance_id = {bad} "
        "and new.state = 'done') execute function refuse()"
    )
    await town.walk()
    await town.work()
    assert {each: (await town.states())[each] for each in good} == dict.fromkeys(good, "done")
    row = await town.row(bad)
    assert (row["state"], row["failures"]) == ("waiting", 1)
    assert "no room for it" in row["error"]
    assert [line["about"] for line in town.said if line["event"] == "report_not_storable"] == [(bad,)]


async def test_a_defect_of_ours_counts_against_its_report_alone(
    town: MatchWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = town.play(ago=3 * HOUR), town.play(ago=2 * HOUR)
    report = fetching.is_final
    ends = town.truth(bad).ended_at

    def trips(ends_at, now):  # type: ignore[no-untyped-def]
        if ends_at == ends:
            raise ZeroDivisionError("of ours")
        return report(ends_at, now)

    monkeypatch.setattr(fetching, "is_final", trips)
    await town.walk()
    await town.work()
    assert (await town.row(good))["state"] == "done"
    row = await town.row(bad)
    assert (row["state"], row["failures"]) == ("waiting", 1)
    assert "ZeroDivisionError" in row["error"]
    assert [line["about"] for line in town.said if line["event"] == "report_unreadable"] == [(bad,)]


async def test_a_job_without_a_match_ends(town: MatchWorld) -> None:
    await town.pool.execute(
        """insert into pgqueuer (priority, status, entrypoint, payload) values
        (1, 'queued', 'report', '[5]'), (1, 'queued', 'report', 'what'), (1, 'queued', 'walk', '[7, 7]'),
        (1, 'queued', 'walk', '[]')"""
    )
    await town.pool.execute("update pgqueuer set execute_after = now() - interval '1 minute'")
    await town.work()
    assert await town.pool.fetchval("select count(*) from pgqueuer") == 0


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (ConnectionResetError("gone"), True),
        (TimeoutError(), True),
        (asyncpg.DeadlockDetectedError("two of them"), True),
        (asyncpg.DiskFullError("no space left"), True),
        (asyncpg.AdminShutdownError("going down"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.exceptions._base.DataError("value out of int32 range"), False),
        (asyncpg.NumericValueOutOfRangeError("integer out of range"), False),
        (asyncpg.CheckViolationError("no such class"), False),
        (KeyError("of ours"), False),
    ],
    ids=lambda each: type(each).__name__,
)
def test_whose_fault_an_error_is_when_reports_are_stored(error: Exception, passing: bool) -> None:
    assert is_passing(error) is passing


# -- processes and machines ------------------------------------------------------------------------------------


async def test_jobs_of_a_killed_process_return_after_a_minute(town: MatchWorld) -> None:
    instance_id = town.play(ago=2 * HOUR)
    await town.walk()
    async with town.pool.acquire() as conn:
        assert len(await take_jobs(conn, uuid4(), [JobKind.REPORT], 10)) == 1
        assert await take_jobs(conn, uuid4(), [JobKind.REPORT], 10) == ()
    await town.pool.execute("update pgqueuer set heartbeat = now() - interval '61 seconds'")
    await town.work()
    assert (await town.row(instance_id))["state"] == "done"


async def test_two_workers_fetch_each_report_once(town: MatchWorld) -> None:
    played = {town.play(ago=n * HOUR) for n in range(2, 30)}
    await town.walk()
    await asyncio.gather(town.work(), town.work())
    assert await town.states() == dict.fromkeys(played, "done")
    assert asked(town) == len(played)


async def test_a_stopped_worker_gives_its_jobs_back_at_once(town: MatchWorld) -> None:
    for hours in range(2, 8):
        town.play(ago=hours * HOUR)
    await town.walk()
    town.fault(subsystem="reports", fault="half_open")
    work = asyncio.create_task(Worker(town.services).run())
    async with asyncio.timeout(5):
        while not await town.pool.fetchval("select count(*) from pgqueuer where status = 'picked'"):
            await asyncio.sleep(0.02)
    began = time.monotonic()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert time.monotonic() - began < 2
    assert await town.pool.fetchval("select count(*) from pgqueuer where status = 'picked'") == 0
    assert await town.pool.fetchval("select count(*) from pgqueuer where entrypoint = 'report'") == 6


async def test_a_database_that_drops_its_connections_loses_nothing(town: MatchWorld) -> None:
    played = {town.play(ago=n * HOUR) for n in range(2, 40)}
    await town.walk()

    async def drop() -> None:
        for _ in range(3):
            await asyncio.sleep(0.05)
            async with town.pool.acquire() as conn:
                await conn.execute(
                    """select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()"""
                )

    async with asyncio.timeout(20):
        await asyncio.gather(town.work(), drop(), return_exceptions=True)
        await town.pool.execute("update pgqueuer set heartbeat = now() - interval '61 seconds', execute_after = now()")
        await town.work()
    assert await town.states() == dict.fromkeys(played, "done")


async def test_without_room_on_the_disk_only_the_past_waits(town: MatchWorld) -> None:
    live, past = town.play(ago=2 * HOUR), town.play(ago=40 * DAY)
    await town.walk()
    await town.work([JobKind.WALK])
    free = [10**8]
    worker = Worker(town.services, free=lambda _: free[0])
    async with asyncio.timeout(5):
        await work_until(worker, lambda: town.idle([JobKind.REPORT]), every=0.05)
    assert await town.states() == {live: "done", past: "waiting"}
    async with town.pool.acquire() as conn:
        assert disk.SENTENCE in await select_notes(conn)
    free[0] = 10**10
    await work_until(Worker(town.services, free=lambda _: free[0]), town.idle, every=0.05)
    assert await town.states() == {live: "done", past: "done"}
    async with town.pool.acquire() as conn:
        assert disk.SENTENCE not in await select_notes(conn)


async def test_weapons_of_who_joins_later_are_read_from_what_is_kept(town: MatchWorld) -> None:
    joiner = next(p for p in town.world.members(str(town.group_id)) if p.membership_id not in town.ids)
    both = town.play(joiner.membership_id, *town.ids, ago=2 * HOUR)
    await town.walk()
    await town.work()

    async def weapons() -> int:
        return int(
            await town.pool.fetchval(
                "select coalesce(sum(kills), 0) from weapon_kill where membership_id = $1", int(joiner.membership_id)
            )
        )

    assert (await weapons(), asked(town)) == (0, 1)
    await town.enter(joiner)
    await town.walk()
    await town.work([JobKind.BACKFILL])
    truth = [entry for entry in town.truth(both).entries if entry.membership_id == joiner.membership_id]
    assert await weapons() == sum(use.kills for entry in truth for use in entry.weapons) > 0
    assert asked(town) == 1


async def test_a_report_that_is_not_kept_is_fetched_for_who_joins_and_not_for_ever(town: MatchWorld) -> None:
    joiner = next(p for p in town.world.members(str(town.group_id)) if p.membership_id not in town.ids)
    lost, there = (town.play(joiner.membership_id, *town.ids, ago=n * HOUR) for n in (30, 31))
    await town.walk()
    await town.work()
    await town.pool.execute("delete from report")
    town.fault(subsystem="reports", fault="gone", instance_id=str(lost))
    await town.enter(joiner)
    for _ in range(5):
        await town.walk()
        await town.work()
        await town.pass_time(8 * DAY)
    tracked = "select instance_id from match_player where membership_id = $1 and tracked"
    assert {row[0] for row in await town.pool.fetch(tracked, int(joiner.membership_id))} == {there}
    row = await town.row(lost)
    assert (row["state"], row["final"]) == ("done", True), "what was stored stays"
    before = asked(town)
    await town.walk()
    await town.work()
    assert asked(town) == before


async def test_a_job_is_queued_once_while_it_is_active(town: MatchWorld) -> None:
    jobs = [NewJob(JobKind.REPORT, (n,), 1) for n in (1, 2)]
    async with town.pool.acquire() as conn:
        assert await insert_jobs(conn, jobs) == 2
        assert await insert_jobs(conn, [*jobs, NewJob(JobKind.BACKFILL, (2,), 1), NewJob(JobKind.WALK, (1, 2), 1)]) == 1
