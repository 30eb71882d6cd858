from __future__ import annotations

from time import perf_counter

import pytest

from bot.domain.collection import ExoticKind
from bot.domain.match import GuardianClass
from db.pool import Pool
from db.queries.clan_follow import follow_members
from db.queries.exotics import search_exotics, select_exotic, select_ownership
from db.queries.triumphs import select_member_catalysts
from tests.db.collection_world import (
    CATALYSTS,
    CLAN,
    DROPPED,
    EXOTICS,
    NOBODY,
    NOW,
    OTHER,
    PRIVATE,
    World,
    build,
    name_of,
)
from tests.db.roster_rows import add_clan, add_member

CURRENT = [key for key, (*_, current) in EXOTICS.items() if current]
GROUPS = (CLAN, OTHER, DROPPED, None)


def owners(world: World, group_id: int | None, key: int) -> tuple[int, ...]:
    people = world.people(group_id)
    return tuple(sorted(p for p, ids in people.items() if any((member, key) in world.owned for member in ids)))


def done(world: World, group_id: int | None, key: int) -> tuple[int, ...]:
    def has(member: int) -> bool:
        return (state := world.catalysts.get((member, key))) is not None and state.done_at is not None

    return tuple(sorted(p for p, ids in world.people(group_id).items() if any(map(has, ids))))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_ownership_is_what_counting_by_hand_says(pool: Pool, seed: int) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, seed)
        for group_id in GROUPS:
            found = await select_ownership(conn, group_id, NOW)
            members = len(world.people(group_id))
            assert [row.exotic.collectible_hash for row in found.exotics] == CURRENT
            for row in found.exotics:
                assert row.owners == owners(world, group_id, row.exotic.collectible_hash)
                assert row.owned + row.missing + row.unknown == members == len(found.members)
            for catalyst in found.catalysts:
                assert catalyst.owners == done(world, group_id, catalyst.catalyst.record_hash)
                assert catalyst.owned + catalyst.missing + catalyst.unknown == members
            assert {m.membership_id for m in found.members} == set(world.people(group_id))
            assert found.as_of == NOW


async def test_only_who_was_never_readable_is_unknown(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        found = await select_ownership(conn, CLAN, NOW)
    assert {row.unknown for row in found.exotics} == {1}
    assert {row.unknown for row in found.catalysts} == {1}
    known = {member.membership_id: member for member in found.members}
    assert [key for key, member in known.items() if member.read_at is None] == [9]
    assert [key for key, member in known.items() if member.private] == list(PRIVATE)
    assert known[12].read_at is not None, "they were read under an earlier membership"


async def test_members_stand_by_the_size_of_their_collection(pool: Pool) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, 2)
        found = await select_ownership(conn, CLAN, NOW)
    counted = {member.membership_id: member.owned for member in found.members}
    assert counted == {p: sum(p in owners(world, CLAN, key) for key in CURRENT) for p in world.people(CLAN)}
    assert list(counted.values()) == sorted(counted.values(), reverse=True)


async def test_one_member_alone(pool: Pool) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, 1)
        for asked, person in ((1, 1), (8, 1), (12, 12)):
            found = await select_ownership(conn, CLAN, NOW, membership_id=asked)
            assert [member.membership_id for member in found.members] == [person]
            for row in found.exotics:
                has = person in owners(world, CLAN, row.exotic.collectible_hash)
                assert (row.owners, row.missing, row.unknown) == (((person,), 0, 0) if has else ((), 1, 0))
        assert (await select_ownership(conn, OTHER, NOW, membership_id=1)).members == ()
        gone = await select_ownership(conn, None, NOW, membership_id=5)
        assert [member.membership_id for member in gone.members] == [5], "wherever they are"
        assert (await select_ownership(conn, CLAN, NOW, membership_id=404)).members == ()


