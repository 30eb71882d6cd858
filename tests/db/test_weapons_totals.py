"""Totals against a count over all rows of players."""

from __future__ import annotations

import itertools

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponFilter, WeaponTotals
from db.pool import Pool
from db.queries.weapons import select_weapon_table
from tests.db.weapon_count import SPANS, counts, within
from tests.db.weapon_world import CLAN, NOW, World, add_world, in_mode, make_world


def totals(world: World, asked: WeaponFilter) -> WeaponTotals:
    counted = counts(asked)
    rows = [
        one
        for one in world.played
        if counted(one.membership_id) and within(asked.span, one.period) and in_mode(one.bits, asked.mode)
    ]
    return WeaponTotals(
        kills=sum(one.kills for one in rows),
        weapon_kills=sum(one.weapon_kills for one in rows),
        grenade=sum(one.grenade for one in rows),
        melee=sum(one.melee for one in rows),
        super=sum(one.super for one in rows),
        matches=len(rows),
    )


async def test_totals_follow_the_span_the_mode_and_the_people(pool: Pool) -> None:
    world = make_world(4)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        for group_id, member, span, former in itertools.product((CLAN, None), (None, 1, 5), SPANS[::2], (False, True)):
            for mode in (Mode.ALL, Mode.TRIALS):
                asked = WeaponFilter(group_id, span, mode, member, former=former)
                table = await select_weapon_table(conn, asked, NOW)
                assert table.totals == totals(world, asked), asked
