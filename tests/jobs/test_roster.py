"""The roster job over real sockets against the simulated Bungie.net."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.activity import NamedActivity
from bot.domain.outcome import Outcome, Verdict
from bot.domain.reading import Reading
from bot.domain.roster import RosterMember
from bot.errors import KeyRefused
from bot.jobs.roster import run
from bot.sandbox import facts
from bot.sandbox.world import Person
from bot.sandbox.world.rows import roster_row, stamp
from db.pool import Pool
from db.queries.member_seal import select_seal_states
from db.queries.reading import select_subjects
from db.queries.roster import select_roster
from db.queries.status import select_notes
from tests.jobs.roster_world import RosterWorld, poll, roster_world


@pytest_asyncio.fixture(loop_scope="session")
async def made(pool: Pool) -> AsyncIterator[RosterWorld]:
    async with roster_world(pool) as opened:
        yield opened


async def pass_after(made: RosterWorld, minutes: float = 3) -> Outcome:
    made.clock.advance(minutes * 60)
    await poll(made)
    return await run(made.services)


async def roster(made: RosterWorld) -> dict[str, RosterMember]:
    async with made.services.pool.acquire() as conn:
        members = await select_roster(conn, made.group_id, made.clock.now())
    return {str(member.membership_id): member for member in members}


async def reading(made: RosterWorld, person: Person) -> Reading:
    async with made.services.pool.acquire() as conn:
        subjects = await select_subjects(conn)
    return next(s.reading for s in subjects if s.membership_id == int(person.membership_id))


def of(made: RosterWorld, *, online: bool = False, private: bool = False) -> Person:
    """A member who is (not) online and (not) private, with seals to earn."""
    return next(p for p in made.members() if (p.online, p.private) == (online, private))


def break_profiles(made: RosterWorld, fault: str, **options: Any) -> None:
    made.server.faults.add({"subsystem": "profile", "fault": fault, **options})


# ---- what is told ----


def as_told(member: RosterMember) -> dict[str, Any]:
    """Our row in the words that the world uses for its own."""
    return {
        "membership_type": member.membership_type,
        "name": member.name,
        "role": member.role.value,
        "joined_at": stamp(member.joined_at),
        "online": member.online,
        "activity": member.activity,
        "activity_mode": member.activity_mode,
        "activity_started_at": stamp(member.activity_started_at),
        "last_played_at": stamp(member.last_played_at),
        "power": member.power,
        "triumph_score": member.triumph_score,
        "triumph_score_active": member.triumph_score_active,
        "seals": {(s.record_hash, s.title, s.gilded, s.gilded_times) for s in member.seals},
        "title": member.title,
        "private": member.private,
    }


def as_it_is(row: dict[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    seals = {(s["record_hash"], s["title"], s["gilded"], s["gilded_times"]) for s in row["seals"]}
    told = row | {"seals": seals, "activity": _words(row)}
    return {key: told[key] for key in columns}


def as_told_keys() -> tuple[str, ...]:
    plain = (
        "membership_type",
        "name",
        "role",
        "joined_at",
        "online",
        "activity",
        "activity_mode",
        "activity_started_at",
    )
    scored = ("last_played_at", "power", "triumph_score", "triumph_score_active", "seals", "title", "private")
    return plain + scored


def _words(row: dict[str, Any]) -> str | None:
    """The activity's words, from the world's own hashes."""
    if row["activity_hash"] is None:
        return None
    names = facts.by_hash("activities")
    playlist = names[row["playlist_hash"]]["name"] if row["playlist_hash"] else None
    name = names[row["activity_hash"]]["name"]
    modes = tuple(row["activity_mode_types"])
    return NamedActivity(row["activity_hash"], name, row["activity_mode"], playlist, modes).text


async def test_every_field_of_every_member_equals_the_world(pool: Pool) -> None:
    async with roster_world(pool, few=False) as made:
        await compare_with_the_world(made)


async def compare_with_the_world(made: RosterWorld) -> None:
    outcome = await run(made.services)
    count = len(made.members())
    assert outcome == Outcome(Verdict.DONE, f"{count} profiles read.", {"read": count, "failed": 0, "events": 0})
    await pass_after(made)  # private is said after two reads in a row
    found = await roster(made)
    for person in made.members():
        told = as_told(found[person.membership_id])
        assert told == as_it_is(roster_row(person, made.clock.now()), told)
    assert sum(member.online or False for member in found.values()) > 0
    assert any(member.private for member in found.values())
    assert not made.server.log.violations


async def test_a_match_of_control_and_orbit_in_words(made: RosterWorld) -> None:
    first, second = [p for p in made.members() if not p.private and not p.online][:2]
    made.world.set_online(first.membership_id, 604276217)
    made.world.set_online(second.membership_id, facts.ORBIT)
    await poll(made)
    await run(made.services)
    found = await roster(made)
    one, two = found[first.membership_id], found[second.membership_id]
    assert (one.online, one.activity, one.activity_mode) == (True, "Control on Javelin-4", "Control")
    assert (two.online, two.activity, two.activity_mode) == (True, "Orbit", None)


async def test_a_login_is_there_after_the_next_poll_and_pass_and_a_logout_too(made: RosterWorld) -> None:
    await run(made.services)
    person = of(made)
    made.world.set_online(person.membership_id)
    await pass_after(made)
    assert (await roster(made))[person.membership_id].online
    made.clock.advance(20 * 60)
    made.world.set_offline(person.membership_id)
    await pass_after(made)
    assert not (await roster(made))[person.membership_id].online


async def test_how_soon_logins_show_is_measured(made: RosterWorld) -> None:
    assert re.fullmatch(r"\d+ profiles read\.", (await run(made.services)).sentence)
    made.clock.advance(120)
    made.world.set_online(of(made).membership_id)
    assert (await pass_after(made)).sentence.endswith(" read. Logins show within 3 min (95 % of 1 in 24 h).")
    assert (await pass_after(made)).sentence.endswith(" read. Logins show within 3 min (95 % of 1 in 24 h).")


# ---- who is read ----


async def test_after_first_sight_only_those_are_read_who_may_have_changed(made: RosterWorld) -> None:
    await run(made.services)
    made.server.log.clear()
    outcome = await pass_after(made)
    online = sum(person.online for person in made.members())
    private = sum(person.private for person in made.members())
    assert outcome.counts["read"] == made.server.log.total
    assert online + private <= outcome.counts["read"] <= online + private + 5


async def test_the_online_are_read_first(made: RosterWorld) -> None:
    await run(made.services)
    first = [entry.path for entry in made.server.log.entries][: sum(p.online for p in made.members())]
    online = {p.membership_id for p in made.members() if p.online}
    assert {path.split("/")[-2] for path in first} == online


async def test_seals_are_read_as_soon_as_the_manifest_is_there(made: RosterWorld) -> None:
    async with made.services.pool.acquire() as conn:
        terms = await conn.fetch("delete from seal returning *")
    await run(made.services)
    assert {len(member.seals) for member in (await roster(made)).values()} == {0}
    async with made.services.pool.acquire() as conn:
        await conn.executemany(
            "insert into seal values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", [tuple(row) for row in terms]
        )
    await pass_after(made)
    person = of(made)
    expected = sum(progress.held for progress in person.seals.values())
    assert len((await roster(made))[person.membership_id].seals) == expected


# ---- what goes wrong ----


async def test_one_member_who_fails_is_tried_again_and_keeps_nobody_from_being_read(made: RosterWorld) -> None:
    person = of(made)
    break_profiles(made, "code", code=1618, membership_id=person.membership_id)
    outcome = await run(made.services)
    count = len(made.members())
    assert outcome.verdict is Verdict.PARTIAL
    assert outcome.counts == {"read": count - 1, "failed": 1, "events": 0}
    assert outcome.sentence == f"1 of {count} profiles could not be read; they stay due."
    made.server.faults.clear()
    assert (await pass_after(made)).verdict is Verdict.DONE
    assert (await roster(made))[person.membership_id].power == person.power


async def test_an_account_that_is_gone_is_no_outage_and_stays_in_the_roster(made: RosterWorld) -> None:
    person = of(made)
    break_profiles(made, "code", code=1601, membership_id=person.membership_id)
    assert (await run(made.services)).counts["failed"] == 1
    assert (await reading(made, person)).failures == 1
    assert (await roster(made))[person.membership_id].power is None


@pytest.mark.parametrize("fault", ["html503", "error5", "error5_500", "truncated"])
async def test_an_outage_stops_the_pass_erases_nothing_and_ends_by_itself(made: RosterWorld, fault: str) -> None:
    await run(made.services)
    before = await roster(made)
    made.clock.advance(7 * 3600)  # everyone is due
    break_profiles(made, fault)
    made.server.log.clear()
    down = await run(made.services)
    assert down.verdict is Verdict.SKIPPED
    assert down.sentence
    assert made.server.log.total <= 8 * 3, "those under way, each tried three times"
    made.server.log.clear()
    assert (await run(made.services)).verdict is Verdict.SKIPPED
    assert made.server.log.total == 0, "while the breaker is open nobody asks"
    for _ in range(3):
        assert (await pass_after(made, 6)).verdict is Verdict.SKIPPED
    assert max([(await reading(made, person)).failures for person in made.members()]) <= 1, "it is nobody's fault"
    after = await roster(made)
    assert {m: (r.power, r.seals, r.title) for m, r in after.items()} == {
        m: (r.power, r.seals, r.title) for m, r in before.items()
    }
    made.server.faults.clear()
    up = await pass_after(made, 6)
    assert (up.verdict, up.counts["read"]) == (Verdict.DONE, len(made.members()))


async def test_a_stale_answer_changes_nothing(made: RosterWorld) -> None:
    person = of(made, online=True)
    await run(made.services)
    for character in person.characters:
        character.light += 5
    await pass_after(made)
    assert (await roster(made))[person.membership_id].power == person.power
    break_profiles(made, "stale", membership_id=person.membership_id)
    await pass_after(made)
    assert (await reading(made, person)).stamp.older_since == made.clock.now()
    assert (await roster(made))[person.membership_id].power == person.power


async def test_one_answer_without_data_says_nothing_and_two_say_private(made: RosterWorld) -> None:
    person = of(made)
    await run(made.services)
    before = (await roster(made))[person.membership_id]
    made.world.set_private(person.membership_id)
    await pass_after(made, 6 * 60)
    assert not (await roster(made))[person.membership_id].private
    await pass_after(made)
    after = (await roster(made))[person.membership_id]
    assert after.private
    assert (after.power, after.triumph_score, after.seals) == (before.power, before.triumph_score, before.seals)
    made.world.set_private(person.membership_id, False)
    await pass_after(made, 6 * 60)
    assert not (await roster(made))[person.membership_id].private


async def test_a_refused_key_is_said_to_the_schedule(made: RosterWorld) -> None:
    made.server.keys.clear()
    with pytest.raises(KeyRefused):
        await run(made.services)


# ---- seals ----


async def test_seals_of_first_sight_are_silent_and_later_ones_are_not(made: RosterWorld) -> None:
    person = of(made, online=True)
    await run(made.services)
    new = next(completion for completion, progress in person.seals.items() if not progress.held)
    made.world.earn_seal(person.membership_id, new)
    for _ in range(5):
        await pass_after(made)
    async with made.services.pool.acquire() as conn:
        seals = await select_seal_states(conn, int(person.membership_id))
    held = {record: seal.quiet for record, seal in seals.items() if seal.held_since is not None}
    assert held.pop(new) is False
    assert set(held.values()) == {True}


async def test_a_gilding_is_counted_when_it_is_seen(made: RosterWorld) -> None:
    person = next(p for p in made.members() if p.online and not p.private)
    seal = next(completion for completion in person.seals if facts.gilding_of(completion))
    if not person.seals[seal].held:
        made.world.earn_seal(person.membership_id, seal)
    await run(made.services)
    made.world.gild_seal(person.membership_id, seal)
    for _ in range(5):
        await pass_after(made)
    times = person.seals[seal].gilded
    async with made.services.pool.acquire() as conn:
        rows = await conn.fetch("select times, quiet from member_gilding where record_hash = $1 and not quiet", seal)
        state = (await select_seal_states(conn, int(person.membership_id)))[seal]
    assert [row["times"] for row in rows] == [times]
    assert (state.gilded_times, state.gilded_this_season) == (times, True)


# ---- an isOnline that lies ----


async def notes(made: RosterWorld) -> tuple[str, ...]:
    async with made.services.pool.acquire() as conn:
        return await select_notes(conn)


async def test_a_roster_that_never_says_online_makes_the_clan_read_in_turn(made: RosterWorld) -> None:
    await run(made.services)
    for number in range(22):
        if number == 19:
            assert await notes(made) == (), "an hour must be watched"
        made.clock.advance(180)
        async with made.services.pool.acquire() as conn:
            await conn.execute("update stint set is_online = false")
        await run(made.services)
    assert await notes(made) == (
        "Bungie.net's list of who is online contradicts the profiles in Clan: members are read in turn.",
    )
    for _ in range(14):
        await pass_after(made)
    assert await notes(made) == ()
