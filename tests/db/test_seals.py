from __future__ import annotations

import pytest

from bot.domain.collection import NEAR, ClanSeals, Closest, MemberSeal, SealRow
from bot.domain.reading import SealState
from db.pool import Pool
from db.queries.seals import search_seals, select_clan_seals
from db.queries.triumphs import select_member_seals
from tests.db.collection_world import CLAN, DROPPED, NAMELESS, NOW, OTHER, SEALS, World, build, name_of

CURRENT = [key for key, (_, _, _, _, current, _) in SEALS.items() if current]
GROUPS = (CLAN, OTHER, DROPPED, None)


def states(world: World, ids: list[int], key: int) -> list[SealState]:
    return [world.seals[member, key] for member in ids if (member, key) in world.seals]


def left(world: World, ids: list[int], key: int) -> tuple[str, ...]:
    """Triumphs that were read and that none of the memberships completed."""
    found = []
    for record in SEALS[key][5]:
        read = [world.triumphs[member, record].complete for member in ids if (member, record) in world.triumphs]
        if read and not any(read):
            found.append(f"Unknown ({record})" if record == NAMELESS else f"Triumph {record}")
    return tuple(found)


def expected_closest(world: World, group_id: int | None, key: int) -> list[Closest]:
    found = []
    for person, ids in world.people(group_id).items():
        mine = states(world, ids, key)
        if any(state.held_since for state in mine):
            continue
        told = [(state.done, state.of) for state in mine if state.done is not None and state.of]
        if told:
            done, of = max(told)
            names = left(world, ids, key) if of - done <= NEAR else ()
            found.append(Closest(person, name_of(person), done, of, names))
    found.sort(key=lambda each: (each.missing, each.name, each.membership_id))
    return [each for place, each in enumerate(found) if each.missing <= NEAR or (place < 5 and each.done)]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_holders_and_closest_are_what_counting_by_hand_says(pool: Pool, seed: int) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, seed)
        for group_id in GROUPS:
            found = await select_clan_seals(conn, group_id, NOW)
            people = world.people(group_id)
            assert (found.members, found.readable) == (len(people), len(people.keys() - {9}))
            assert [row.record_hash for row in found.rows] == CURRENT, "what left the manifest is not listed"
            for row in found.rows:
                compare_holders(world, people, row)
                assert list(row.closest) == expected_closest(world, group_id, row.record_hash)
            assert found.as_of == NOW
            today = [row for row in found.rows if not row.legacy]
            for one in found.people:
                assert one.owned == sum(one.membership_id in {h.membership_id for h in row.holders} for row in today)
                assert (one.read_at is None) == (one.membership_id == 9)
            assert {one.membership_id for one in found.people} == set(people)
            assert list(found.people) == sorted(found.people, key=lambda one: (-one.owned, one.name))


def compare_holders(world: World, people: dict[int, list[int]], row: SealRow) -> None:
    having = {holder.membership_id: holder for holder in row.holders}
    for person, ids in people.items():
        mine = states(world, ids, row.record_hash)
        days = [state.held_since for state in mine if state.held_since]
        assert (person in having) == bool(days)
        if days:
            holder = having[person]
            assert (holder.held_since, holder.name) == (min(days), name_of(person))
            assert holder.gilded_times == max(state.gilded_times for state in mine)
            assert holder.gilded_this_season == any(state.gilded_this_season for state in mine)
            assert holder.gilded == (holder.gilded_times >= 1)
    assert list(row.holders) == sorted(row.holders, key=lambda holder: (holder.held_since, holder.name))