async def test_what_the_manifest_does_not_tell_is_said_by_its_hash(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        found = await select_ownership(conn, CLAN, NOW)
    by_hash = {row.exotic.collectible_hash: row.exotic for row in found.exotics}
    assert (by_hash[504].name, by_hash[505].name) == ("Unknown (504)", "Unknown (505)")
    assert found.catalysts[2].catalyst.name == "Unknown (603)"
    boots = by_hash[506]
    assert (boots.kind, boots.slot, boots.guardian) == (ExoticKind.ARMOR, "legs", GuardianClass.HUNTER)
    assert (boots.item_hash, boots.expansion, boots.source) == (1506, "The Red War", "A quest")
    assert NOBODY in {exotic.collectible_hash for exotic in found.nobody}


async def test_nobody_is_said_only_once_someone_is_known(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        await conn.execute("delete from member_exotic")
        await conn.execute("delete from collection")
        found = await select_ownership(conn, CLAN, NOW)
    assert found.nobody == ()
    assert {(row.owned, row.missing) for row in found.exotics} == {(0, 0)}


@pytest.mark.parametrize("seed", [1, 2])
async def test_one_exotic_with_who_has_it_and_who_lacks_it(pool: Pool, seed: int) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, seed)
        for group_id in (CLAN, None):
            for key in EXOTICS:
                found = await select_exotic(conn, group_id, key)
                assert found is not None
                having = {owner.membership_id: owner for owner in found.owners}
                assert tuple(sorted(having)) == owners(world, group_id, key), "one that left the manifest, too"
                for person, ids in world.people(group_id).items():
                    if person in having:
                        seen = min(world.owned[member, key] for member in ids if (member, key) in world.owned)
                        assert (having[person].seen_at, having[person].quiet) == seen
                        assert having[person].name == name_of(person)
                rest = set(world.people(group_id)) - set(having)
                assert {member.membership_id for member in found.unknown} == rest & {9}
                assert {member.membership_id for member in found.lacking} == rest - {9}
                assert list(found.owners) == sorted(found.owners, key=lambda owner: (owner.seen_at, owner.name))
                assert found.members == len(world.people(group_id))
                expected = next((record for record, (_, weapon) in CATALYSTS.items() if weapon == key), None)
                assert (found.catalyst and found.catalyst.catalyst.record_hash) == expected


async def test_an_exotic_that_no_manifest_listed_is_none(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await select_exotic(conn, None, 501) is None
        empty = await select_ownership(conn, None, NOW)
    assert (empty.exotics, empty.catalysts, empty.members, empty.as_of) == ((), (), (), None)


async def test_search_puts_beginnings_first(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        for text, hashes in {
            "s": [502, 506, 501],  # Sunshot, St0mp-EE5 begin with it; Spades is a word of Ace of Spades
            "of": [501, 503],
            "SUN": [502],
            "504": [504],
            "unknown": [504, 505],
            "classified": [],
            "gone": [],
            "zzz": [],
        }.items():
            found = [exotic.collectible_hash for exotic in await search_exotics(conn, text, 25)]
            assert found[: len(hashes)] == hashes, text
            assert hashes or not found, text
        assert [exotic.collectible_hash for exotic in await search_exotics(conn, "", 2)] == [501, 502]


async def test_a_members_catalysts(pool: Pool) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, 3)
        for asked, ids in ((1, (1, 8)), (8, (1, 8)), (2, (2,)), (9, (9,))):
            found = await select_member_catalysts(conn, asked)
            assert [each.catalyst.record_hash for each in found] == list(CATALYSTS)
            for each in found:
                states = [world.catalysts[m, each.catalyst.record_hash] for m in ids
                          if (m, each.catalyst.record_hash) in world.catalysts]  # fmt: skip
                assert each.done_at == min((s.done_at for s in states if s.done_at), default=None)
                assert (each.of is None) == (not states)


async def test_a_clan_of_100_with_250_exotics_is_read_fast(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_clan(conn)
        for member in range(1, 101):
            await add_member(conn, member, f"Member {member}#0001")
        await conn.execute(
            """insert into exotic (collectible_hash, name, kind, slot, position)
            select n, 'Exotic ' || n, 'weapon', 'kinetic', n from generate_series(1, 250) n"""
        )
        await conn.execute(
            "insert into collection (membership_id, tried_at, read_at) select membership_id, now(), now() from member"
        )
        await conn.execute(
            """insert into member_exotic select m.membership_id, n, now(), true from member m, generate_series(1, 250) n
            where n > m.membership_id"""
        )
        await follow_members(conn)
        await conn.execute("analyze")
        took = []
        for _ in range(5):
            started = perf_counter()
            found = await select_ownership(conn, 881267, NOW)
            took.append(perf_counter() - started)
    assert sum(row.owned for row in found.exotics) == sum(250 - member for member in range(1, 101))
    assert min(took) < 0.1, "a bound for a busy machine; it takes about a tenth of that"
