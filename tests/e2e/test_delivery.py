"""The outbox's sender against the simulated Discord, fault by fault: each event in its channel once, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.event import EventKind
from db.pool import Pool
from tests.e2e.telling import Desk, desk, eventually


@pytest_asyncio.fixture(loop_scope="session")
async def at(pool: Pool, dsn: str) -> AsyncIterator[Desk]:
    async with desk(pool, dsn) as made:
        yield made


async def test_posts_come_in_order_with_their_nonce_and_mark(at: Desk) -> None:
    await at.notice()
    await at.write_many("Ada#1", "Bo#2")
    async with at.sending():
        at.settle()
        posts = await at.until_posts(3)
    assert posts[0].startswith("Watching **Quiet Orbit**, 98 members.")
    assert posts[1:] == ["**Ada#1** joined · 0 of 100", "**Bo#2** joined · 0 of 100"]
    rows, messages = await at.outbox(), await at.messages()
    for row, message in zip(rows, messages, strict=True):
        assert row["state"] == "sent"
        assert row["message_id"] == int(message["id"])
        assert message["nonce"] == row["nonce"]
        assert len(row["nonce"]) <= 25
        place = f"https://discord.com/channels/{at.place.server.guild_id}/{at.channel_id}"
        assert message["embeds"][0]["url"] == f"{place}#{row['id']}"


async def test_the_mark_leads_to_the_dashboard_where_there_is_one(pool: Pool, dsn: str) -> None:
    async with desk(pool, dsn, "https://clan.example") as at:
        await at.write("Ada#1")
        async with at.sending():
            at.settle()
            await at.until_posts(1)
        (message,), (row,) = await at.messages(), await at.outbox()
        assert message["embeds"][0]["url"] == f"https://clan.example/clans/10/events#{row['id']}"


async def test_nothing_is_sent_before_ten_seconds(at: Desk) -> None:
    async with at.sending() as bot:
        await at.ready(bot)
        await at.write("Ada#1")
        await at.until_posts(0)
        at.settle()
        await at.until_posts(1)


async def test_five_are_told_one_by_one_and_six_as_a_digest(at: Desk) -> None:
    async with at.sending():
        await at.write_many("A#1", "B#1", "C#1", "D#1", "E#1")
        at.settle()
        await at.until_posts(5)
        await at.write_many("F#1", "G#1", "H#1", "I#1", "J#1", "K#1")
        at.settle()
        posts = await at.until_posts(6)
    assert "6 changes since" in posts[5]
    assert "**6** joined: F#1, G#1, H#1, I#1, J#1, K#1" in posts[5]
    rows = await at.outbox()
    assert {row["sent_with"] for row in rows[6:]} == {rows[5]["id"]}
    assert {row["message_id"] for row in rows[5:]} == {rows[5]["message_id"]}
    assert {row["state"] for row in rows} == {"sent"}


async def test_what_belongs_to_one_digest_is_told_together(at: Desk) -> None:
    await at.write_many("A#1", "B#1", digest_of="gap")
    async with at.sending():
        at.settle()
        (post,) = await at.until_posts(1)
    assert "**2** joined: A#1, B#1" in post


async def test_what_waits_for_its_hour_keeps_nothing_else_waiting(at: Desk) -> None:
    await at.write("A#1", digest_of="gap")
    await at.pool.execute("update outbox set not_before = $1", at.clock.now() + timedelta(hours=1))
    async with at.sending() as bot:
        await at.ready(bot)
        at.settle()
        await at.until_posts(0)
        await at.write("B#1")
        at.settle()
        assert await at.until_posts(1) == ["**B#1** joined · 0 of 100"]


async def test_what_waited_for_more_than_a_day_is_a_digest(at: Desk) -> None:
    await at.write("A#1")
    at.clock.advance(hours=25)
    async with at.sending():
        (post,) = await at.until_posts(1)
    assert post.startswith("1 change since")


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "reset_before", "times": 2},
        {"fault": "reset_after_accept", "times": 2},
        {"fault": "500_after_accept"},
        {"fault": "500"},
        {"fault": "503", "times": 2},
        {"fault": "429", "seconds": 0.2},
        {"fault": "latency", "seconds": 0.3},
    ],
    ids=lambda fault: str(fault["fault"]),
)
async def test_each_post_arrives_once_in_spite_of(at: Desk, fault: dict[str, object]) -> None:
    await at.write_many("A#1", "B#1")
    await at.fault(**fault)  # type: ignore[arg-type]
    async with at.sending():
        at.settle()
        posts = await at.until_posts(2)
        await at.until_state("sent", 2)
    assert posts == ["**A#1** joined · 0 of 100", "**B#1** joined · 0 of 100"]


async def test_a_ban_of_the_address_pauses_everything_for_ten_minutes(at: Desk) -> None:
    await at.write("A#1")
    await at.fault("429", via=False)
    async with at.sending():
        at.settle()
        await eventually(lambda: at.pool.fetchval("select last_error from outbox"))
        await at.until_posts(0)
        at.clock.advance(minutes=11)
        await at.until_posts(1)


async def test_a_crash_after_discord_accepted_does_not_repeat(at: Desk) -> None:
    await at.write("A#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
    for minutes in (1, 10):  # as if the process had died before it stored that
        await at.pool.execute("update outbox set state = 'sending', message_id = null, sent_at = null")
        await at.pool.execute("update outbox set first_try_at = $1", at.clock.now())
        at.clock.advance(minutes=minutes)
        async with at.sending():
            await at.until_state("sent")
            await at.until_posts(1)
    (row,), (message,) = await at.outbox(), await at.messages()
    assert row["message_id"] == int(message["id"])


@pytest.mark.parametrize("minutes", [1, 10])
async def test_a_crash_before_discord_accepted_does_not_lose(at: Desk, minutes: int) -> None:
    await at.write_many("A#1", "B#1")
    await at.pool.execute(
        "update outbox set state = 'sending', nonce = 'x-1', first_try_at = $1, attempts = 1 where id = 1",
        at.clock.now(),
    )
    at.clock.advance(minutes=minutes)
    async with at.sending():
        posts = await at.until_posts(2)
    assert posts == ["**A#1** joined · 0 of 100", "**B#1** joined · 0 of 100"]


async def test_a_digest_cut_short_by_a_crash_is_told_once_with_the_same_rows(at: Desk) -> None:
    await at.write_many(*(f"N{n}#1" for n in range(7)))
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent", 7)
    await at.pool.execute("update outbox set state = 'sending', message_id = null, sent_at = null")
    await at.write("Late#1")
    at.clock.advance(minutes=10)
    async with at.sending():
        posts = await at.until_posts(2)
        await at.until_state("sent", 8)
    assert posts[1] == "**Late#1** joined · 0 of 100"


async def test_another_databases_marks_are_not_taken_for_ours(at: Desk) -> None:
    """A new installation counts from 1 again: an old message with its mark is older than its first try."""
    await at.write("Old#1")
    async with at.sending():
        at.settle()
        await at.until_posts(1)
        await at.until_state("sent")
    await at.pool.execute("delete from outbox")
    await at.pool.execute("alter sequence outbox_id_seq restart")
    at.clock.advance(minutes=30)
    await at.write("New#1")
    await at.pool.execute("update outbox set state = 'sending', first_try_at = $1", at.clock.now())
    at.clock.advance(minutes=5)
    async with at.sending():
        posts = await at.until_posts(2)
    assert posts[1].startswith("**New#1** joined")


async def test_a_malformed_post_is_dead_and_the_next_one_goes_on(pool: Pool, dsn: str) -> None:
    async with desk(pool, dsn, "ftp://no.such.scheme") as at:
        await at.write("A#1")
        async with at.sending():
            at.settle()
            await at.until_state("dead")
            await at.until_posts(0)
        (row,) = await at.outbox()
        assert "400" in row["last_error"]


async def test_a_seal_without_a_name_is_held_until_the_manifest_knows_it(at: Desk) -> None:
    await at.write("A#1", EventKind.SEAL_EARNED, record_hash=77)
    await at.write("B#1")
    async with at.sending():
        at.settle()
        assert await at.until_posts(1) == ["**B#1** joined · 0 of 100"]
        await at.until_state("held")
        await at.pool.execute(
            """
            insert into seal (record_hash, node_hash, name, title, legacy, position, icon, record_hashes)
            values (77, 78, 'Seal of Conquest', 'Conqueror', false, 1, '/common/c.png', '{}')
            """
        )
        at.clock.advance(minutes=1)
        posts = await at.until_posts(2)
    assert posts[1] == "**A#1** earned **Conqueror**"
    assert (await at.messages())[1]["embeds"][0]["thumbnail"]["url"] == "https://www.bungie.net/common/c.png"


async def test_a_seal_that_stays_nameless_is_told_after_half_an_hour(at: Desk) -> None:
    await at.write("A#1", EventKind.SEAL_EARNED, record_hash=77)
    async with at.sending():
        at.settle()
        await at.until_state("held")
        at.clock.advance(minutes=31)
        posts = await at.until_posts(1)
    assert posts[0].startswith("**A#1** earned **Unknown (77)**")


async def test_hostile_names_are_told_as_they_are_and_do_nothing(at: Desk) -> None:
    names = ["@everyone", "<@1187000000000000003>", "**[x](https://evil.example)**", "a\u202eb\x1bc", "# h\n> q"]
    await at.write_many(*names)
    async with at.sending():
        at.settle()
        posts = await at.until_posts(5)
    assert posts[0] == "**@\u200beveryone** joined · 0 of 100"
    for message in await at.messages():
        assert not message["mentions"]
        assert not message["mention_everyone"]
