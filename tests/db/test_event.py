"""Events are stored once and listed newest first; posts go to each channel that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.event import Event, EventKind, NewEvent
from db.pool import Connection, Pool
from db.queries.event import insert_event, insert_events, select_events, withdraw_event
from db.queries.outbox import (
    drop_or_correct_posts,
    insert_notice,
    insert_posts,
    upsert_config_feed,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
A, B, C = 11, 12, 13


def joined(number: int, group_id: int = A, at: datetime = NOW) -> NewEvent:
    return NewEvent(EventKind.JOINED, group_id, number, f"about {number}", at, f"Guardian{number}#0001")


SWITCH = NewEvent(EventKind.CLAN_SWITCHED, B, 1, "x", NOW, "Ace#0001", other_group_id=A)
MANIFEST = NewEvent(EventKind.MANIFEST_UPDATED, None, None, "v2", NOW)


@pytest.fixture
async def conn(pool: Pool) -> Any:
    async with pool.acquire() as connection:
        for group_id in (A, B, C):
            await connection.execute("insert into clan (group_id, added_at) values ($1, $2)", group_id, NOW)
        for number in range(1, 8):
            await connection.execute(
                "insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, 'x', $2)",
                number,
                NOW,
            )
        yield connection


async def follow(conn: Connection, channel_id: int, group_id: int | None) -> None:
    await conn.execute("insert into channel (channel_id) values ($1) on conflict do nothing", channel_id)
    await conn.execute("insert into feed (channel_id, group_id, source) values ($1, $2, 'setup')", channel_id, group_id)


async def names(conn: Connection, **filters: Any) -> list[str]:
    return [event.name for event in await select_events(conn, A, limit=filters.pop("limit", 500), **filters)]


@pytest.mark.parametrize("event", [joined(1), SWITCH, MANIFEST])
async def test_an_event_is_stored_once(conn: Connection, event: NewEvent) -> None:
    assert await insert_event(conn, event, NOW) is not None
    assert await insert_event(conn, replace(event, name="Other#0001"), NOW) is None
    assert len(await insert_events(conn, [event, replace(event, about="else")], NOW)) == 1


async def test_events_are_paged_newest_first_without_gap_or_overlap(conn: Connection) -> None:
    await insert_events(conn, [joined(n, at=NOW + timedelta(minutes=n // 2)) for n in range(1, 8)], NOW)
    whole = await select_events(conn, A, limit=500)
    assert [event.occurred_at for event in whole] == sorted((e.occurred_at for e in whole), reverse=True)
    paged: list[Event] = []
    before: tuple[datetime, int] | None = None
    while page := await select_events(conn, A, limit=2, before=before):
        paged += page
        before = (page[-1].occurred_at, page[-1].id)
    assert tuple(paged) == whole


async def test_a_switch_is_listed_by_both_clans_and_a_manifest_by_all(conn: Connection) -> None:
    await insert_events(conn, [SWITCH, MANIFEST, joined(2, B)], NOW)
    listed = {g: {event.kind for event in await select_events(conn, g, limit=9)} for g in (A, B, C)}
    assert listed == {
        A: {EventKind.CLAN_SWITCHED, EventKind.MANIFEST_UPDATED},
        B: {EventKind.CLAN_SWITCHED, EventKind.MANIFEST_UPDATED, EventKind.JOINED},
        C: {EventKind.MANIFEST_UPDATED},
    }


async def test_events_are_filtered_by_kind_and_member(conn: Connection) -> None:
    left = replace(joined(1), kind=EventKind.LEFT, name="Gone#0001")
    await insert_events(conn, [joined(1), joined(2), left], NOW)
    assert await names(conn, kinds=[EventKind.LEFT]) == ["Gone#0001"]
    assert sorted(await names(conn, membership_id=1)) == ["Gone#0001", "Guardian1#0001"]
    assert await names(conn, kinds=[EventKind.RENAMED]) == []


async def test_a_withdrawn_event_is_listed_no_longer(conn: Connection) -> None:
    event_id = await insert_event(conn, joined(1), NOW)
    assert event_id is not None
    assert await withdraw_event(conn, event_id, NOW) == joined(1)
    assert await withdraw_event(conn, event_id, NOW) is None
    assert await names(conn) == []


async def test_each_following_channel_gets_one_post(conn: Connection) -> None:
    await follow(conn, 1, None)
    await follow(conn, 1, A)
    await follow(conn, 2, A)
    await follow(conn, 3, B)
    for event, channels in ((SWITCH, [1, 2, 3]), (MANIFEST, [1, 2, 3]), (joined(1), [1, 2])):
        event_id = await insert_event(conn, event, NOW)
        assert event_id is not None
        assert await insert_posts(conn, [event_id], NOW) == len(channels)
        assert await insert_posts(conn, [event_id], NOW) == 0
        rows = await conn.fetch("select channel_id from outbox where event_id = $1 order by 1", event_id)
        assert [row["channel_id"] for row in rows] == channels


async def test_posts_keep_the_order_of_their_events(conn: Connection) -> None:
    await follow(conn, 1, None)
    ids = await insert_events(conn, [joined(n) for n in range(1, 8)], NOW)
    await insert_posts(conn, ids, NOW, digest_of="all", not_before=NOW)
    rows = await conn.fetch("select event_id, digest_of, not_before from outbox order by id")
    assert [tuple(row) for row in rows] == [(event_id, "all", NOW) for event_id in ids]


async def test_a_notice_is_stored_once_a_channel(conn: Connection) -> None:
    await follow(conn, 1, None)
    await follow(conn, 1, A)
    assert await insert_notice(conn, A, "watching", {"name": "x"}, NOW) == 1
    assert await insert_notice(conn, A, "watching", {"name": "x"}, NOW) == 0
    assert await insert_notice(conn, B, "watching", {"name": "x"}, NOW) == 1  # another clan of the same name


async def test_only_posts_that_nobody_saw_are_dropped(conn: Connection) -> None:
    for channel_id in (1, 2, 3):
        await follow(conn, channel_id, None)
    event_id = await insert_event(conn, joined(1), NOW)
    assert event_id is not None
    await insert_posts(conn, [event_id], NOW)
    await conn.execute("update outbox set state = 'sent', message_id = 9 where channel_id = 2")
    await conn.execute("update outbox set state = 'sending', first_try_at = $1 where channel_id = 3", NOW)
    assert await drop_or_correct_posts(conn, event_id, NOW) == 1
    rows = await conn.fetch("select state from outbox order by channel_id")
    assert [row["state"] for row in rows] == ["dropped", "sent", "sending"]


async def test_what_was_withdrawn_and_is_so_after_all_is_listed_and_its_dropped_post_is_due_again(
    conn: Connection,
) -> None:
    for channel_id in (1, 2):
        await follow(conn, channel_id, None)
    event_id = await insert_event(conn, joined(1), NOW)
    assert event_id is not None
    await insert_posts(conn, [event_id], NOW)
    await conn.execute("update outbox set state = 'sent', message_id = 9 where channel_id = 2")
    await withdraw_event(conn, event_id, NOW)
    await drop_or_correct_posts(conn, event_id, NOW)
    later = NOW + timedelta(minutes=9)
    assert await insert_event(conn, replace(joined(1), name="Anew#0001"), later) == event_id
    assert await insert_event(conn, joined(1), later) is None
    assert await names(conn) == ["Anew#0001"]
    assert await insert_posts(conn, [event_id], later) == 1
    rows = await conn.fetch("select state, created_at, corrected_at from outbox order by channel_id")
    assert [tuple(row) for row in rows] == [("new", later, None), ("sent", NOW, None)]


async def test_the_configured_channel_replaces_the_one_before(conn: Connection) -> None:
    await follow(conn, 7, A)
    for channel_id in (1, 2, 2, None):
        await upsert_config_feed(conn, channel_id, NOW)
        rows = await conn.fetch("select channel_id from feed where source = 'config'")
        assert [row["channel_id"] for row in rows] == ([] if channel_id is None else [channel_id])
    assert await conn.fetchval("select count(*) from feed") == 1
