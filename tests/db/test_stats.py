"""Sums of matches against a count over all rows of players."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.mode import Mode
from bot.domain.weapon import StatRow, WeaponFilter, WeaponSpan
from bot.presenters.spans import ALL_TIME, span_of
from db.pool import Pool
from db.queries.stats import select_member_stats, select_stats
from tests.db.weapon_count import SPANS, counts, within
from tests.db.weapon_world import CLAN, NOW, OTHER, Played, World, add_world, in_mode, make_world, person

Sums = tuple[int, int, int, int, int, int, int]


def count(world: World, span: WeaponSpan, mode: Mode, counted: Callable[[int], bool]) -> Sums:
    rows = [
        one
        for one in world.played
        if counted(one.membership_id) and within(span, one.period) and in_mode(one.bits, mode)
    ]
    return (
        len(rows),
        sum(one.seconds for one in rows),
        sum(one.kills for one in rows),
        sum(one.deaths for one in rows),
        sum(one.assists for one in rows),
        sum(_won(one) for one in rows),
        sum(one.completed for one in rows),
    )


def _won(one: Played) -> bool:
    ended = one.completed or one.reason not in (0, 255, None)  # by time or mercy
    return one.teams and ended and one.standing == 0


def said(row: StatRow) -> Sums:
    return (row.matches, row.seconds, row.kills, row.deaths, row.assists, row.wins, row.completions)


@pytest.mark.parametrize("group_id", [CLAN, OTHER, None])
async def test_sums_by_member_and_by_mode_are_what_single_matches_add_up_to(pool: Pool, group_id: int | None) -> None:
    world = make_world(6)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        for span in SPANS:
            members, modes = await select_stats(conn, group_id, span, Mode.CRUCIBLE, NOW)
            counted = counts(WeaponFilter(group_id, span))
            assert {row.mode: said(row) for row in modes} == {
                mode: count(world, span, mode, counted) for mode in Mode
            }, span
            for row in members:
                assert row.name == f"Member{row.membership_id}#0042"
                own = count(world, span, Mode.CRUCIBLE, lambda one, row=row: person(one) == row.membership_id)  # type: ignore[misc]
                assert said(row) == own, span


async def test_a_member_without_a_match_is_listed_too(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await add_world(conn, make_world(6))
        members, _ = await select_stats(conn, CLAN, span_of(NOW, days=1), Mode.GAMBIT, NOW)
    assert [row.membership_id for row in members] == [1, 2, 3]


@pytest.mark.parametrize("asked", [1, 8])
async def test_a_members_sums_hold_those_of_an_earlier_membership(pool: Pool, asked: int) -> None:
    world = make_world(6)
    async with pool.acquire() as conn:
        await add_world(conn, world)
        rows = await select_member_stats(conn, asked, ALL_TIME, NOW)
    assert [row.mode for row in rows] == list(Mode)
    assert {row.mode: said(row) for row in rows} == {
        mode: count(world, ALL_TIME, mode, lambda one: person(one) == 1) for mode in Mode
    }
