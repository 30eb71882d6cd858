"""What can happen to people and clans. Each deed changes the state and returns the events that truly happened."""

from __future__ import annotations

import copy
from datetime import datetime
from random import Random
from typing import Any

from bot.sandbox import facts
from bot.sandbox.world import collection
from bot.sandbox.world.catalogue import FACTS
from bot.sandbox.world.model import BEGINNER, FOUNDER, ROLES, Clan, Person, State, Stint, WorldEvent
from bot.sandbox.world.people import Traits, make_person


class WorldError(Exception):
    """A deed that this world cannot do, such as kicking a stranger; the message says which and why."""


def record(state: State, now: datetime, kind: str, person: Person | None, **detail: Any) -> WorldEvent:
    """Append an event to the log; `group_id` in `detail` names the clan where it isn't the person's own."""
    group_id = detail.pop("group_id", person.group_id if person else None)
    event = WorldEvent(
        id=len(state.log) + 1,
        at=now,
        kind=kind,
        group_id=group_id,
        membership_id=person.membership_id if person else None,
        name=person.name if person else None,
        detail=detail,
    )
    state.log.append(event)
    return event


def require_member(person: Person) -> str:
    if person.group_id is None:
        raise WorldError(f"{person.membership_id} is in no clan")
    return person.group_id


def enter(person: Person, clan: Clan, now: datetime, role: int = BEGINNER) -> None:
    person.group_id, person.role, person.joined_at = clan.group_id, role, now.replace(microsecond=0)
    person.stints.append(Stint(clan.group_id, person.joined_at))


def exit_clan(person: Person, now: datetime) -> None:
    person.stints[-1].left_at = now
    person.group_id = person.joined_at = None
    person.role = BEGINNER


def join(state: State, now: datetime, person: Person, clan: Clan) -> WorldEvent:
    if person.group_id is not None:
        raise WorldError(f"{person.membership_id} is in clan {person.group_id} already")
    enter(person, clan, now)
    return record(state, now, "joined", person)


def newcomer(state: State, now: datetime, name: str | None) -> Person:
    """A player who was never seen before, with the given global name or one of their own."""
    serial = len(state.people) + 1000
    rng = Random(f"{state.seed}:newcomer:{serial}")
    person = make_person(rng, serial, now.replace(microsecond=0), Traits(active=True))
    if name is not None:
        person.global_name = name
    collection.learn([person], FACTS, state.catalogue)
    state.people[person.membership_id] = person
    state.debuts[person.membership_id] = now
    return person


def leave(state: State, now: datetime, person: Person) -> WorldEvent:
    """Out of the clan. Whose bungie.net account is still in it under another id has not left, but moved platform."""
    group_id = require_member(person)
    joined_at, other = person.joined_at, _other_membership(state, person)
    exit_clan(person, now)
    if other is None:
        return record(state, now, "left", person, group_id=group_id, joined_at=joined_at)
    person.habit, person.applicable = 0.0, []
    ids = {"from_membership_id": person.membership_id, "to_membership_id": other.membership_id}
    return record(state, now, "platform_moved", other, **ids)


def _other_membership(state: State, person: Person) -> Person | None:
    """Another member of the same clan with the same bungie.net account."""
    same = (p for p in state.people.values() if p.group_id == person.group_id and p is not person)
    return next((p for p in same if p.bungie_net_id and p.bungie_net_id == person.bungie_net_id), None)


def switch(state: State, now: datetime, person: Person, clan: Clan) -> WorldEvent:
    before = require_member(person)
    if before == clan.group_id:
        raise WorldError(f"{person.membership_id} is in clan {before} already")
    exit_clan(person, now)
    enter(person, clan, now)
    return record(state, now, "clan_switched", person, from_group_id=before, to_group_id=clan.group_id)


def rename(state: State, now: datetime, person: Person, name: str, code: int | None) -> list[WorldEvent]:
    """The account's global name changes; strangers and unchanged names make no event."""
    before = person.name
    person.global_name = name
    person.code = code if code is not None else person.code if person.code is not None else 1
    if person.group_id is None or person.name == before:
        return []
    return [record(state, now, "renamed", person, **{"from": before, "to": person.name})]


