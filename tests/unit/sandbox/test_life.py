"""The present: who plays when, how often something happens, and that the log tells all of it."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from bot.sandbox.world import World, WorldEvent
from tests.unit.sandbox.clock import EVENING, Clock

Day = tuple[World, list[float], list[WorldEvent], dict[str, str]]


@pytest.fixture(scope="module")
def day() -> Day:
    """A world after a day, lived minute by minute: the shares online, the events, and who was where at first."""
    clock = Clock()
    world = World(7, clock)
    first = {p.membership_id: p.group_id for p in world.people.values() if p.group_id}
    shares = []
    for _ in range(24 * 60):
        world.advance(clock.go(minutes=1))
        people = [p for group_id in world.clans for p in world.members(group_id)]
        shares.append(sum(p.online for p in people) / len(people))
    return world, shares, list(world.log), first


def test_the_share_online_follows_the_hours(day: Day) -> None:
    shares = day[1]
    assert 0.03 <= min(shares) < 0.08
    assert 0.13 < max(shares) <= 0.18


def test_something_happens_every_few_minutes(day: Day) -> None:
    log = day[2]
    assert 200 <= len(log) <= 600
    gaps = [after.at - before.at for before, after in itertools.pairwise(log)]
    assert max(gaps) < timedelta(minutes=40)
    assert [event.id for event in log] == list(range(1, len(log) + 1))


def test_every_kind_of_news_comes_up(day: Day) -> None:
    kinds = Counter(event.kind for event in day[2])
    expected = {"joined", "left", "renamed", "role_changed", "clan_switched"}
    expected |= {"seal_earned", "seal_gilded", "exotic_acquired"}
    assert set(kinds) == expected


def test_clans_keep_their_size(day: Day) -> None:
    world = day[0]
    sizes = [len(world.members(group_id)) for group_id in world.clans]
    assert 80 <= sizes[0] <= 100
    assert 34 <= sizes[1] <= 46
    assert all(Counter(p.role for p in world.members(g))[5] == 1 for g in world.clans)


def test_the_log_alone_tells_who_is_in_which_clan(day: Day) -> None:
    world, _, log, first = day
    where: dict[str, str | None] = dict(first)
    for event in log:
        if event.kind == "joined":
            where[event.membership_id or ""] = event.group_id
        elif event.kind == "left":
            where[event.membership_id or ""] = None
        elif event.kind == "clan_switched":
            where[event.membership_id or ""] = event.detail["to_group_id"]
    expected = {p.membership_id: p.group_id for p in world.people.values() if p.group_id}
    assert {key: value for key, value in where.items() if value} == expected


def test_stints_follow_joins_and_leaves(day: Day) -> None:
    for person in day[0].people.values():
        open_stints = [stint for stint in person.stints if stint.left_at is None]
        assert len(open_stints) == (1 if person.group_id else 0)
        assert all(stint.left_at is None or stint.left_at >= stint.joined_at for stint in person.stints)


def test_a_fast_world_has_news_every_few_seconds() -> None:
    clock = Clock()
    world = World(7, clock, fast=True)
    for _ in range(120):
        world.advance(clock.go(seconds=1))
    assert 8 <= len(world.log) <= 40


def test_a_still_world_stays_still() -> None:
    clock = Clock()
    world = World(7, clock)
    before = world.dump()
    clock.go(days=2)
    assert world.dump() == before


def test_after_a_long_pause_the_world_does_not_catch_up_at_once() -> None:
    clock = Clock()
    world = World(7, clock)
    world.advance()
    clock.go(days=5)
    assert len(world.advance()) <= 2
    assert EVENING + timedelta(days=5) == clock.time


def test_life_goes_on_in_a_clan_that_was_emptied() -> None:
    clock = Clock()
    world = World(7, clock, fast=True)
    first, second = world.clans
    world.purge(first, 91)
    world.disband(second)
    before = len(world.log)
    for _ in range(120):
        world.advance(clock.go(seconds=5))
    assert len(world.members(first)) >= 5
    assert {event.group_id for event in world.log[before:]} == {first}
