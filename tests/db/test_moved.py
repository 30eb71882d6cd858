"""Someone who plays on under another membership is one person: in past rosters, in their stays, in their events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.event import EventKind, NewEvent
from bot.domain.member import MemberStint
from bot.domain.role import Role
from db.pool import Connection, Pool
from db.queries.dashboard import select_event_tally
from db.queries.event import insert_event, select_events
from db.queries.member import select_member
from db.queries.roster import select_roster
from db.queries.stint import update_moved
from tests.db.roster_rows import CLAN, LONG_AGO, NOON, OTHER, add_clan, add_member

OLD, NEW = 4611686018400000001, 4611686018400000002
HOUR = timedelta(hours=1)


@pytest.fixture
async def conn(pool: Pool) -> object:
    async with pool.acquire() as connection:
        await add_clan(connection)
        yield connection


async def moved(conn: Connection, at: datetime = NOON, new_joined_at: datetime = LONG_AGO) -> None:
    """They moved from OLD to NEW at that time, and were told to have done so."""
    old_stint = await add_member(conn, OLD, left_at=at)
    await add_member(conn, NEW, joined_at=new_joined_at)
    await conn.execute("update member set first_seen_at = $2 where membership_id = $1", NEW, at)
    event = NewEvent(EventKind.PLATFORM_MOVED, CLAN, NEW, str(NEW), at, "Petrel#0042")
    event_id = await insert_event(conn, event, at)
    await conn.execute("update stint set left_event_id = $2 where id = $1", old_stint, event_id)
    await update_moved(conn, OLD, NEW)


@pytest.mark.parametrize(("at", "expected"), [(NOON - HOUR, OLD), (NOON + HOUR, NEW)])
async def test_a_past_roster_shows_them_once(conn: Connection, at: datetime, expected: int) -> None:
    await moved(conn)
    assert [member.membership_id for member in await select_roster(conn, CLAN, NOON + HOUR, at)] == [expected]


async def test_a_past_roster_shows_both_accounts_while_both_were_there(conn: Connection) -> None:
    await moved(conn)
    await conn.execute("update member set first_seen_at = $2 where membership_id = $1", NEW, NOON - 2 * HOUR)
    assert len(await select_roster(conn, CLAN, NOON + HOUR, NOON - HOUR)) == 2


async def test_a_past_roster_of_another_clan_is_not_touched(conn: Connection) -> None:
    await add_clan(conn, OTHER)
    await moved(conn)
    await add_member(conn, NEW, group_id=OTHER)
    assert len(await select_roster(conn, OTHER, NOON + HOUR, NOON - HOUR)) == 1


async def test_their_stay_goes_on(conn: Connection) -> None:
    await moved(conn)
    found = await select_member(conn, OLD)
    assert found is not None
    assert found.stints == (MemberStint(CLAN, f"Clan {CLAN}", Role.MEMBER, LONG_AGO, None),)


async def test_a_stay_with_a_date_of_its_own_is_kept(conn: Connection) -> None:
    await moved(conn, new_joined_at=NOON - HOUR)
    found = await select_member(conn, NEW)
    assert found is not None
    assert [(stint.joined_at, stint.left_at) for stint in found.stints] == [(NOON - HOUR, None), (LONG_AGO, NOON)]


async def test_events_of_the_earlier_membership_are_theirs(conn: Connection) -> None:
    await moved(conn)
    await insert_event(conn, NewEvent(EventKind.RENAMED, CLAN, OLD, "x", NOON - HOUR, "Petrel#0042"), NOON - HOUR)
    listed = await select_events(conn, CLAN, membership_id=NEW, limit=9)
    assert [event.kind for event in listed] == [EventKind.PLATFORM_MOVED, EventKind.RENAMED]
    tally = await select_event_tally(conn, [CLAN], membership_id=NEW)
    assert {each.kind: each.count for each in tally} == {EventKind.PLATFORM_MOVED: 1, EventKind.RENAMED: 1}