def set_role(state: State, now: datetime, person: Person, role: int) -> list[WorldEvent]:
    require_member(person)
    if person.role == role:
        return []
    before, person.role = person.role, role
    return [record(state, now, "role_changed", person, **{"from": ROLES[before], "to": ROLES[role]})]


def second_membership(state: State, now: datetime, person: Person, membership_type: int) -> Person:
    """The same human in the same clan once more, under a new membership id of another platform."""
    group_id = require_member(person)
    if person.bungie_net_id is None:
        raise WorldError(f"{person.membership_id} has no bungie.net account by which to tell the same human")
    serial = len(state.people) + 1000
    fresh = make_person(Random(f"{state.seed}:move:{serial}"), serial, now, Traits(active=True))
    moved = copy.deepcopy(person)
    moved.membership_id, moved.membership_type = fresh.membership_id, membership_type
    moved.applicable = sorted({*person.applicable, membership_type})
    moved.stints = [Stint(group_id, person.stints[-1].joined_at)]
    state.people[moved.membership_id] = moved
    return moved


def disband(state: State, now: datetime, clan: Clan) -> WorldEvent:
    """Everyone is out at once, and the group is no more; nobody is said to have left."""
    for person in state.people.values():
        if person.group_id == clan.group_id:
            exit_clan(person, now)
    clan.disbanded = True
    detail = {"field": "disbanded", "from": "false", "to": "true"}
    return record(state, now, "clan_changed", None, group_id=clan.group_id, **detail)


def change_clan(state: State, now: datetime, clan: Clan, field: str, value: str) -> list[WorldEvent]:
    if field not in ("name", "callsign", "motto", "about"):
        raise WorldError(f"a clan has no {field!r} to change")
    before = getattr(clan, field)
    setattr(clan, field, value)
    if before == value:
        return []
    detail = {"field": field, "from": before, "to": value}
    return [record(state, now, "clan_changed", None, group_id=clan.group_id, **detail)]


def earn_seal(state: State, now: datetime, person: Person, completion: int) -> list[WorldEvent]:
    """All of a seal's records done and its title claimed; who wears no title puts it on."""
    progress, catalogue = person.seals[completion], state.catalogue
    if progress.held:
        return []
    for triumph in catalogue.seal(completion)["records"]:
        collection.mark(person, triumph, catalogue)
    progress.redeemed = progress.equippable = True
    progress.earned_at = now
    if person.current.title is None:
        person.current.title = completion
    person.active_score += 150
    detail = {"record_hash": completion, "title": catalogue.title_of(completion)}
    return [record(state, now, "seal_earned", person, **detail)]


def gild_seal(state: State, now: datetime, person: Person, completion: int) -> list[WorldEvent]:
    """One gilding more; the title is claimed first where it isn't held yet."""
    title = state.catalogue.title_of(completion)
    if state.catalogue.gilding_of(completion) is None:
        raise WorldError(f"{title} cannot be gilded")
    events = earn_seal(state, now, person, completion)
    progress = person.seals[completion]
    progress.gilded += 1
    progress.gilded_this_season = True
    detail = {"record_hash": completion, "title": title, "times": progress.gilded}
    return [*events, record(state, now, "seal_gilded", person, **detail)]


def find_exotic(state: State, now: datetime, person: Person, collectible: int) -> list[WorldEvent]:
    """An exotic is acquired, once; armour only by who plays its class."""
    if collectible in collection.owned_exotics(person):
        return []
    row = state.catalogue.exotic(collectible)
    if not collection.acquire(person, row):
        raise WorldError(f"{person.membership_id} has no character that could wear {row['name']}")
    return [record(state, now, "exotic_acquired", person, collectible_hash=collectible, name=row["name"])]


def finish_catalyst(person: Person, catalyst: int) -> None:
    """Complete; whoever had it not of the weapon is not asked."""
    person.catalysts |= 1 << facts.rows("catalysts").index(facts.by_hash("catalysts")[catalyst])


def founder_heir(state: State, group_id: str) -> Person | None:
    """Who becomes founder when the founder goes: the highest role, then the longest stay."""
    members = [p for p in state.people.values() if p.group_id == group_id and p.role != FOUNDER]
    return max(members, key=lambda p: (p.role, -p.stints[-1].joined_at.timestamp()), default=None)
