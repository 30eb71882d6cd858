"""Channels that refuse, events that are taken back, senders that take turns, a database that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from bot import delivery
from bot.client import HawthorneBot
from db.pool import Pool
from db.queries.outbox import insert_channel
from tests.e2e.telling import LOOK_SECONDS, Desk, desk, eventually


@pytest_asyncio.fixture(loop_scope="session")
async def at(pool: Pool, dsn: str) -> AsyncIterator[Desk]:
    async with desk(pool, dsn) as made:
        yield made


async def follow(at: Desk, name: str) -> str:
    """A second channel that follows every clan."""
    channel = await at.place.call("POST", "/channels", {"name": name})
    async with at.pool.acquire() as conn:
        await insert_channel(conn, int(channel["id"]), at.clock.now())
        await conn.execute("insert into feed (channel_id, source) values ($1, 'setup')", int(channel["id"]))
    return str(channel["id"])


async def deny(at: Desk, *names: str) -> None:
    await at.place.call("POST", f"/channels/{at.channel_id}/permissions", {"deny": names})


async def broken(at: Desk) -> bool:
    found = await at.pool.fetchval("select state from channel where channel_id = $1", int(at.channel_id))
    return bool(found == "broken")


async def break_channel(at: Desk) -> None:
    """Let the channel refuse until it is left alone; the clock runs ahead over the pauses between."""

    async def left_alone() -> bool:
        at.clock.advance(seconds=5)
        return await broken(at)

    await eventually(left_alone)


@pytest.mark.parametrize("permission", ["SEND_MESSAGES", "VIEW_CHANNEL", "EMBED_LINKS"])
async def test_a_channel_that_refuses_three_times_is_left_alone_and_comes_back_with_its_permissions(
    at: Desk, permission: str
) -> None:
    other = await follow(at, "other")
    await deny(at, permission)
    await at.write_many("A#1", "B#1")
    async with at.sending():
        at.settle()
        await at.until_posts(2, other)
        await break_channel(at)
        await at.until_state("held", 2)
        row = await at.pool.fetchrow("select * from channel where channel_id = $1", int(at.channel_id))
        assert row is not None
        assert row["last_error"].startswith("403 Missing")
        asked = len([one for one in at.place.server.requests if _is_post(one, at.channel_id)])
        assert asked == 3
        await at.write("C#1")
        await at.until_state("held", 3)
        await deny(at)
        at.settle()
        posts = await at.until_posts(3)
        await at.until_posts(3, other)
    assert [post.split(" ")[0] for post in posts] == ["**A#1**", "**B#1**", "**C#1**"]
    assert not await broken(at)


def _is_post(entry: Any, channel_id: str) -> bool:
    return bool(entry.method == "POST" and entry.path.endswith(f"/channels/{channel_id}/messages"))


async def test_a_broken_channel_is_tried_again_after_a_while(at: Desk) -> None:
    await at.write("A#1")
    await at.fault("404", times=3)
    async with at.sending():
        at.settle()
        await break_channel(at)
        at.clock.advance(minutes=11)
        await at.until_posts(1)


async def test_a_refusal_that_passes_breaks_nothing(at: Desk) -> None:
    await at.write("A#1")
    await at.fault("403", times=2)
    async with at.sending():
        at.settle()

        async def told() -> bool:
            at.clock.advance(seconds=5)
            return bool(await at.posts())

        await eventually(told)
        await at.until_posts(1)
    assert await at.pool.fetchval("select refusals from channel") == 0


async def test_a_channel_whose_history_is_closed_is_not_written_to_on_suspicion(at: Desk) -> None:
    """What may have arrived long ago and can't be looked for waits: it is neither lost nor told twice."""
    await at.write("A#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
    await at.pool.execute("update outbox set state = 'sending', message_id = null, first_try_at = $1", at.clock.now())
    at.clock.advance(minutes=10)
    await deny(at, "READ_MESSAGE_HISTORY")
    async with at.sending():
        await break_channel(at)
        await deny(at)
        await at.until_state("sent")
        await at.until_posts(1)


async def test_what_was_withdrawn_before_it_was_told_is_never_told(at: Desk) -> None:
    event, _ = await at.write_many("A#1", "B#1")
    await at.withdraw(event)
    async with at.sending():
        at.settle()
        assert await at.until_posts(1) == ["**B#1** joined · 0 of 100"]
    assert [row["state"] for row in await at.outbox()] == ["dropped", "sent"]


async def test_what_was_told_and_withdrawn_is_edited(at: Desk) -> None:
    event = await at.write("A#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
        await at.withdraw(event)
        at.clock.advance(seconds=6)
        await eventually(lambda: at.pool.fetchval("select corrected_at from outbox"))
        (post,) = await at.until_posts(1)
    assert post.startswith("~~**A#1** joined · 0 of 100~~\nThis did not happen to **A#1**")
    (message,), (row,) = await at.messages(), await at.outbox()
    assert len(message["edits"]) == 1
    assert message["embeds"][0]["url"].endswith(f"#{row['id']}")


async def test_what_was_withdrawn_and_is_so_after_all_is_edited_back(at: Desk) -> None:
    event = await at.write("A#1")
    async with at.sending():
        at.settle()
        told = await at.until_posts(1)
        await at.until_state("sent")
        await at.withdraw(event)
        at.clock.advance(seconds=6)
        await eventually(lambda: at.pool.fetchval("select corrected_at from outbox"))
        at.number = 0
        assert await at.write("A#1") == event
        at.clock.advance(seconds=6)
        await eventually(lambda: at.pool.fetchval("select corrected_at is null from outbox"))
        assert await at.until_posts(1) == told


async def test_a_digest_that_told_what_was_withdrawn_is_edited(at: Desk) -> None:
    events = await at.write_many(*(f"N{n}#1" for n in range(7)))
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent", 7)
        await at.withdraw(events[3])
        at.clock.advance(seconds=6)
        await eventually(lambda: at.pool.fetchval("select count(corrected_at) = 1 from outbox"))
        (post,) = await at.until_posts(1)
    assert post.startswith("6 changes since")
    assert "**6** joined: N0#1, N1#1, N2#1, N4#1, N5#1, N6#1" in post
    assert "Corrected: This did not happen to **N3#1**" in post


async def test_a_channel_that_refuses_corrections_is_left_alone_and_they_are_made_when_it_is_back(at: Desk) -> None:
    event = await at.write("A#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
        await deny(at, "VIEW_CHANNEL")
        await at.withdraw(event)
        await break_channel(at)
        await deny(at)
        at.clock.advance(seconds=60)
        await eventually(lambda: at.pool.fetchval("select corrected_at from outbox"))
    assert not await broken(at)


async def test_a_deleted_message_needs_no_correction(at: Desk) -> None:
    event = await at.write("A#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
        (message,) = await at.messages()
        at.place.server.store.messages[at.channel_id].pop(message["id"])
        await at.withdraw(event)
        at.clock.advance(seconds=6)
        await eventually(lambda: at.pool.fetchval("select corrected_at from outbox"))


async def test_what_may_have_arrived_and_is_withdrawn_is_not_sent_again(at: Desk) -> None:
    event = await at.write("A#1")
    await at.pool.execute("update outbox set state = 'sending', first_try_at = $1, attempts = 1", at.clock.now())
    await at.withdraw(event)
    async with at.sending():
        at.settle()
        await at.until_posts(0)
        at.clock.advance(minutes=3)
        await at.until_state("dropped")
        await at.until_posts(0)


async def test_one_sender_at_a_time_and_the_other_takes_over(at: Desk) -> None:
    async with at.sending():
        second = HawthorneBot(at.config(), at.pool, at.clock)
        tasks = [
            asyncio.create_task(second.run_for_ever(at.place.server.token)),
            asyncio.create_task(delivery.run(second, at.pool, at.clock, at.dsn, LOOK_SECONDS)),
        ]
        try:
            await at.write_many("A#1", "B#1", "C#1")
            at.settle()
            await at.until_posts(3)
            killed = await at.pool.fetchval(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted limit 1"
            )
            assert killed
            await at.write("D#1")
            at.settle()
            await at.until_posts(4)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await second.close()


async def test_the_sender_outlives_the_database(at: Desk, dsn: str) -> None:
    async with at.sending():
        await at.write("A#1")
        at.settle()
        await at.until_posts(1)
        admin = await asyncpg.connect(dsn)
        for _ in range(3):
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            await asyncio.sleep(0.1)
        await admin.close()
        await at.write("B#1")
        at.settle()
        await at.until_posts(2)
