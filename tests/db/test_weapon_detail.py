"""One weapon against a count over all single kills."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from datetime import date

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponDetail, WeaponFilter
from bot.presenters.spans import ALL_TIME, span_of
from db.pool import Pool
from db.queries.weapon_detail import select_weapon_detail
from db.queries.weapons import select_weapon_table
from tests.db.weapon_count import SPANS, counts, within
from tests.db.weapon_world import CLAN, NOW, UNKNOWN, WEAPONS, Kill, World, add_world, in_mode, make_world, person


def kills_of(world: World, asked: WeaponFilter, hashes: set[int]) -> list[Kill]:
    counted = counts(asked)
    return [
        kill
        for kill in world.kills
        if kill.weapon_hash in hashes
        and counted(kill.membership_id)
        and within(asked.span, kill.period)
        and in_mode(kill.bits, asked.mode)
    ]


def players(kills: list[Kill]) -> dict[int, tuple[int, int, int]]:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    matches = defaultdict(set)
    for kill in kills:
        sums[person(kill.membership_id)][0] += kill.kills
        sums[person(kill.membership_id)][1] += kill.precision_kills
        matches[person(kill.membership_id)].add(kill.instance_id)
    return {who: (made, precise, len(matches[who])) for who, (made, precise) in sums.items()}


def days(kills: list[Kill]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for kill in kills:
        found[kill.period.date()] += kill.kills
    return dict(found)


def classes(kills: list[Kill]) -> dict[str | None, int]:
    found: dict[str | None, int] = defaultdict(int)
    for kill in kills:
        found[kill.guardian] += kill.kills
    return dict(found)


def agrees(detail: WeaponDetail, kills: list[Kill]) -> None:
    said = {one.membership_id: (one.kills, one.precision_kills, one.matches) for one in detail.players}
    assert said == players(kills)
    assert [one.kills for one in detail.players] == sorted((one.kills for one in detail.players), reverse=True)
    assert {one.day: one.kills for one in detail.by_day} == days(kills)
    assert [one.day for one in detail.by_day] == sorted(one.day for one in detail.by_day)
    assert {one.guardian: one.kills for one in detail.by_class} == classes(kills)


async def test_players_days_and_classes_are_what_the_single_kills_add_up_to(pool: Pool) -> None:
    """A quarter of all combinations, drawn once and for all."""
    world, yes_no = make_world(5), (False, True)
    combinations = list(itertools.product((CLAN, None), (None, 1, 5), SPANS, yes_no, yes_no, (100, UNKNOWN)))
    async with pool.acquire() as conn:
        await add_world(conn, world)
        for group_id, member, span, former, merge, weapon in random.Random(1).sample(combinations, 200):
            asked = WeaponFilter(group_id, span, Mode.ALL, member, former=former, merge=merge)
            kills = kills_of(world, asked, {100, 110, 120} if merge and weapon == 100 else {weapon})
            detail = await select_weapon_detail(conn, asked, weapon, NOW)
            assert (detail is None) == (not kills), asked
            if detail:
                agrees(detail, kills)


async def test_its_row_is_that_of_the_table(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(5))
        for span, merge, former in itertools.product(SPANS[::3], (False, True), (False, True)):
            asked = WeaponFilter(None, span, Mode.CRUCIBLE, merge=merge, former=former)
            for row in (await select_weapon_table(conn, asked, NOW)).rows:
                detail = await select_weapon_detail(conn, asked, row.weapon.weapon_hash, NOW)
                assert detail is not None
                assert detail.row == row


async def test_what_the_filter_narrows_the_table_by_says_nothing_about_one_weapon(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(5))
        plain = await select_weapon_detail(conn, WeaponFilter(CLAN, ALL_TIME, Mode.ALL), 300, NOW)
        narrow = WeaponFilter(CLAN, ALL_TIME, Mode.ALL, type="Sword")
        assert plain is not None
        assert await select_weapon_detail(conn, narrow, 300, NOW) == plain


async def test_a_weapon_nobody_used_in_that_span_has_no_detail(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(5))
        long_ago = WeaponFilter(CLAN, span_of(NOW, until=date(2015, 1, 1)), Mode.ALL)
        assert await select_weapon_detail(conn, long_ago, 300, NOW) is None
        assert await select_weapon_detail(conn, WeaponFilter(CLAN, ALL_TIME), 123456, NOW) is None
        assert 123456 not in WEAPONS
