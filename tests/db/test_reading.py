from __future__ import annotations

from datetime import timedelta

from bot.domain.profile import CurrentActivity
from bot.domain.reading import Gilding, LoginLag, OnlineCheck, Portrait, Reading, SealState, SealTerms
from bot.domain.stamp import Stamp
from db.pool import Pool
from db.queries.member_seal import insert_gildings, select_seal_states, select_seal_terms, upsert_seal_states
from db.queries.online_check import (
    delete_logins,
    delete_online_checks,
    insert_login,
    insert_online_checks,
    select_clan_names,
    select_login_lag,
    select_online_checks,
)
from db.queries.reading import insert_portrait, select_subjects, upsert_reading
from tests.db.roster_rows import CLAN, CONQUEROR, NOON, OTHER, RIVENSBANE, add_clan, add_manifest, add_member

WHOLE = Reading(
    portrait=Portrait(NOON, 541, 9000, 5000, RIVENSBANE, private=True),
    activity=CurrentActivity(4294967295, 3199098480, 10, (10, 5), 3176544780, NOON),
    transitory=True,
    stamp=Stamp(NOON, NOON + timedelta(minutes=1)),
    records_stamp=Stamp(NOON + timedelta(minutes=2), NOON + timedelta(minutes=3)),
    tried_at=NOON + timedelta(minutes=4),
    read_at=NOON + timedelta(minutes=5),
    playing=True,
    online_at=NOON + timedelta(minutes=6),
    moved=True,
    hidden_reads=2,
    reads_since_records=4,
    records_read_at=NOON + timedelta(minutes=7),
    records_due_at=NOON + timedelta(minutes=8),
    failures=3,
    failure="Slow.",
)


async def test_everyone_in_a_tracked_clan_is_a_subject_once(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_clan(conn, OTHER)
        await add_clan(conn, 3, state="refused")
        await add_member(conn, 1, is_online=True)
        await add_member(conn, 1, group_id=OTHER)
        await add_member(conn, 2, left_at=NOON)
        await add_member(conn, 3, group_id=3)
        (found,) = await select_subjects(conn)
    assert (found.membership_id, found.membership_type, found.group_ids) == (1, 3, {CLAN, OTHER})
    assert found.is_online
    assert found.reading == Reading()


async def test_a_reading_comes_back_whole(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, 1)
        await upsert_reading(conn, 1, Reading(tried_at=NOON))
        assert (await select_subjects(conn))[0].reading == Reading(tried_at=NOON)
        await upsert_reading(conn, 1, WHOLE)
        assert (await select_subjects(conn))[0].reading == WHOLE


async def test_history_keeps_each_portrait(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, 1)
        await insert_portrait(conn, 1, Portrait(power=540), NOON)
        await insert_portrait(conn, 1, Portrait(power=541), NOON + timedelta(minutes=3))
        rows = await conn.fetch("select power from profile_history order by valid_from")
    assert [row["power"] for row in rows] == [540, 541]


async def test_seals_come_back_and_never_shrink(pool: Pool) -> None:
    held = SealState(RIVENSBANE, NOON, quiet=True, gilded_times=4, gilded_this_season=True, done=8, of=8)
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, 1)
        await upsert_seal_states(conn, 1, [held, SealState(CONQUEROR)])
        assert await select_seal_states(conn, 1) == {RIVENSBANE: held, CONQUEROR: SealState(CONQUEROR)}
        await upsert_seal_states(conn, 1, [SealState(RIVENSBANE, quiet=True, done=8, of=8)])
        kept = (await select_seal_states(conn, 1))[RIVENSBANE]
    assert (kept.held_since, kept.gilded_times, kept.gilded_this_season) == (NOON, 4, False)


async def test_a_gilding_keeps_its_first_sight(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, 1)
        await upsert_seal_states(conn, 1, [SealState(RIVENSBANE)])
        await insert_gildings(conn, 1, [Gilding(RIVENSBANE, 1, NOON, quiet=False)])
        await insert_gildings(conn, 1, [Gilding(RIVENSBANE, 1, NOON + timedelta(days=1), quiet=False)])
        assert await conn.fetchval("select seen_at from member_gilding") == NOON


async def test_terms_are_those_of_the_manifest(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await select_seal_terms(conn) == ()
        await add_manifest(conn)
        assert await select_seal_terms(conn) == (SealTerms(CONQUEROR), SealTerms(RIVENSBANE))


async def test_checks_of_one_moment_add_up_and_are_forgotten_after_a_day(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await insert_online_checks(conn, [OnlineCheck(CLAN, NOON, 3, 1)])
        await insert_online_checks(conn, [OnlineCheck(CLAN, NOON, 1, 1)])
        assert await select_online_checks(conn) == (OnlineCheck(CLAN, NOON, 4, 2),)
        await delete_online_checks(conn, NOON + timedelta(days=1))
        assert await select_online_checks(conn) == (OnlineCheck(CLAN, NOON, 4, 2),)
        await delete_online_checks(conn, NOON + timedelta(days=1, seconds=1))
        assert await select_online_checks(conn) == ()


async def test_clans_are_named(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        assert await select_clan_names(conn, [CLAN, 5]) == (f"Clan {CLAN}",)


async def test_the_lag_of_logins_is_that_of_the_last_day(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_member(conn, 1)
        assert await select_login_lag(conn, NOON) == LoginLag(0, None)
        for number in range(100):
            await insert_login(conn, 1, number, NOON - timedelta(minutes=number))
        await insert_login(conn, 1, 5000, NOON - timedelta(days=2))
        assert await select_login_lag(conn, NOON) == LoginLag(100, 95)
        await delete_logins(conn, NOON)
        assert await conn.fetchval("select max(seconds) from login_seen") == 99
