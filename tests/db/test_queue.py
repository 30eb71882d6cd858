"""Jobs on PgQueuer's table and the states of matches, statement by statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bot.domain.history import Fate
from bot.domain.match import HistoryRow, MatchDetails, MatchState
from bot.domain.queue import Job, JobKind, NewJob
from db.pool import Pool
from db.queries.chore import claim_chore
from db.queries.match_write import (
    insert_matches,
    select_tasks,
    select_unqueued,
    update_fates,
    update_wanted,
    upsert_history_entries,
)
from db.queries.queue import delay_jobs, delete_job_log, finish_jobs, insert_jobs, release_jobs, take_jobs
from db.queries.queue_state import select_backlog, select_unhappy

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(instance_id: int, modes: tuple[int, ...] = (5, 73), mode: int = 73, **figures: int) -> HistoryRow:
    details = MatchDetails(instance_id, NOW - timedelta(hours=1), mode, modes, 11, None, False, 3)
    return HistoryRow(details, 600, figures.get("kills", 4), 2, 1, 900, 0, True, 590)


async def add(pool: Pool, *rows: HistoryRow, state: MatchState = MatchState.WAITING) -> frozenset[int]:
    async with pool.acquire() as conn:
        return await insert_matches(conn, rows, {each.details.instance_id: state for each in rows}, "live", NOW)


# -- jobs ------------------------------------------------------------------------------------------------------


async def test_jobs_are_taken_by_priority_once_and_by_kind(pool: Pool) -> None:
    jobs = [NewJob(JobKind.REPORT, (n,), n) for n in (1, 3, 2)] + [NewJob(JobKind.WALK, (7, 8, 9), 9)]
    async with pool.acquire() as conn:
        assert await insert_jobs(conn, []) == 0
        assert await insert_jobs(conn, jobs) == 4
        taken = await take_jobs(conn, uuid4(), [JobKind.REPORT], 2)
        assert [job.about for job in taken] == [(3,), (2,)]
        rest = await take_jobs(conn, uuid4(), tuple(JobKind), 9)
        assert [(job.kind, job.about) for job in rest] == [(JobKind.WALK, (7, 8, 9)), (JobKind.REPORT, (1,))]
        assert await conn.fetchval("select dedupe_key from pgqueuer where entrypoint = 'walk'") == "walk:7:8"


async def test_a_job_comes_with_the_transaction_that_makes_it_or_not_at_all(pool: Pool) -> None:
    async with pool.acquire() as conn:
        transaction = conn.transaction()
        await transaction.start()
        await insert_jobs(conn, [NewJob(JobKind.REPORT, (1,), 1)])
        await transaction.rollback()
        assert await take_jobs(conn, uuid4(), tuple(JobKind), 9) == ()


async def test_a_job_that_is_put_off_is_taken_when_its_time_comes(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await insert_jobs(conn, [NewJob(JobKind.REPORT, (1,), 1, 5 * MINUTE), NewJob(JobKind.REPORT, (2,), 1)])
        (job,) = await take_jobs(conn, uuid4(), tuple(JobKind), 9)
        assert job.about == (2,)
        await delay_jobs(conn, {job.id: timedelta(0)})
        (again,) = await take_jobs(conn, uuid4(), tuple(JobKind), 9)
        assert again == job
        await delay_jobs(conn, {job.id: MINUTE})
        assert await take_jobs(conn, uuid4(), tuple(JobKind), 9) == ()
        await finish_jobs(conn, [job.id])
        assert [r[0] for r in await conn.fetch("select dedupe_key from pgqueuer")] == ["report:1"]


async def test_a_worker_gives_back_its_own_jobs_alone(pool: Pool) -> None:
    mine, theirs = uuid4(), uuid4()
    async with pool.acquire() as conn:
        await insert_jobs(conn, [NewJob(JobKind.REPORT, (n,), 1) for n in (1, 2)])
        first = await take_jobs(conn, mine, tuple(JobKind), 1)
        await take_jobs(conn, theirs, tuple(JobKind), 1)
        await release_jobs(conn, mine)
        assert await take_jobs(conn, uuid4(), tuple(JobKind), 9) == first


async def test_what_went_well_leaves_the_log_after_an_hour_and_the_rest_after_two_days(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await conn.execute(
            """insert into pgqueuer_log (created, job_id, status, priority, entrypoint)
            select $1::timestamptz - age, 1, status::pgqueuer_status, 1, 'report'
            from unnest(array['successful', 'picked', 'exception']) status,
              unnest(array[interval '5 minutes', interval '2 hours', interval '3 days']) age""",
            NOW,
        )
        await delete_job_log(conn, NOW)
        left = await conn.fetch("select status::text, $1::timestamptz - created from pgqueuer_log order by 1, 2", NOW)
    assert [(r[0], r[1]) for r in left] == [
        ("exception", 5 * MINUTE),
        ("exception", 120 * MINUTE),
        ("picked", 5 * MINUTE),
        ("successful", 5 * MINUTE),
    ]


# -- matches ---------------------------------------------------------------------------------------------------


async def test_a_match_is_recorded_once_with_the_words_of_its_modes(pool: Pool) -> None:
    assert await add(pool, row(2), row(1), row(2)) == {1, 2}
    assert await add(pool, row(2), row(3, modes=(), mode=4)) == {3}
    found = await pool.fetch("select instance_id, modes, mode_bits, ends_at - period from match order by 1")
    assert [tuple(each) for each in found] == [
        (1, [5, 73], 0b11, 10 * MINUTE),
        (2, [5, 73], 0b11, 10 * MINUTE),
        (3, [4], 0b1000000001, 10 * MINUTE),
    ]


async def test_a_later_reading_of_a_history_counts_and_the_same_one_writes_nothing(pool: Pool) -> None:
    await pool.execute(
        "insert into member (membership_id, membership_type, name, first_seen_at) values (1, 3, 'A', $1)", NOW
    )
    await add(pool, row(5))
    async with pool.acquire() as conn:
        for kills in (4, 4, 9):
            await upsert_history_entries(conn, 1, 10, [row(5, kills=kills), row(5, kills=kills)])
    assert await pool.fetchval("select kills from history_entry") == 9
    async with pool.acquire() as conn:
        before = await conn.fetchval("select xmin::text from history_entry")
        await upsert_history_entries(conn, 1, 10, [row(5, kills=9)])
        assert await conn.fetchval("select xmin::text from history_entry") == before


async def test_what_an_error_makes_of_a_match(pool: Pool) -> None:
    await add(pool, *(row(n) for n in (1, 2, 3)))
    await pool.execute("update match set state = 'done', stored_at = $1, again_at = $1 where instance_id = 3", NOW)
    fates = {
        1: (Fate(MatchState.WAITING, 1, 2, NOW), "later"),
        2: (Fate(MatchState.GONE, 4, 0), "lost"),
        3: (Fate(MatchState.DONE, 0, 8), "as it is"),
    }
    async with pool.acquire() as conn:
        await update_fates(conn, {}, NOW)
        await update_fates(conn, fates, NOW)
        found = {
            key: (each.state, each.missing, each.failures, each.final)
            for key, each in (await select_tasks(conn, [1, 2, 3])).items()
        }
        assert found == {
            1: (MatchState.WAITING, 1, 2, False),
            2: (MatchState.GONE, 4, 0, False),
            3: (MatchState.DONE, 0, 8, True),
        }
        assert [each.error for each in await select_unhappy(conn, MatchState.GONE, 5)] == ["lost"]
        assert [each.details.instance_id for each in await select_unqueued(conn, 9)] == [1], "3 is final as it is"


async def test_other_modes_are_wanted_and_what_was_skipped_waits(pool: Pool) -> None:
    await add(pool, row(1), row(2, modes=(7, 4), mode=4), row(3, modes=(40,), mode=40), state=MatchState.SKIPPED)
    async with pool.acquire() as conn:
        now_wanted = await update_wanted(conn, 0b10)
        assert [each.details for each in now_wanted] == [row(1).details]
        assert [each.details.instance_id for each in await update_wanted(conn, 0b1)] == [2]
    states = {r[0]: r[1] for r in await pool.fetch("select instance_id, state from match")}
    assert states == {1: "waiting", 2: "waiting", 3: "skipped"}


async def test_the_backlog_tells_due_from_later_and_running(pool: Pool) -> None:
    await add(pool, *(row(n) for n in range(1, 6)))
    await add(pool, row(6), state=MatchState.FAILED)
    async with pool.acquire() as conn:
        await insert_jobs(conn, [NewJob(JobKind.REPORT, (n,), n, MINUTE * (n == 1)) for n in range(1, 5)])
        await take_jobs(conn, uuid4(), tuple(JobKind), 1)
        found = await select_backlog(conn)
    assert (found.due, found.later, found.running, found.failed, found.gone) == (3, 1, 1, 1, 0)
    assert found.waiting == 4


async def test_a_chore_is_claimed_once_in_its_time(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await claim_chore(conn, "sweep", MINUTE, NOW)
        assert not await claim_chore(conn, "sweep", MINUTE, NOW + MINUTE / 2)
        assert await claim_chore(conn, "sweep", MINUTE, NOW + MINUTE)
        assert await claim_chore(conn, "sweep", MINUTE, NOW), "the clock was set back"


async def test_the_queue_is_read_by_its_index(pool: Pool) -> None:
    """However many wait: the first by priority come from the index, not from a sort of them all."""
    async with pool.acquire() as conn:
        await conn.execute(
            """insert into pgqueuer (priority, status, entrypoint, dedupe_key, payload, execute_after)
            select n % 3, 'queued', 'report_backfill', 'report:' || n, '[1]', now() - interval '1 minute'
            from generate_series(1, 20000) n"""
        )
        await conn.execute("analyze pgqueuer")
        plan = "\n".join(
            r[0]
            for r in await conn.fetch(
                """explain select id from pgqueuer where entrypoint = 'report_backfill' and status = 'queued'
                and execute_after < now() order by priority desc, id limit 50 for update skip locked"""
            )
        )
        assert "pgqueuer_ep_prio_id_idx" in plan, plan
        assert await take_jobs(conn, uuid4(), [JobKind.BACKFILL], 1) != (Job(0, JobKind.BACKFILL, ()),)
