"""The table of weapons against a count over all single kills that knows nothing of sums."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, Tier, WeaponFilter, WeaponSort
from bot.presenters.spans import ALL_TIME, span_of
from db.pool import Pool
from db.queries.weapons import select_weapon_table
from tests.db.weapon_count import SPANS, figures, said
from tests.db.weapon_world import CLAN, DROPPED, NOW, OTHER, UNKNOWN, WEAPONS, add_world, make_world


async def test_every_filter_gives_what_the_single_kills_add_up_to(pool: Pool) -> None:
    """A sixth of all combinations, drawn once and for all."""
    world, yes_no, modes = make_world(1), (False, True), (Mode.ALL, Mode.CRUCIBLE)
    combinations = list(
        itertools.product((CLAN, OTHER, DROPPED, None), (None, 1, 8, 3, 5, 10), SPANS, modes, yes_no, yes_no)
    )
    async with pool.acquire() as conn:
        await add_world(conn, world)
        for group_id, member, span, mode, former, merge in random.Random(1).sample(combinations, 600):
            asked = WeaponFilter(group_id, span, mode, member, former=former, merge=merge)
            table = await select_weapon_table(conn, asked, NOW)
            assert said(table.rows) == figures(world, asked), asked


@pytest.mark.parametrize("sort", WeaponSort)
async def test_rows_come_in_the_order_asked_for_and_ties_by_hash(pool: Pool, sort: WeaponSort) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(3))
        table = await select_weapon_table(conn, WeaponFilter(CLAN, ALL_TIME, Mode.ALL, sort=sort), NOW)
    name = {"precision": "precision_kills"}.get(sort, sort.value)
    order = [(-getattr(row, name), row.weapon.weapon_hash) for row in table.rows]
    assert len(order) == len(WEAPONS) + 1
    assert order == sorted(order)


NARROW: dict[str, tuple[dict[str, object], set[int]]] = {
    "type": ({"type": "Hand Cannon"}, {100, 110, 120}),
    "type in another spelling": ({"type": "hand_CANNON"}, {100, 110, 120}),
    "type and slot": ({"type": "hand cannon", "slot": Slot.KINETIC}, {100, 120}),
    "of joined ones the newest counts": ({"damage": Damage.STRAND, "merge": True}, {120}),
    "and not what it replaced": ({"damage": Damage.KINETIC, "merge": True}, set()),
    "damage": ({"damage": Damage.VOID}, {200, 210}),
    "tier": ({"tier": Tier.EXOTIC}, {210, 300}),
    "tier and slot": ({"tier": Tier.EXOTIC, "slot": Slot.POWER}, {300}),
    "nothing fits": ({"type": "Sword"}, set()),
}


@pytest.mark.parametrize("what", NARROW)
async def test_type_slot_damage_and_tier_narrow_rows_and_not_totals(pool: Pool, what: str) -> None:
    given, hashes = NARROW[what]
    async with pool.acquire() as conn:
        await add_world(conn, make_world(3))
        whole = await select_weapon_table(conn, WeaponFilter(CLAN, ALL_TIME, Mode.ALL), NOW)
        table = await select_weapon_table(conn, WeaponFilter(CLAN, ALL_TIME, Mode.ALL, **given), NOW)  # type: ignore[arg-type]
    assert {row.weapon.weapon_hash for row in table.rows} == hashes
    assert table.totals == whole.totals
    assert table.totals.kills > 0


async def test_a_weapon_without_a_name_is_named_by_its_hash_and_is_of_no_type(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(3))
        table = await select_weapon_table(conn, WeaponFilter(CLAN, ALL_TIME, Mode.ALL), NOW)
    (weapon,) = [row.weapon for row in table.rows if row.weapon.weapon_hash == UNKNOWN]
    assert (weapon.name, weapon.type, weapon.slot, weapon.damage, weapon.tier, weapon.icon) == (
        "Unknown (999)",
        "",
        None,
        None,
        None,
        None,
    )


async def test_joined_reissues_name_their_versions_most_kills_first(pool: Pool) -> None:
    world = make_world(3)
    asked = WeaponFilter(None, span_of(NOW, days=30), Mode.ALL, merge=True)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        table = await select_weapon_table(conn, asked, NOW)
    apart = figures(world, WeaponFilter(None, asked.span, Mode.ALL))
    (rose,) = [row for row in table.rows if row.weapon.weapon_hash == 120]
    told = [(version.weapon_hash, version.kills) for version in rose.versions]
    assert told == sorted(((key, apart[key][0]) for key in (100, 110, 120)), key=lambda one: (-one[1], one[0]))
    assert sum(kills for _, kills in told) == rose.kills
    assert rose.matches < sum(apart[key][2] for key in (100, 110, 120)), "some match has two of them"


async def test_the_version_is_that_of_the_figures(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(3))
        asked = WeaponFilter(CLAN, span_of(NOW, days=7), Mode.ALL)
        first = await select_weapon_table(conn, asked, NOW)
        moment = span_of(NOW + timedelta(microseconds=1), days=7)
        assert (await select_weapon_table(conn, asked, NOW)).version == first.version
        later = await select_weapon_table(conn, WeaponFilter(CLAN, moment, Mode.ALL), NOW)
        assert later.totals.matches < first.totals.matches, "a match at the span's very edge has fallen out"
        assert later.version != first.version
