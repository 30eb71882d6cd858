"""The world as it begins: its size, its people, and that a seed decides all of it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from bot.sandbox import facts
from bot.sandbox.world import World
from bot.sandbox.world.names import HOSTILE
from bot.sandbox.world.rows import roster_row
from tests.unit.sandbox.clock import EVENING, Clock

_TIME = re.compile(r"\d{4}-\d\d-\d\dT")


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, Clock())


def _since(origin: datetime, value: Any) -> Any:
    """Every time in a built-in structure as seconds since the origin."""
    if isinstance(value, dict):
        return {key: _since(origin, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_since(origin, part) for part in value]
    if isinstance(value, str) and _TIME.match(value):
        return (datetime.fromisoformat(value) - origin).total_seconds()
    return value


def _relative(seed: int, origin: datetime) -> Any:
    return _since(origin, msgspec.to_builtins(World(seed, Clock(origin)).state))


def test_same_seed_is_same_world_whenever_it_begins() -> None:
    assert _relative(7, EVENING) == _relative(7, EVENING + timedelta(days=91))


def test_another_seed_is_another_world() -> None:
    first, second = World(7, Clock()), World(8, Clock())
    assert not set(first.people) & set(second.people)


def test_people_do_not_depend_on_the_hour() -> None:
    night = World(7, Clock(EVENING + timedelta(hours=11)))
    evening = World(7, Clock(EVENING))
    assert [p.name for p in night.people.values()] == [p.name for p in evening.people.values()]
    assert list(night.people) == list(evening.people)


def test_two_clans_of_the_promised_size(world: World) -> None:
    clans = {clan.name: len(world.members(clan.group_id)) for clan in world.clans.values()}
    assert clans == {"Quiet Orbit": 92, "Lantern Hour": 40}
    assert next(iter(world.clans.values())).callsign == "QORB"


def test_roles_are_one_founder_few_admins_some_beginners(world: World) -> None:
    for group_id in world.clans:
        roles = Counter(person.role for person in world.members(group_id))
        assert roles[5] == 1
        assert 2 <= roles[3] <= 5
        assert roles[1] >= 3
        assert roles[2] > roles[1]


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_five_to_fifteen_percent_play_at_every_hour(hour: int) -> None:
    world = World(11, Clock(EVENING.replace(hour=hour)))
    for group_id in world.clans:
        members = world.members(group_id)
        share = sum(person.online for person in members) / len(members)
        assert 0.04 <= share <= 0.16


def test_half_of_a_clan_played_this_week_and_some_not_for_years(world: World) -> None:
    for group_id in world.clans:
        members = world.members(group_id)
        ages = [EVENING - person.last_played for person in members]
        assert 0.45 <= sum(age < timedelta(days=7) for age in ages) / len(members) <= 0.6
    everyone = [EVENING - p.last_played for p in world.people.values()]
    assert min(everyone) < timedelta(hours=1)
    assert max(everyone) > timedelta(days=365)


def test_ids_are_long_and_given_once(world: World) -> None:
    people = list(world.people.values())
    characters = [c.character_id for person in people for c in person.characters]
    assert all(re.fullmatch(r"46116860\d{11}", person.membership_id) for person in people)
    assert all(re.fullmatch(r"23058430\d{11}", id_) for id_ in characters)
    assert len(set(characters)) == len(characters)


def test_every_oddity_is_there_in_a_small_dose(world: World) -> None:
    members = [person for group_id in world.clans for person in world.members(group_id)]
    assert 3 <= sum(person.private for person in members) <= 10
    assert 3 <= sum(person.global_name is None for person in members) <= 12
    assert 3 <= sum(person.bungie_net_id is None for person in members) <= 15
    assert sum(len(person.stints) > 1 for person in members) >= 5
    assert any(person.stints and person.group_id is None for person in world.people.values())
    worn = {person.global_name for person in world.people.values()} & set(HOSTILE)
    assert len(worn) >= 10
    assert any(len(name) > 60 for name in worn if name)


def test_people_differ_in_characters_scores_and_titles(world: World) -> None:
    people = list(world.people.values())
    assert {len(person.characters) for person in people} == {1, 2, 3}
    assert {c.class_type for person in people for c in person.characters} == {0, 1, 2}
    assert len({person.lifetime_score for person in people}) > 100
    assert sum(person.current.title is not None for person in people) > 40
    assert any(not person.tells_lifetime for person in people)


def test_titles_worn_are_titles_held(world: World) -> None:
    for person in world.people.values():
        for character in person.characters:
            assert character.title is None or person.seals[character.title].held


def test_facts_hold_enough_activities_and_seals() -> None:
    activities = facts.by_hash("activities")
    spots = facts.rows("spots")
    assert len({row["hash"] for row in spots}) >= 25
    assert all(activities[row["hash"]]["name"] for row in spots)
    assert all(row["playlist"] is None or row["playlist"] in activities for row in spots)
    assert all(mode in facts.mode_by_type() for row in spots for mode in row["mode_types"])
    assert len(facts.rows("seals")) >= 12
    assert sum(1 for row in facts.rows("seals") if facts.gilding_of(row["completion"])) == 5
    assert facts.title_of(1384029371) == "Rivensbane"


def test_a_stuck_activity_is_no_play(world: World) -> None:
    """Offline profiles that still show an activity must not count as online by the public rule."""
    stuck = [p for p in world.people.values() if not p.online and p.current.activity is not None]
    assert len(stuck) >= 3
    assert not any(roster_row(person, EVENING)["online"] for person in stuck)


def test_who_plays_is_online_but_for_the_private(world: World) -> None:
    playing = [person for person in world.people.values() if person.online]
    assert playing
    for person in playing:
        row = roster_row(person, EVENING)
        assert row["online"] is not person.private
        assert (row["activity"] is None) is person.private


def test_a_kept_world_goes_on_where_it_stopped() -> None:
    """Kept half-way and loaded again, the second half of a day is the same day."""
    clock, other = Clock(), Clock()
    whole = World(7, clock)
    for _ in range(12):
        whole.advance(clock.go(minutes=10))
    loaded = World.load(whole.dump(), other)
    other.time = clock.time
    for _ in range(12):
        now = clock.go(minutes=10)
        other.time = now
        whole.advance(now)
        loaded.advance(now)
    assert loaded.dump() == whole.dump()
    assert len(loaded.log) > 20
