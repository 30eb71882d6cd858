"""The present: ticks on which people log in and out and play, and news every few minutes.

Each step has dice of its own, made from the seed and the step's number, so that a restart goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from bot.sandbox import facts
from bot.sandbox.world import collection, play
from bot.sandbox.world.generate import online_share
from bot.sandbox.world.model import ADMIN, BEGINNER, FOUNDER, MEMBER, Clan, Person
from bot.sandbox.world.names import make_name
from bot.sandbox.world.people import pick_activity

if TYPE_CHECKING:
    from bot.sandbox.world.world import World

_TICK = timedelta(seconds=20)
_FAST_TICK = timedelta(seconds=2)
_LONGEST_GAP = timedelta(minutes=30)
_COMPANY = 0.5
"""How often someone who begins an activity takes others along, if any are free."""
_SOON = timedelta(minutes=4)
_FULL = 98
_EMPTY = 5
"""In a clan with fewer members than this nothing but joining happens by itself."""
_THIN = 0.92
"""The dice let nobody go from a clan that has fallen to this share of its strength."""


def advance(world: World, now: datetime) -> None:
    state = world.state
    if state.next_tick is None or now - state.next_tick > _LONGEST_GAP:
        state.next_tick = now
    if state.next_news is None or now - state.next_news > _LONGEST_GAP:
        state.next_news = now + _pause(world)
    tick = _FAST_TICK if world.fast else _TICK
    while state.next_tick <= now:
        _tick(world, state.next_tick)
        state.next_tick += tick
    while state.next_news <= now:
        _news(world)
        state.next_news += _pause(world)


def _dice(world: World, what: str) -> Random:
    world.state.steps += 1
    return Random(f"{world.state.seed}:{what}:{world.state.steps}")


def _pause(world: World) -> timedelta:
    """Until the next piece of news: two to six minutes, or four to ten seconds in a fast world."""
    rng = _dice(world, "pause")
    return timedelta(seconds=rng.uniform(4, 10) if world.fast else rng.uniform(120, 360))


def _tick(world: World, now: datetime) -> None:
    rng = _dice(world, "tick")
    pace = 12.0 if world.fast else 1.0
    for clan in world.clans.values():
        members = world.members(clan.group_id)
        for person in members:
            if person.online and _carry_on(world, person, now, rng, pace):
                _gather(world, members, person, now, rng)
        _welcome(members, now, rng, pace)


def _carry_on(world: World, person: Person, now: datetime, rng: Random, pace: float) -> bool:
    """Whether a new activity was begun. A session without a plan was begun by hand and is ended by hand."""
    if person.online_until is None or person.activity_until is None:
        return False
    if person.online_until <= now:
        world.end_activity(person, now)
        play.log_out(person, now, rng)
        return False
    if person.activity_until > now:
        return False
    world.end_activity(person, now)
    play.go_on(person, now, rng, pace)
    return True


def _gather(world: World, members: list[Person], leader: Person, now: datetime, rng: Random) -> None:
    """Now and then clan-mates who are about to finish, or in orbit, come along: a fireteam."""
    activity = leader.current.activity
    if activity is None or activity.hash == facts.ORBIT or rng.random() > _COMPANY:
        return
    free = [p for p in members if p is not leader and p.online and _about_done(p, now)]
    for mate in free[:2]:
        world.end_activity(mate, now)
        play.start_activity(mate, now, activity)
        mate.activity_until = leader.activity_until


def _about_done(person: Person, now: datetime) -> bool:
    if person.activity_until is None or person.current.activity is None:
        return False
    return person.current.activity.hash == facts.ORBIT or person.activity_until - now < _SOON


def _welcome(members: list[Person], now: datetime, rng: Random, pace: float) -> None:
    """At most two log in on a tick, while fewer play than this hour usually sees."""
    missing = round(len(members) * online_share(now)) - sum(p.online for p in members)
    sleepers = [p for p in members if not p.online and p.habit]
    for _ in range(min(missing, 2, len(sleepers))):
        person = rng.choices(sleepers, weights=[p.habit for p in sleepers])[0]
        sleepers.remove(person)
        play.log_in(person, now, pick_activity(rng))
        play.plan_session(person, now, rng, pace)


def _news(world: World) -> None:
    """One thing that a clan's channel would hear of; what the dice choose may turn out impossible, then nothing is."""
    rng = _dice(world, "news")
    clans = [clan for clan in world.clans.values() if not clan.disbanded]
    if not clans:
        return
    clan = rng.choices(clans, weights=[len(world.members(c.group_id)) + 1 for c in clans])[0]
    deed = rng.choices(list(_DEEDS), weights=list(_DEEDS.values()))[0]
    if len(world.members(clan.group_id)) < _EMPTY:
        deed = _someone_joins
    deed(world, clan, rng)


