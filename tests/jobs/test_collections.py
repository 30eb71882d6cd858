"""The collections loop over real sockets: what members own and have earned, and what is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.domain.outcome import Verdict
from bot.ingest.collections.due import COLLECTIBLES
from bot.ingest.roster.due import BASIC, RECORDS, Visit
from bot.jobs import collections, manifest, roster
from bot.jobs.profile_store import read_ground
from bot.jobs.profiles import read_profiles, start_pass
from bot.sandbox import facts
from bot.sandbox.world import Person
from db.pool import Pool
from db.queries.reading import select_subjects
from tests.jobs.roster_world import RosterWorld, poll, roster_world

WEAPONS = facts.rows("collectibles")


@pytest_asyncio.fixture(loop_scope="session")
async def made(pool: Pool, tmp_path: Path) -> AsyncIterator[RosterWorld]:
    async with roster_world(pool, with_manifest=False, data_dir=tmp_path) as opened:
        assert (await manifest.run(opened.services)).verdict is Verdict.DONE
        await pool.execute(
            "update exotic set expansion = 'told', slot = 'told' where kind = 'armor' or expansion is null"
        )
        await pool.execute("insert into channel (channel_id) values (5)")
        await pool.execute("insert into feed (channel_id, source) values (5, 'config')")
        yield opened


async def pass_after(made: RosterWorld, minutes: float = 30) -> dict[str, int]:
    """The roster first, which sees who played; what the collections loop did."""
    made.clock.advance(minutes * 60)
    await poll(made)
    await roster.run(made.services)
    return (await collections.run(made.services)).counts


async def rows(made: RosterWorld, statement: str, *args: Any) -> list[Any]:
    return [tuple(row) for row in await made.services.pool.fetch(statement, *args)]


async def owned(made: RosterWorld, person: Person) -> set[int]:
    found = await rows(
        made, "select collectible_hash from member_exotic where membership_id = $1", int(person.membership_id)
    )
    return {row[0] for row in found}


def in_world(person: Person) -> set[int]:
    return {row["hash"] for place, row in enumerate(WEAPONS) if person.exotics >> place & 1}


async def told(made: RosterWorld) -> list[Any]:
    return await rows(
        made,
        """select e.kind, e.membership_id, e.detail from event e join outbox o on o.event_id = e.id
        where e.kind in ('exotic_acquired', 'seal_earned', 'seal_gilded') order by e.id""",
    )


def plays(made: RosterWorld, person: Person) -> None:
    """dateLastPlayed moves."""
    person.current.last_played = person.last_played = made.clock.now()


def public(made: RosterWorld) -> Person:
    return next(p for p in made.members() if not p.private and not p.online and in_world(p) != set(_weapons()))


def _weapons() -> list[int]:
    return [row["hash"] for row in WEAPONS]


async def test_the_first_readable_answer_of_each_is_silent_and_equals_the_world(made: RosterWorld) -> None:
    counts = await pass_after(made)
    assert counts["read"] == len([person for person in made.members() if person.private])
    for person in made.members():
        listed = set() if person.private else in_world(person)
        assert await owned(made, person) & set(_weapons()) == listed, person.name
    assert await told(made) == []
    assert (await rows(made, "select count(*) from exotic where kind = 'weapon'"))[0][0] >= len(WEAPONS)


async def test_only_who_played_is_read_again(made: RosterWorld) -> None:
    await pass_after(made)
    assert (await pass_after(made))["read"] == 0
    person = public(made)
    made.clock.advance(60)
    plays(made, person)
    reads = "select count(*) from collection where read_at > $1"
    before = made.clock.now()
    await pass_after(made)
    still = [p for p in made.members() if p.online]
    assert 1 <= (await rows(made, reads, before))[0][0] <= 1 + len(still)
    assert (await pass_after(made, 8 * 24 * 60))["read"] >= len(made.members()) - len(still) - 2


async def test_a_new_exotic_is_told_once_however_it_flickers(made: RosterWorld) -> None:
    await pass_after(made)
    person = public(made)
    place = next(n for n in range(len(WEAPONS)) if not person.exotics >> n & 1)
    for has in (True, False, True):
        person.exotics = person.exotics | 1 << place if has else person.exotics & ~(1 << place)
        made.clock.advance(60)
        plays(made, person)
        await pass_after(made)
        assert WEAPONS[place]["hash"] in await owned(made, person)
    found = await told(made)
    expected = {"collectible_hash": WEAPONS[place]["hash"], "name": WEAPONS[place]["name"]}
    assert found == [("exotic_acquired", int(person.membership_id), expected)]


async def test_an_answer_is_judged_by_what_another_pass_stored_meanwhile(made: RosterWorld) -> None:
    """The roster's pass and this loop's may read the same member at once, each planned with what was known before."""
    made.clock.advance(60)
    await poll(made)
    async with made.services.pool.acquire() as conn:
        subjects, ground = await select_subjects(conn), await read_ground(conn)
    person = public(made)
    subject = next(each for each in subjects if each.membership_id == int(person.membership_id))
    late = start_pass(made.services, [Visit(subject, BASIC | {COLLECTIBLES, RECORDS})], ground)
    await pass_after(made)
    place = next(n for n in range(len(WEAPONS)) if not person.exotics >> n & 1)
    person.exotics |= 1 << place
    plays(made, person)
    made.clock.advance(60)
    await read_profiles(made.services, late)
    expected = {"collectible_hash": WEAPONS[place]["hash"], "name": WEAPONS[place]["name"]}
    assert await told(made) == [("exotic_acquired", int(person.membership_id), expected)]


async def test_a_private_member_keeps_what_was_known_and_comes_back_in_silence(made: RosterWorld) -> None:
    await pass_after(made)
    person = public(made)
    before = await owned(made, person)
    assert before
    person.private = True
    for _ in range(2):
        made.clock.advance(60)
        plays(made, person)
        await pass_after(made)
    assert await owned(made, person) == before
    mark = "select private, read_at is not null from collection where membership_id = $1"
    assert await rows(made, mark, int(person.membership_id)) == [(True, True)]
    place = next(n for n in range(len(WEAPONS)) if not person.exotics >> n & 1)
    person.private, person.exotics = False, person.exotics | 1 << place
    plays(made, person)
    await pass_after(made, 25 * 60)
    assert WEAPONS[place]["hash"] in await owned(made, person)
    assert await told(made) == []


async def test_a_seal_and_a_gilding_are_told_by_their_title(made: RosterWorld) -> None:
    await pass_after(made)
    seal = next(row for row in facts.rows("seals") if facts.gilding_of(row["completion"]))
    completion = seal["completion"]
    person = next(p for p in made.members() if not p.private and not p.online and not p.seals[completion].held)
    made.world.earn_seal(person.membership_id, completion)
    plays(made, person)
    await pass_after(made)
    made.world.gild_seal(person.membership_id, completion)
    plays(made, person)
    await pass_after(made)
    title = facts.title_of(completion)
    assert await told(made) == [
        ("seal_earned", int(person.membership_id), {"record_hash": completion, "title": title}),
        ("seal_gilded", int(person.membership_id), {"record_hash": completion, "title": title, "times": 1}),
    ]


async def test_an_exotic_that_the_manifest_has_just_brought_is_silent(made: RosterWorld) -> None:
    person = public(made)
    new = next(row["hash"] for row in WEAPONS if row["hash"] in in_world(person))
    pool = made.services.pool
    await pool.execute("update exotic set is_current = false where collectible_hash = $1", new)
    await pass_after(made)
    assert new not in await owned(made, person)
    await pool.execute(
        """update exotic set is_current = true, introduced = (select version from manifest_version where is_current)
        where collectible_hash = $1""",
        new,
    )
    made.clock.advance(60)
    await pool.execute("update manifest_version set loaded_at = $1 where is_current", made.clock.now())
    made.clock.advance(60)
    plays(made, person)
    await pass_after(made)
    assert new in await owned(made, person)
    assert await told(made) == []


async def test_triumphs_left_and_catalysts_are_kept(made: RosterWorld) -> None:
    await pass_after(made)
    person = public(made)
    seal = facts.rows("seals")[0]
    found = dict(
        await rows(
            made, "select record_hash, complete from member_triumph where membership_id = $1", int(person.membership_id)
        )
    )
    done = person.seals[seal["completion"]].done
    others = {hash_ for other in facts.rows("seals")[1:] for hash_ in other["records"]}
    base = (await rows(made, "select record_hashes from seal where record_hash = $1", seal["completion"]))[0][0]
    own = [(place, hash_) for place, hash_ in enumerate(seal["records"]) if hash_ in base and hash_ not in others]
    assert own
    assert {hash_: found[hash_] for _, hash_ in own} == {hash_: bool(done >> place & 1) for place, hash_ in own}
