"""Whatever is done to a world, in whatever order: its log tells the truth, and Bungie.net's answers stay whole."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.bungie import groups
from bot.sandbox.control import DEEDS
from bot.sandbox.world import World, WorldError
from tests.unit.sandbox.clock import Clock

_BODIES: dict[str, dict[str, Any]] = {"rename": {"name": "Quill"}, "clan": {"field": "name", "value": "Loud Orbit"}}
_deeds = st.sampled_from([name for name in DEEDS if name != "disband"])
_steps = st.lists(st.tuples(_deeds, st.integers(0, 400)), max_size=40)


def _do(world: World, name: str, pick: int) -> None:
    """One deed on someone picked by number, member or stranger; what cannot be done is not done."""
    people = list(world.people)
    person = {"membership_id": people[pick % len(people)], "count": pick % 8}
    clan = {"group_id": list(world.clans)[pick % 2], **({} if pick % 3 else {"membership_id": None})}
    with contextlib.suppress(WorldError):
        DEEDS[name](world, {**person, **clan, **_BODIES.get(name, {})})


def _told(first: dict[str, str], world: World) -> dict[str, str | None]:
    """Who is in which clan, by the log alone."""
    where: dict[str, str | None] = dict(first)
    for event in world.log:
        id_ = event.membership_id or ""
        if event.kind in ("joined", "left"):
            where[id_] = event.group_id if event.kind == "joined" else None
        elif event.kind == "clan_switched":
            where[id_] = event.detail["to_group_id"]
        elif event.kind == "platform_moved":
            where[event.detail["from_membership_id"]], where[id_] = None, event.group_id
    return {key: value for key, value in where.items() if value}


@settings(max_examples=40, deadline=None)
@given(_steps)
def test_the_log_tells_who_is_where(steps: list[tuple[str, int]]) -> None:
    clock = Clock()
    world = World(7, clock)
    first = {p.membership_id: p.group_id for p in world.people.values() if p.group_id}
    for name, pick in steps:
        clock.go(seconds=30)
        _do(world, name, pick)
    assert _told(first, world) == {p.membership_id: p.group_id for p in world.people.values() if p.group_id}
    assert [event.id for event in world.log] == list(range(1, len(world.log) + 1))
    assert World.load(world.dump(), clock).dump() == world.dump()
    for group_id, clan in world.clans.items():
        members = world.members(group_id)
        assert sum(person.role == 5 for person in members) <= 1
        rows = [groups.member_row(person) for person in members]
        pages = [groups.members_page(rows, page) for page in (1, 2, 3)]
        assert sum(len(page["results"]) for page in pages) == len(members)
        assert groups.group_response(clan, members)["detail"]["memberCount"] == len(members)