def _someone_joins(world: World, clan: Clan, rng: Random) -> None:
    """Every third is a stranger with a past; the clan never outgrows the hundred that Bungie.net allows."""
    if len(world.members(clan.group_id)) >= min(_FULL, clan.strength * 1.08):
        return
    strangers = world.strangers()
    known = rng.choice(strangers).membership_id if strangers and rng.random() < 0.6 else None
    world.join(clan.group_id, known)


def _someone_leaves(world: World, clan: Clan, rng: Random) -> None:
    movable = _movable(world, clan)
    if movable:
        world.leave(rng.choice(movable).membership_id)


def _movable(world: World, clan: Clan) -> list[Person]:
    """Those who may go, admins and founder excepted; nobody from a clan that has lost enough."""
    members = world.members(clan.group_id)
    return [p for p in members if p.role <= MEMBER] if len(members) > _THIN * clan.strength else []


def _someone_is_renamed(world: World, clan: Clan, rng: Random) -> None:
    person = rng.choice(world.members(clan.group_id))
    world.rename(person.membership_id, make_name(rng), rng.randint(1, 9999))


def _someone_rises(world: World, clan: Clan, rng: Random) -> None:
    """Beginners become members; now and then a member becomes an admin or an admin a member."""
    members = [p for p in world.members(clan.group_id) if p.role != FOUNDER]
    beginners = [p for p in members if p.role == BEGINNER]
    person = rng.choice(beginners or members)
    role = MEMBER if person.role in (BEGINNER, ADMIN) else ADMIN
    world.promote(person.membership_id, role)


def _someone_switches(world: World, clan: Clan, rng: Random) -> None:
    others = [c for c in world.clans.values() if c is not clan and not c.disbanded]
    movable = _movable(world, clan)
    if others and movable and len(world.members(others[0].group_id)) < others[0].strength * 1.08:
        world.switch(rng.choice(movable).membership_id, others[0].group_id)


def _someone_earns_a_seal(world: World, clan: Clan, rng: Random) -> None:
    """Titles are earned, and those that can be are gilded again."""
    person = _someone_about(world, clan, rng)
    seals = [row["completion"] for row in world.catalogue.all_seals() if not row["legacy"]]
    open_seals = [c for c in seals if not person.seals[c].held]
    gildable = [c for c in seals if person.seals[c].held and world.catalogue.gilding_of(c)]
    if gildable and rng.random() < 0.4:
        world.gild_seal(person.membership_id, rng.choice(gildable))
    elif open_seals:
        world.earn_seal(person.membership_id, rng.choice(open_seals))


def _someone_finds_an_exotic(world: World, clan: Clan, rng: Random) -> None:
    person = _someone_about(world, clan, rng)
    if lacking := collection.findable(person, world.catalogue):
        world.find_exotic(person.membership_id, rng.choice(lacking))


def _someone_gets_further(world: World, clan: Clan, rng: Random) -> None:
    """A triumph or two towards a seal, or a catalyst finished: seen in profiles, told to nobody."""
    person = _someone_about(world, clan, rng)
    if catalysts := collection.open_catalysts(person):
        world.finish_catalyst(person.membership_id, rng.choice(catalysts))
    triumphs = collection.open_triumphs(person, world.catalogue)
    for triumph in rng.sample(triumphs, min(2, len(triumphs))):
        world.do_triumph(person.membership_id, triumph)


def _someone_about(world: World, clan: Clan, rng: Random) -> Person:
    """Whoever plays, else anyone active."""
    members = [p for p in world.members(clan.group_id) if p.habit]
    return rng.choice([p for p in members if p.online] or members or world.members(clan.group_id))


_DEEDS: dict[Callable[[World, Clan, Random], None], int] = {
    _someone_joins: 28,
    _someone_leaves: 24,
    _someone_is_renamed: 14,
    _someone_rises: 10,
    _someone_switches: 6,
    _someone_earns_a_seal: 18,
    _someone_finds_an_exotic: 24,
    _someone_gets_further: 16,
}
