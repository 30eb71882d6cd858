"""Who leaves, who is held, and who never left, through client, socket and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.jobs import held
from db.pool import Pool
from db.queries.membership import select_held, select_held_leaves
from tests.jobs.membership_house import A, House, open_house


@pytest_asyncio.fixture(loop_scope="session")
async def house(pool: Pool) -> AsyncIterator[House]:
    """One clan of ten, not polled yet."""
    async with open_house(pool) as opened:
        yield opened


async def test_a_leave_that_cannot_be_asked_about_waits_a_day(house: House) -> None:
    await house.cycle()
    house.leave(A, 881001)
    house.bungie.codes = {"user": 217}
    await house.cycles(4)
    assert house.bungie.count("user") >= 3
    assert await house.kinds() == []
    for _ in range(23):
        await house.cycle(3600)
    assert await house.kinds() == []
    await house.cycle(3600)
    (left,) = await house.events()
    assert "to_group_id" not in left.detail


async def test_a_day_without_polls_is_no_day_of_asking_in_vain(house: House) -> None:
    await house.cycle()
    house.leave(A, 881001)
    await house.cycle()
    house.bungie.codes = {"user": 217}
    await house.cycle(25 * 3600)
    await house.cycles(10)
    assert await house.kinds() == []
    house.bungie.codes = {}
    await house.cycle()
    assert await house.kinds() == ["left"]


async def test_a_leave_says_where_they_went(house: House) -> None:
    await house.cycle()
    house.bungie.clans[999] = {881001: house.bungie.clans[A].pop(881001)}
    house.bungie.names[999] = "Elsewhere"
    await house.cycles(2)
    (left,) = await house.events()
    assert left.detail["to_group_id"] == "999"
    assert left.detail["to_name"] == "Elsewhere"


async def test_the_roster_that_forgets_someone_is_not_believed(house: House) -> None:
    await house.cycle()
    house.bungie.shown = {A: list(house.bungie.clans[A].values())[1:]}
    await house.cycles(20)
    assert await house.kinds() == []
    house.bungie.shown = {}
    await house.cycle()
    assert await house.pool.fetchval("select count(*) from membership_absence") == 0


async def test_a_purge_of_thirty_is_one_digest(house: House) -> None:
    house.fill(A, 90)
    await house.cycle()
    house.leave(A, *range(881001, 881031))
    await house.cycle()
    async with house.pool.acquire() as conn:
        (batch,) = await select_held(conn)
        assert (batch.group_id, batch.count) == (A, 30)
        assert len(await select_held_leaves(conn, batch.id)) == 30
    await house.cycle()
    posts = [post for post in await house.posts() if post["kind"] == "event"]
    assert len(posts) == 30
    assert len({post["digest_of"] for post in posts}) == 1
    assert posts[0]["digest_of"] is not None
    async with house.pool.acquire() as conn:
        assert await select_held(conn) == ()


async def test_a_held_batch_is_dropped_when_they_are_back(house: House) -> None:
    await house.cycle()
    house.bungie.shown = {A: list(house.bungie.clans[A].values())[4:]}
    house.bungie.totals = {A: 6}
    await house.cycles(7)  # five polls teach that the list lacks four
    async with house.pool.acquire() as conn:
        (batch,) = await select_held(conn)
    assert batch.count == 4
    house.bungie.shown, house.bungie.totals = {}, {}
    await house.cycle()
    async with house.pool.acquire() as conn:
        assert await select_held(conn) == ()
    assert await house.pool.fetchval("select discarded_at is not null from held_batch")
    assert await house.kinds() == []


@pytest.mark.parametrize("approve", [True, False])
async def test_someone_decides_about_a_held_batch(house: House, approve: bool) -> None:
    await house.cycle()
    house.leave(A, 881001, 881002, 881003, 881004)
    house.bungie.codes = {"user": 217}
    await house.cycles(3)
    async with house.pool.acquire() as conn:
        (batch,) = await select_held(conn)
    decide = held.approve if approve else held.discard
    assert await decide(house.pool, batch.id, house.clock.now()) == 4
    await house.counts_who_is_in()
    assert await decide(house.pool, batch.id, house.clock.now()) is None
    assert await house.kinds() == (["left"] * 4 if approve else [])
    house.bungie.codes = {}
    await house.cycle(3700)  # what was discarded is still asked about, and goes when Bungie.net itself says so
    assert await house.kinds() == ["left"] * 4


async def test_who_is_back_with_the_same_date_never_left(house: House) -> None:
    await house.cycle()
    person = house.bungie.clans[A].pop(881001)
    await house.cycles(2)
    assert await house.kinds() == ["left"]
    house.bungie.clans[A][881001] = person
    await house.cycle()
    assert await house.kinds() == ["left"]
    await house.cycle()
    assert await house.kinds() == []
    assert [post["state"] for post in await house.posts()] == ["new", "dropped"]
    house.leave(A, 881001)
    await house.cycles(2)
    assert await house.kinds() == ["left"]


async def test_a_returner_has_a_stint_of_their_own(house: House) -> None:
    await house.cycle()
    house.leave(A, 881001)
    await house.cycles(2)
    house.join(A, 881001)
    await house.cycle()
    assert await house.kinds() == ["left", "joined"]
    stints = await house.pool.fetch("select left_at from stint where membership_id = 881001 order by joined_at")
    assert [row["left_at"] is None for row in stints] == [False, True]


async def test_after_a_long_gap_the_changes_are_one_digest(house: House) -> None:
    await house.cycle()
    house.clock.advance(7 * 3600)
    house.join(A, 42)
    house.leave(A, 881001)
    await house.cycles(2)
    posts = [post for post in await house.posts() if post["kind"] == "event"]
    assert len(posts) == 2
    assert len({(post["digest_of"], post["not_before"]) for post in posts}) == 1
    assert posts[0]["not_before"] > house.clock.now()


async def test_a_batch_of_a_clan_that_is_disbanded_waits_no_longer(house: House) -> None:
    await house.cycle()
    house.leave(A, *range(881001, 881008))
    house.bungie.codes = {"user": 217}
    await house.cycles(2)
    del house.bungie.clans[A]
    await house.cycles(3)
    async with house.pool.acquire() as conn:
        assert len(await select_held(conn)) == 1
    await house.cycle(24 * 3600)
    async with house.pool.acquire() as conn:
        assert await select_held(conn) == ()