async def test_seals_tell_what_the_manifest_says_of_them(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        rows = {row.record_hash: row for row in (await select_clan_seals(conn, CLAN, NOW)).rows}
    assert (rows[701].title, rows[701].gildable, rows[701].legacy, rows[701].triumphs) == ("Conqueror", True, False, 5)
    assert (rows[703].gildable, rows[703].legacy, rows[704].title) == (False, True, "MMXX")


async def test_one_member_alone_with_how_far_they_are(pool: Pool) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, 2)
        for asked, person, ids in ((1, 1, [1, 8]), (8, 1, [1, 8]), (2, 2, [2])):
            found = await select_clan_seals(conn, CLAN, NOW, membership_id=asked)
            assert found.members == 1
            for row in found.rows:
                mine = states(world, ids, row.record_hash)
                held = any(state.held_since for state in mine)
                assert [holder.membership_id for holder in row.holders] == ([person] if held else [])
                told = [(s.done, s.of) for s in mine if s.done is not None and s.of]
                shown = [(each.done, each.of) for each in row.closest]
                assert shown == ([] if held or not told else [max(told)]), "however far"
        assert (await select_clan_seals(conn, OTHER, NOW, membership_id=1)).members == 0


async def test_what_was_there_at_first_sight_is_not_the_last_that_was_earned(pool: Pool) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, 1)
        people = world.people(CLAN)
        found = await select_clan_seals(conn, CLAN, NOW)
        news = [
            (state.held_since, 0, member)
            for (member, _), state in world.seals.items()
            if state.held_since and not state.quiet and any(member in ids for ids in people.values())
        ]
        assert found.last is not None
        assert found.last.at >= max(news)[0]
        await conn.execute("update member_gilding set quiet = true")
        found = await select_clan_seals(conn, CLAN, NOW)
        assert found.last is not None
        assert (found.last.at, found.last.times) == max(news)[:2]
        await conn.execute("update member_seal set quiet = true")
        assert (await select_clan_seals(conn, CLAN, NOW)).last is None


async def test_a_clan_without_a_manifest_or_members(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await select_clan_seals(conn, None, NOW) == ClanSeals((), 0, 0, None, None)
        assert await select_member_seals(conn, 1) == ()
        assert await search_seals(conn, "", 25) == ()


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_members_seals_triumph_by_triumph(pool: Pool, seed: int) -> None:
    async with pool.acquire() as conn:
        world = await build(conn, seed)
        for asked, ids in ((1, [1, 8]), (8, [1, 8]), (5, [5]), (9, [9])):
            for everything in (False, True):
                found = await select_member_seals(conn, asked, all_triumphs=everything)
                compare_own(world, ids, found, everything)


def compare_own(world: World, ids: list[int], found: tuple[MemberSeal, ...], everything: bool) -> None:
    gone = [key for key in SEALS if key not in CURRENT and any(s.held_since for s in states(world, ids, key))]
    assert [seal.record_hash for seal in found] == [*CURRENT, *gone], "one that left the manifest only where held"
    for seal in found:
        mine = states(world, ids, seal.record_hash)
        assert seal.held_since == min((state.held_since for state in mine if state.held_since), default=None)
        assert seal.gilded_times == max((state.gilded_times for state in mine), default=0)
        told = [(state.done, state.of) for state in mine if state.done is not None and state.of]
        assert (seal.done, seal.of) == max(told, default=(None, None))
        wanted = SEALS[seal.record_hash][5]
        complete = {r for r in wanted for m in ids if (m, r) in world.triumphs and world.triumphs[m, r].complete}
        shown = wanted if everything else () if seal.held_since else tuple(r for r in wanted if r not in complete)
        assert tuple(triumph.record_hash for triumph in seal.triumphs) == shown
        assert {t.record_hash for t in seal.triumphs if t.complete} == (complete & set(shown))
        for triumph in seal.triumphs:
            assert triumph.description == f"Do {triumph.record_hash}."
            assert (triumph.of is None) == all((m, triumph.record_hash) not in world.triumphs for m in ids)


async def test_search_knows_titles_names_and_hashes(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await build(conn, 1)
        for text, hashes in {
            "con": [701],
            "king": [702],
            "fall": [702],
            "mmxx": [703, 704],
            "704": [704],
            "gone": [],
            "": CURRENT,
        }.items():
            assert [seal.record_hash for seal in await search_seals(conn, text, 25)] == hashes, text
