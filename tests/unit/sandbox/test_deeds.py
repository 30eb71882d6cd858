"""What can be made to happen by hand, and the events that it truly makes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox import facts
from bot.sandbox.world import Person, World, WorldError
from bot.sandbox.world.rows import roster_row
from tests.unit.sandbox.clock import EVENING, Clock

CONQUEROR, RIVENSBANE = 3464275895, 1384029371


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(7, clock)


@pytest.fixture
def clan(world: World) -> str:
    return next(iter(world.clans))


@pytest.fixture
def member(world: World, clan: str) -> Person:
    return world.members(clan)[40]


def test_a_newcomer_joins(world: World, clan: str) -> None:
    event = world.join(clan, name="Quill")
    assert (event.kind, event.group_id, event.at) == ("joined", clan, EVENING)
    person = world.person(event.membership_id or "")
    assert person.name.startswith("Quill#")
    assert person.joined_at == EVENING
    assert person in world.members(clan)


def test_two_newcomers_are_two_people(world: World, clan: str) -> None:
    assert world.join(clan).membership_id != world.join(clan).membership_id


def test_a_leaver_leaves_their_join_date_behind(world: World, member: Person) -> None:
    joined_at, group_id = member.joined_at, member.group_id
    event = world.leave(member.membership_id)
    assert (event.kind, event.group_id, event.detail) == ("left", group_id, {"joined_at": joined_at})
    assert member.group_id is None
    assert member.stints[-1].left_at == EVENING


def test_a_returner_has_two_stints(world: World, clan: str, member: Person, clock: Clock) -> None:
    before = len(member.stints)
    world.leave(member.membership_id)
    clock.go(days=3)
    world.join(clan, member.membership_id)
    assert len(member.stints) == before + 1
    assert member.joined_at == clock.time


def test_a_founder_who_leaves_has_an_heir(world: World, clan: str) -> None:
    founder = next(person for person in world.members(clan) if person.role == 5)
    world.leave(founder.membership_id)
    assert [event.kind for event in world.log] == ["left", "role_changed"]
    assert world.log[1].detail == {"from": "admin", "to": "founder"}
    assert sum(person.role == 5 for person in world.members(clan)) == 1


def test_a_switch_is_one_event_of_two_clans(world: World, clan: str, member: Person) -> None:
    other = list(world.clans)[1]
    event = world.switch(member.membership_id, other)
    assert event.kind == "clan_switched"
    assert event.detail == {"from_group_id": clan, "to_group_id": other}
    assert member.group_id == other
    assert len(world.log) == 1


def test_a_purge_spares_the_founder(world: World, clan: str) -> None:
    events = world.purge(clan, 30)
    assert [event.kind for event in events] == ["left"] * 30
    assert len(world.members(clan)) == 62
    assert any(person.role == 5 for person in world.members(clan))


def test_a_rename_tells_both_names(world: World, member: Person) -> None:
    before = member.name
    [event] = world.rename(member.membership_id, "Fresh Start", 42)
    assert event.detail == {"from": before, "to": "Fresh Start#0042"}
    assert world.rename(member.membership_id, "Fresh Start", 42) == []


def test_a_promotion_tells_both_roles(world: World, member: Person) -> None:
    [event] = world.promote(member.membership_id, 3)
    assert event.detail == {"from": "member", "to": "admin"}
    assert world.promote(member.membership_id, 3) == []


@pytest.fixture
def linked(world: World, clan: str) -> Person:
    """A member with a bungie.net account, not on the Epic store's platform."""
    return next(p for p in world.members(clan) if p.bungie_net_id and p.membership_type != 6)


def test_a_platform_move_keeps_the_person(world: World, clan: str, linked: Person) -> None:
    moved = world.move_platform(linked.membership_id, 6)
    [event] = world.log
    assert event.kind == "platform_moved"
    assert event.detail == {"from_membership_id": linked.membership_id, "to_membership_id": moved.membership_id}
    assert moved.bungie_net_id == linked.bungie_net_id
    assert moved.membership_id != linked.membership_id
    assert moved in world.members(clan)
    assert linked not in world.members(clan) + world.strangers()


def test_a_move_may_show_both_ids_for_a_while(world: World, clan: str, linked: Person) -> None:
    moved = world.move_platform(linked.membership_id, 6, keep_old=True)
    assert world.log == []
    assert {linked.membership_id, moved.membership_id} <= {p.membership_id for p in world.members(clan)}
    assert world.leave(linked.membership_id).kind == "platform_moved"
    assert world.leave(moved.membership_id).kind == "left"


def test_nobody_moves_platform_unrecognised(world: World, clan: str) -> None:
    unlinked = next(p for p in world.members(clan) if p.bungie_net_id is None)
    with pytest.raises(WorldError, match=r"no bungie\.net account"):
        world.move_platform(unlinked.membership_id, 6)


