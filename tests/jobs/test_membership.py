"""The membership loop through client, socket and PostgreSQL."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from bot.bungie.client import BungieClient
from bot.clock import ManualClock
from bot.config import Bungie, Clans, Config, Schedule, Secret
from bot.domain.clan import ClanState
from bot.domain.event import EventKind
from bot.domain.outcome import Outcome, Verdict
from bot.errors import Unavailable
from bot.jobs import held, membership
from bot.services import Services
from db.pool import Pool
from db.queries.clan import select_clan, upsert_configured_clans
from db.queries.event import select_events
from db.queries.membership import select_held, select_held_leaves, select_polls
from db.queries.outbox import upsert_config_feed
from tests.jobs.small_bungie import Person, SmallBungie, small_bungie

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLD = datetime(2023, 4, 1, 9, 30, tzinfo=UTC)
A, B, CHANNEL = 881, 882, 555
INTERVAL = 180


@dataclass
class House:
    """A clan under watch, with the means to make a cycle happen and to look at what came of it."""

    bungie: SmallBungie
    services: Services
    clock: ManualClock
    pool: Pool

    async def cycle(self, seconds: float = INTERVAL) -> Outcome:
        self.clock.advance(seconds)
        return await membership.run(self.services)

    async def cycles(self, count: int) -> None:
        for _ in range(count):
            await self.cycle()

    async def kinds(self, group_id: int = A) -> list[str]:
        """The clan's events, oldest first."""
        return [event.kind.value for event in reversed(await self.events(group_id))]

    async def events(self, group_id: int = A) -> tuple[Any, ...]:
        async with self.pool.acquire() as conn:
            return await select_events(conn, group_id, limit=500)

    async def posts(self) -> list[Any]:
        return await self.pool.fetch("select * from outbox order by id")

    def fill(self, group_id: int, count: int) -> None:
        first = group_id * 1000
        people = [Person(first + n, f"Guardian{n}#{n:04d}", OLD + timedelta(hours=n)) for n in range(1, count + 1)]
        self.bungie.clans[group_id] = {person.membership_id: person for person in people}

    def join(self, group_id: int, membership_id: int, **details: Any) -> None:
        person = Person(membership_id, f"New{membership_id}#0042", self.clock.now(), **details)
        self.bungie.clans[group_id][membership_id] = person

    def leave(self, group_id: int, *membership_ids: int) -> None:
        for membership_id in membership_ids:
            del self.bungie.clans[group_id][membership_id]


@pytest_asyncio.fixture(loop_scope="session")
async def house(pool: Pool) -> AsyncIterator[House]:
    """One clan of ten, not polled yet, and a channel that follows every clan."""
    clock = ManualClock(START)
    async with small_bungie() as bungie:
        settings = Bungie(api_key=Secret("k"), url=bungie.url, stats_url=bungie.url)
        config = Config(bungie=settings, clans=Clans((A,)), schedule=Schedule(membership_seconds=INTERVAL))
        async with BungieClient(settings, pool=None, clock=clock) as client:
            house = House(bungie, Services(pool, client, clock, config), clock, pool)
            house.fill(A, 10)
            async with pool.acquire() as conn:
                await upsert_configured_clans(conn, (A,), START)
                await upsert_config_feed(conn, CHANNEL, START)
            yield house


async def track(house: House, *group_ids: int) -> None:
    async with house.pool.acquire() as conn:
        await upsert_configured_clans(conn, group_ids, house.clock.now())


async def test_the_first_poll_is_silent_but_for_one_message(house: House) -> None:
    outcome = await house.cycle()

    assert outcome.verdict is Verdict.DONE
    assert outcome.counts == {"clans": 1, "accepted": 1, "members": 10, "events": 0}
    (notice,) = await house.posts()
    assert (notice["kind"], notice["channel_id"]) == ("watching", CHANNEL)
    assert notice["payload"] == {"name": "Clan 881", "members": 10, "minutes": 6}
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


async def test_a_leave_that_cannot_be_asked_about_waits_a_day(house: House) -> None:
    await house.cycle()
    house.leave(A, 881001)
    house.bungie.codes = {"user": 217}
    await house.cycles(4)
    assert house.bungie.count("user") >= 3
    assert await house.kinds() == []
    await house.cycle(12 * 3600)
    assert await house.kinds() == []
    await house.cycle(12 * 3600)
    (left,) = await house.events()
    assert "to_group_id" not in left.detail


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


async def test_a_clan_that_is_gone_for_a_day_is_disbanded(house: House) -> None:
    await house.cycle()
    del house.bungie.clans[A]
    for _ in range(3):
        assert (await house.cycle()).verdict is Verdict.NOT_ACCEPTED
    outcome = await house.cycle(24 * 3600)
    assert outcome.verdict is Verdict.DONE
    assert (await house.cycle()).verdict is Verdict.SKIPPED
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


async def test_what_is_no_longer_configured_is_no_longer_polled(house: House) -> None:
    await house.cycle()
    await track(house)
    house.bungie.count("members")
    outcome = await house.cycle()
    assert (outcome.verdict, house.bungie.count("members")) == (Verdict.SKIPPED, 0)
    assert "clans.ids" in outcome.sentence
    await track(house, A)
    assert (await house.cycle()).verdict is Verdict.DONE
    assert await house.kinds() == []
