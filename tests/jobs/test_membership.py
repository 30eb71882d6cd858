"""The membership loop through client, socket and PostgreSQL: polls, clans, and what is refused."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio

from bot.domain.clan import ClanState
from bot.domain.event import EventKind
from bot.domain.outcome import Verdict
from bot.errors import Unavailable
from bot.jobs import membership
from db.pool import Pool
from db.queries.clan import select_clan
from db.queries.membership import select_polls
from tests.jobs.membership_house import CHANNEL, INTERVAL, A, B, House, open_house, track


@pytest_asyncio.fixture(loop_scope="session")
async def house(pool: Pool) -> AsyncIterator[House]:
    """One clan of ten, not polled yet."""
    async with open_house(pool) as opened:
        yield opened


async def test_the_first_poll_is_silent_but_for_one_message(house: House) -> None:
    outcome = await house.cycle()

    assert outcome.verdict is Verdict.DONE
    assert outcome.counts == {"clans": 1, "accepted": 1, "members": 10, "events": 0}
    (notice,) = await house.posts()
    assert (notice["kind"], notice["channel_id"]) == ("watching", CHANNEL)
    assert notice["payload"] == {"name": "Clan 881", "members": 10, "minutes": 6, "group_id": "881"}
    async with house.pool.acquire() as conn:
        clan = await select_clan(conn, A, house.clock.now())
    assert clan is not None
    assert (clan.state, clan.member_count, clan.callsign) == (ClanState.TRACKED, 10, "EYES")


async def test_a_join_is_told_at_once_and_a_leave_after_two_polls(house: House) -> None:
    await house.cycle()
    house.join(A, 42)
    joined_at = house.clock.now()
    await house.cycle()
    (joined,) = await house.events()
    assert (joined.kind, joined.occurred_at, joined.name) == (EventKind.JOINED, joined_at, "New42#0042")

    house.leave(A, 42)
    await house.cycle()
    first_missing = house.clock.now()
    assert await house.kinds() == ["joined"]
    await house.cycle()
    left = (await house.events())[0]
    assert (left.kind, left.occurred_at) == (EventKind.LEFT, first_missing)
    assert left.detail == {"joined_at": "2026-11-01T12:03:00Z"}
    assert [post["kind"] for post in await house.posts()] == ["watching", "event", "event"]


async def test_lost_rows_empty_answers_and_outages_change_nothing(house: House) -> None:
    house.fill(A, 60)
    await house.cycle()
    spoiled: list[tuple[str, Any, Any, str]] = [
        ("lose_last_page", True, False, "not whole"),
        ("shown", {A: []}, {}, "empty"),
        ("shown", {A: list(house.bungie.clans[A].values())[:40]}, {}, "short"),
        ("totals", {A: 61}, {}, "short"),
        ("codes", {"members": 5}, {}, ""),
        ("codes", {"members": 1618}, {}, ""),
    ]
    for name, spoil, heal, reason in spoiled:
        setattr(house.bungie, name, spoil)
        outcome = await house.cycle()
        setattr(house.bungie, name, heal)
        assert outcome.verdict is Verdict.NOT_ACCEPTED
        assert reason in outcome.sentence
        assert (await house.cycle()).verdict is Verdict.DONE
    assert await house.kinds() == []
    async with house.pool.acquire() as conn:
        polls = await select_polls(conn, A)
    assert sum(not poll.accepted for poll in polls) == len(spoiled)
    assert all(poll.reason for poll in polls if not poll.accepted)


async def test_the_pages_of_the_last_twenty_polls_are_kept(house: House) -> None:
    await house.cycles(23)
    async with house.pool.acquire() as conn:
        polls = await select_polls(conn, A, limit=100)
    assert [poll.raw is not None for poll in polls] == [True] * 20 + [False] * 3
    assert polls[0].raw is not None
    (page,) = msgspec.json.decode(zlib.decompress(polls[0].raw))
    assert page["Response"]["totalResults"] == 10


async def test_the_clan_is_read_hourly_and_when_the_ids_changed(house: House) -> None:
    await house.cycle()
    house.bungie.count("group")
    await house.cycles(15)
    assert house.bungie.count("group") == 0
    house.join(A, 42)
    await house.cycle()
    assert house.bungie.count("group") == 1
    await house.cycles(21)
    assert house.bungie.count("group") == 1


async def test_changed_ids_are_not_believed_while_the_clan_cannot_be_read(house: House) -> None:
    await house.cycle()
    house.join(A, 42)
    house.bungie.codes = {"group": 1688}
    assert (await house.cycle()).verdict is Verdict.NOT_ACCEPTED
    assert await house.kinds() == []
    house.bungie.codes = {}
    await house.cycle(600)
    assert await house.kinds() == ["joined"]


async def test_a_clan_that_is_gone_for_a_day_is_disbanded(house: House) -> None:
    await house.cycle()
    del house.bungie.clans[A]
    for _ in range(3):
        assert (await house.cycle()).verdict is Verdict.NOT_ACCEPTED
    outcome = await house.cycle(24 * 3600)
    assert outcome.verdict is Verdict.DONE
    assert (await house.cycle()).verdict is Verdict.IDLE
    assert await house.kinds() == []
    assert [post["kind"] for post in await house.posts()] == ["watching", "disbanded"]
    async with house.pool.acquire() as conn:
        clan = await select_clan(conn, A, house.clock.now())
    assert clan is not None
    assert (clan.state, clan.member_count) == (ClanState.DISBANDED, 0)


async def test_unknown_ids_and_groups_are_refused_and_the_rest_goes_on(house: House) -> None:
    await track(house, A, 404)
    outcome = await house.cycle()
    assert outcome.verdict is Verdict.NOT_ACCEPTED
    assert "no clan with the id 404" in outcome.sentence
    assert outcome.counts["accepted"] == 1
    assert (await house.cycle()).verdict is Verdict.DONE  # it is not asked for again
    house.bungie.clans[404] = dict(house.bungie.clans[A])
    house.bungie.group_type = 0
    await track(house, A, 404)
    assert "no clan" in (await house.cycle()).sentence


async def test_one_clans_failure_does_not_stop_the_other(house: House) -> None:
    house.fill(B, 8)
    await track(house, A, B)
    await house.cycle()
    house.bungie.broken = {A}
    house.join(B, 42)
    outcome = await house.cycle()
    assert outcome.verdict is Verdict.NOT_ACCEPTED
    assert outcome.sentence.startswith("Clan 881: ")
    assert await house.kinds(B) == ["joined"]


async def test_two_passes_at_once_tell_everything_once(house: House) -> None:
    await house.cycle()
    house.join(A, 42)
    house.leave(A, 881001)
    for _ in range(3):
        house.clock.advance(INTERVAL)
        await asyncio.gather(*(membership.run(house.services) for _ in range(3)))
    assert await house.kinds() == ["joined", "left"]
    assert len(await house.posts()) == 3


async def test_while_the_breaker_is_open_nothing_is_asked(house: House) -> None:
    await house.cycle()
    house.services.bungie.breaker("groups").force_open(Unavailable("Bungie.net is down for maintenance."), 600)
    house.bungie.count("members")
    outcome = await house.cycle(60)
    assert (outcome.verdict, outcome.sentence) == (Verdict.SKIPPED, "Bungie.net is down for maintenance.")
    assert house.bungie.count("members") == 0


async def test_what_is_no_longer_configured_is_no_longer_polled(house: House) -> None:
    await house.cycle()
    await track(house)
    house.bungie.count("members")
    outcome = await house.cycle()
    assert (outcome.verdict, house.bungie.count("members")) == (Verdict.IDLE, 0)
    assert "clans.ids" in outcome.sentence
    await track(house, A)
    assert (await house.cycle()).verdict is Verdict.DONE
    assert await house.kinds() == []