def test_a_disbanded_clan_has_nobody_and_takes_nobody(world: World, clan: str) -> None:
    event = world.disband(clan)
    assert (event.kind, event.group_id) == ("clan_changed", clan)
    assert world.members(clan) == []
    with pytest.raises(WorldError, match="disbanded"):
        world.join(clan)


def test_a_seal_is_earned_once_and_worn(world: World, member: Person) -> None:
    member.current.title = None
    member.seals[RIVENSBANE].redeemed = member.seals[RIVENSBANE].equippable = False
    [event] = world.earn_seal(member.membership_id, RIVENSBANE)
    assert event.detail == {"record_hash": RIVENSBANE, "title": "Rivensbane"}
    assert world.earn_seal(member.membership_id, RIVENSBANE) == []
    assert roster_row(member, EVENING)["title"] == "Rivensbane"


def test_gilding_counts_up(world: World, member: Person) -> None:
    member.seals[CONQUEROR].gilded = 2
    member.seals[CONQUEROR].redeemed = True
    [event] = world.gild_seal(member.membership_id, CONQUEROR)
    assert event.detail == {"record_hash": CONQUEROR, "title": "Conqueror", "times": 3}
    with pytest.raises(WorldError, match="cannot be gilded"):
        world.gild_seal(member.membership_id, RIVENSBANE)


def test_a_clan_is_renamed(world: World, clan: str) -> None:
    [event] = world.change_clan(clan, "motto", "Louder now.")
    assert event.detail == {"field": "motto", "from": "We hold the line, softly.", "to": "Louder now."}
    with pytest.raises(WorldError, match="no 'group_id' to change"):
        world.change_clan(clan, "group_id", "1")


def test_a_session_by_hand_goes_on_until_it_is_ended(world: World, member: Person, clock: Clock) -> None:
    world.set_online(member.membership_id, 604276217)
    row = roster_row(member, clock.time)
    assert (row["online"], row["activity"], row["activity_mode"]) == (True, "Javelin-4", "Control")
    for _ in range(300):
        world.advance(clock.go(minutes=1))
    assert member.online
    world.set_offline(member.membership_id)
    assert roster_row(member, clock.time)["online"] is False
    assert member.last_played == clock.time


def test_logging_out_early_clears_the_activity(world: World, member: Person, clock: Clock) -> None:
    """A young activity that stuck would look like play by the rule of the first 15 minutes."""
    world.set_online(member.membership_id)
    assert roster_row(member, clock.time)["activity"] == "Orbit"
    clock.go(minutes=5)
    world.set_offline(member.membership_id)
    assert member.current.activity is None


def test_nothing_is_said_of_the_private(world: World, member: Person) -> None:
    world.set_private(member.membership_id)
    row = roster_row(member, EVENING)
    assert (row["private"], row["triumph_score"], row["seals"]) == (True, None, [])
    assert row["power"] == member.power


@pytest.mark.parametrize("deed", ["leave", "switch", "promote", "move"])
def test_strangers_cannot_do_what_members_do(world: World, deed: str) -> None:
    stranger = world.strangers()[0].membership_id
    deeds: dict[str, Callable[[], object]] = {
        "leave": lambda: world.leave(stranger),
        "switch": lambda: world.switch(stranger, next(iter(world.clans))),
        "promote": lambda: world.promote(stranger, 3),
        "move": lambda: world.move_platform(stranger, 6),
    }
    with pytest.raises(WorldError, match="is in no clan"):
        deeds[deed]()
    assert world.log == []


def test_unknown_ids_are_named(world: World, clan: str) -> None:
    with pytest.raises(WorldError, match="no clan 1"):
        world.join("1")
    with pytest.raises(WorldError, match="membership id 5"):
        world.leave("5")
    with pytest.raises(WorldError, match="is no clan"):
        world.join("2810345")
    with pytest.raises(WorldError, match="completed by record 12"):
        world.earn_seal(world.members(clan)[0].membership_id, 12)


def test_past_rosters_are_those_from_before_each_change(world: World, clan: str, member: Person) -> None:
    world.rename(member.membership_id, "Later", 7)
    world.leave(member.membership_id)
    first, second = world.past_rosters[clan]
    assert len(first) == len(second) == 92
    assert "Later#0007" not in [person.name for person in first]
    assert "Later#0007" in [person.name for person in second]


def test_seals_in_rows_are_those_held(world: World, member: Person) -> None:
    row = roster_row(member, EVENING)
    held = {hash_ for hash_, progress in member.seals.items() if progress.redeemed or progress.equippable}
    assert {seal["record_hash"] for seal in row["seals"]} == held
    assert all(seal["title"] == facts.title_of(seal["record_hash"]) for seal in row["seals"])
