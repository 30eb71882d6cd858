"""Names, roles, switches of clan and moves of platform, through client, socket and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.domain.event import EventKind
from db.pool import Pool
from tests.jobs.membership_house import A, B, House, open_house, track


@pytest_asyncio.fixture(loop_scope="session")
async def house(pool: Pool) -> AsyncIterator[House]:
    """One clan of ten, not polled yet."""
    async with open_house(pool) as opened:
        yield opened


async def test_out_and_in_between_two_polls_is_a_new_stint_without_a_post(house: House) -> None:
    await house.cycle()
    person = house.bungie.clans[A][881001]
    house.bungie.clans[A][881001] = replace(person, joined_at=house.clock.now())
    await house.cycles(3)
    assert await house.kinds() == []
    assert await house.pool.fetchval("select count(*) from stint where membership_id = 881001") == 2


async def test_names_and_roles_change_when_two_polls_agree(house: House) -> None:
    await house.cycle()
    person = house.bungie.clans[A][881001]
    house.bungie.clans[A][881001] = replace(person, name="Other#0007", role=3)
    await house.cycle()
    assert await house.kinds() == []
    await house.cycle(60)  # too close to the last one
    assert await house.kinds() == []
    await house.cycle()
    renamed, promoted = sorted(await house.events(), key=lambda event: event.kind == EventKind.ROLE_CHANGED)
    assert renamed.detail == {"from": "Guardian1#0001", "to": "Other#0007"}
    assert promoted.detail == {"from": "member", "to": "admin"}
    names = await house.pool.fetch("select name from member_name where membership_id = 881001 order by since")
    assert [row["name"] for row in names] == ["Guardian1#0001", "Other#0007"]


async def test_a_clan_is_renamed_when_two_reads_agree(house: House) -> None:
    await house.cycle()
    house.bungie.names[A] = "Eyes Down"
    await house.cycles(22)
    (event,) = await house.events()
    assert event.kind is EventKind.CLAN_CHANGED
    assert event.detail == {"field": "name", "from": "Clan 881", "to": "Eyes Down"}


async def test_a_switch_between_two_tracked_clans_is_one_event(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    person = house.bungie.clans[A].pop(881001)
    house.bungie.clans[B][881001] = replace(person, joined_at=house.clock.now())
    await house.cycle()
    assert await house.kinds(A) + await house.kinds(B) == []
    await house.cycle()
    assert await house.kinds(A) == await house.kinds(B) == ["clan_switched"]
    (event,) = await house.events(A)
    assert event.detail == {"from_group_id": "881", "to_group_id": "882"}
    assert [post["kind"] for post in await house.posts()] == ["watching", "watching", "event"]
    await house.cycles(6)
    assert await house.kinds(A) == await house.kinds(B) == ["clan_switched"]


async def test_a_joiner_waits_a_quarter_of_an_hour_for_the_leave(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    person = house.bungie.clans[A][881001]
    house.bungie.clans[B][881001] = replace(person, joined_at=house.clock.now())
    await house.cycles(5)
    assert await house.kinds(B) == []
    await house.cycle()
    assert await house.kinds(B) == ["joined"]


async def test_a_move_to_another_platform_is_neither_leave_nor_join(house: House) -> None:
    await house.cycle()
    house.join(A, 71, bungie_net_id=7)
    await house.cycle()
    old = house.bungie.clans[A].pop(71)
    house.bungie.clans[A][72] = replace(old, membership_id=72)
    await house.cycles(3)
    assert await house.kinds() == ["joined", "platform_moved"]
    assert await house.pool.fetchval("select moved_to from member where membership_id = 71") == 72


async def test_two_accounts_of_one_person_are_kept_until_the_older_is_gone(house: House) -> None:
    await house.cycle()
    house.join(A, 71, bungie_net_id=7)
    await house.cycle()
    house.join(A, 72, bungie_net_id=7)
    await house.cycles(7)
    assert await house.kinds() == ["joined"]
    house.leave(A, 71)
    await house.cycles(2)
    assert await house.kinds() == ["joined", "platform_moved"]
    (_, moved) = reversed(await house.events())
    assert moved.detail == {"from_membership_id": "71", "to_membership_id": "72"}


async def test_who_moves_back_plays_under_the_old_id_again(house: House) -> None:
    await house.cycle()
    house.join(A, 71, bungie_net_id=7)
    await house.cycle()
    for old, new in ((71, 72), (72, 71)):
        person = house.bungie.clans[A].pop(old)
        house.bungie.clans[A][new] = replace(person, membership_id=new, joined_at=house.clock.now())
        await house.cycles(3)
    assert await house.kinds() == ["joined", "platform_moved", "platform_moved"]
    moved = await house.pool.fetch("select membership_id, moved_to from member where membership_id in (71, 72)")
    assert {row["membership_id"]: row["moved_to"] for row in moved} == {71: None, 72: 71}


async def test_who_is_renamed_in_the_polls_of_a_switch_is_said_to_be(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    person = house.bungie.clans[A].pop(881001)
    house.bungie.clans[B][881001] = replace(person, joined_at=house.clock.now(), name="Other#0007")
    await house.cycles(4)
    assert sorted(await house.kinds(B)) == ["clan_switched", "renamed"]
    (renamed,) = [event for event in await house.events(B) if event.kind is EventKind.RENAMED]
    assert renamed.detail == {"from": "Guardian1#0001", "to": "Other#0007"}


async def test_a_returner_with_another_name_is_said_to_be_renamed(house: House) -> None:
    await house.cycle()
    house.leave(A, 881001)
    await house.cycles(2)
    house.join(A, 881001)
    await house.cycles(3)
    assert await house.kinds() == ["left", "joined", "renamed"]
    assert [event.name for event in await house.events()][1] == "New881001#0042"


async def test_two_lists_that_call_someone_differently_are_no_change_of_name(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    person = house.bungie.clans[A][881001]
    house.bungie.clans[B][881001] = replace(person, joined_at=house.clock.now(), name="Other#0007")
    await house.cycles(12)
    assert sorted(await house.kinds(A) + await house.kinds(B)) == ["joined", "renamed"]


async def test_a_switch_that_was_taken_back_and_happens_after_all_is_told(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    person = house.bungie.clans[A].pop(881001)
    house.bungie.clans[B][881001] = replace(person, joined_at=house.clock.now())
    await house.cycles(2)
    house.bungie.shown, house.bungie.totals = {A: [person, *house.bungie.clans[A].values()]}, {A: 10}
    await house.cycles(2)  # the old list again, twice running
    assert await house.kinds(A) + await house.kinds(B) == []
    house.bungie.shown, house.bungie.totals = {}, {}
    await house.cycles(8)
    assert await house.kinds(A) == await house.kinds(B) == ["clan_switched"]
    assert [post["state"] for post in await house.posts()] == ["new"] * 3


async def test_a_move_that_was_taken_back_and_happens_after_all_is_told(house: House) -> None:
    await house.cycle()
    house.join(A, 71, bungie_net_id=7)
    await house.cycle()
    old = house.bungie.clans[A].pop(71)
    house.bungie.clans[A][72] = replace(old, membership_id=72)
    await house.cycles(3)
    house.bungie.clans[A][71] = old
    await house.cycles(3)
    assert await house.kinds() == ["joined"]
    house.leave(A, 71)
    await house.cycles(3)
    assert await house.kinds() == ["joined", "platform_moved"]
    assert [post["state"] for post in await house.posts()] == ["new"] * 3


async def test_a_second_account_that_goes_again_moved_nobody(house: House) -> None:
    await house.cycle()
    house.join(A, 71, bungie_net_id=7)
    await house.cycle()
    house.join(A, 72, bungie_net_id=7)
    await house.cycles(3)
    house.leave(A, 72)
    await house.cycles(4)
    assert await house.kinds() == ["joined"]
    assert await house.pool.fetchval("select moved_to from member where membership_id = 72") == 71
