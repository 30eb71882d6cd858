"""A whole world from a seed. Everything but the clock's origin is the same for the same seed."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.world.model import (
    ADMIN,
    BEGINNER,
    FOUNDER,
    MEMBER,
    Clan,
    Person,
    State,
    Stint,
)
from bot.sandbox.world.names import HOSTILE
from bot.sandbox.world.people import Traits, make_person, pick_activity

_CLANS = (
    ("4107201", "Quiet Orbit", "QORB", "We hold the line, softly.", 92, "22150311"),
    ("4392768", "Lantern Hour", "LNTN", "Late shift at the last safe city.", 40, "22987604"),
)
_STRANGERS = 48
_GENERAL = "2810345"
"""A group that is no clan: people type its id by mistake."""


def generate(seed: int, now: datetime) -> State:
    """The world as it stands at `now`, with its past behind it."""
    origin = now.replace(microsecond=0)
    state = State(seed=seed, origin=origin, clans={}, people={})
    serial = 0
    for row in _CLANS:
        clan = _clan(row, origin)
        state.clans[clan.group_id] = clan
        for place in range(row[4]):
            serial += 1
            _settle(state, clan, place, _person(seed, serial, place, origin), Random(f"{seed}:stay:{serial}"))
    state.clans[_GENERAL] = _general_group(origin)
    for place in range(_STRANGERS):
        serial += 1
        _remember(state, _person(seed, serial, place + 1, origin), Random(f"{seed}:past:{serial}"))
    _wake(state)
    return state


def founding(seed: int, origin: datetime) -> list[list[Person]]:
    """Those who were there at the origin, as they were then: a list for each clan, with strangers that it knows."""
    people = list(generate(seed, origin).people.values())
    crews: list[list[Person]] = [[] for _ in _CLANS]
    names = [row[0] for row in _CLANS]
    for place, person in enumerate(people):
        crew = names.index(person.group_id) if person.group_id else place % len(crews)
        crews[crew].append(person)
    return crews


def _clan(row: tuple[str, str, str, str, int, str], origin: datetime) -> Clan:
    group_id, name, callsign, motto, strength, conversation = row
    about = f"{name} is a clan of people with jobs and bedtimes. Raids on Fridays, no shouting."
    created = origin - timedelta(days=2600 + int(group_id) % 200)
    return Clan(group_id, name, callsign, motto, about, created, conversation, strength)


def _general_group(origin: datetime) -> Clan:
    created = origin - timedelta(days=1500)
    return Clan(_GENERAL, "Tower Photographers", "", "", "Share your shots.", created, "11890443", 0, group_type=0)


def _person(seed: int, serial: int, place: int, origin: datetime) -> Person:
    """Oddities go by place, not by dice, so that every world has some of each."""
    hostile = HOSTILE[serial // 9 % len(HOSTILE)] if serial % 9 == 4 else None
    traits = Traits(
        active=place % 2 == 0 or place % 15 == 3,
        private=place % 24 == 11,
        nameless=place % 19 == 7,
        websiteless=place % 13 == 9,
        hostile_name=hostile,
    )
    return make_person(Random(f"{seed}:person:{serial}"), serial, origin, traits)


def _settle(state: State, clan: Clan, place: int, person: Person, rng: Random) -> None:
    """Into the clan: one founder, a few admins, a few beginners; some have been here before."""
    span = max((state.origin - clan.created_at).days - 30, 1)
    age = span if place == 0 else int(span * rng.random() ** 1.6)
    joined = state.origin - timedelta(days=age, seconds=rng.randint(3600, 86400))
    person.group_id, person.joined_at = clan.group_id, joined
    person.role = FOUNDER if place == 0 else ADMIN if place in (1, 2, 3, 5) else BEGINNER if age < 60 else MEMBER
    if place % 12 == 6:
        person.stints.append(_earlier(clan, joined, rng))
    person.stints.append(Stint(clan.group_id, joined))
    state.people[person.membership_id] = person


def _earlier(clan: Clan, before: datetime, rng: Random) -> Stint:
    left = before - timedelta(days=rng.randint(20, 300))
    return Stint(clan.group_id, left - timedelta(days=rng.randint(10, 400)), left)


def _remember(state: State, person: Person, rng: Random) -> None:
    """A stranger; every third was a member once."""
    if rng.random() < 0.35:
        clan = rng.choice([clan for clan in state.clans.values() if clan.group_type == 1])
        person.stints.append(_earlier(clan, state.origin, rng))
    state.people[person.membership_id] = person


def online_share(now: datetime) -> float:
    """The share of a clan that plays at this hour (UTC): 5 % at eight in the morning, 15 % at eight in the evening."""
    hour = now.hour + now.minute / 60
    return 0.10 + 0.05 * math.cos(2 * math.pi * (hour - 20) / 24)


def _wake(state: State) -> None:
    """Those who are playing as the world begins, in the middle of their sessions."""
    for clan in state.clans.values():
        members = [p for p in state.people.values() if p.group_id == clan.group_id]
        rng = Random(f"{state.seed}:wake:{clan.group_id}")
        players = sorted((p for p in members if p.habit), key=lambda p: -(rng.random() * p.habit))
        for person in players[: round(len(members) * online_share(state.origin))]:
            _start_midway(person, state.origin, rng)
        for person in members:
            if not person.online and rng.random() < 0.12:
                _stay_stuck(person, rng)


def _start_midway(person: Person, now: datetime, rng: Random) -> None:
    person.online = True
    person.status_changed = now - timedelta(minutes=rng.randint(20, 150))
    person.online_until = now + timedelta(minutes=rng.randint(10, 120))
    person.activity_until = now + timedelta(minutes=rng.randint(1, 20))
    character = person.current
    character.activity = pick_activity(rng)
    character.activity_started = now - timedelta(minutes=rng.randint(0, 18), seconds=rng.randint(0, 59))
    character.last_played = person.last_played = character.activity_started


def _stay_stuck(person: Person, rng: Random) -> None:
    """Offline, yet the last activity still stands in the profile, as Bungie.net's own data has it for hours."""
    character = person.current
    character.activity = pick_activity(rng)
    character.activity_started = character.last_played - timedelta(minutes=rng.randint(16, 50))
