"""Coming online, going from activity to activity, logging out: what a profile shows while someone plays."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from bot.sandbox import facts
from bot.sandbox.world.model import Activity, Person
from bot.sandbox.world.people import pick_activity

STICKS_AFTER = timedelta(minutes=16)
"""An activity younger than this is cleared at logout, so that a stuck one never looks like play."""


def log_in(person: Person, now: datetime, activity: Activity) -> None:
    """A session begins, on the character last played; a new activity starts the clock of an old session too."""
    if not person.online:
        person.online, person.status_changed = True, now
    start_activity(person, now, activity)


def start_activity(person: Person, now: datetime, activity: Activity) -> None:
    now = now.replace(microsecond=0)
    character = person.current
    minutes = max(int((now - character.last_played).total_seconds() // 60), 0) if person.online else 0
    character.minutes_total += min(minutes, 90)
    character.activity, character.activity_started = activity, now
    character.last_played = person.last_played = now


def log_out(person: Person, now: datetime, rng: Random) -> None:
    """The session ends; in every third profile the last activity stays behind, if it is old enough."""
    now = now.replace(microsecond=0)
    person.online, person.status_changed = False, now
    person.online_until = person.activity_until = None
    character = person.current
    character.last_played = person.last_played = now
    started = character.activity_started
    if started is None or now - started < STICKS_AFTER or rng.random() > 0.33:
        character.activity = None


def plan_session(person: Person, now: datetime, rng: Random, pace: float) -> None:
    person.online_until = now + timedelta(minutes=rng.uniform(25, 180)) / pace
    plan_activity(person, now, rng, pace)


def plan_activity(person: Person, now: datetime, rng: Random, pace: float) -> None:
    """Orbit lasts a few minutes, anything else ten to forty."""
    activity = person.current.activity
    orbit = activity is None or activity.hash == facts.ORBIT
    minutes = rng.uniform(1, 4) if orbit else rng.uniform(8, 40)
    person.activity_until = now + timedelta(minutes=minutes) / pace


def go_on(person: Person, now: datetime, rng: Random, pace: float) -> None:
    """On to the next activity, with luck on a better guardian."""
    start_activity(person, now, pick_activity(rng))
    plan_activity(person, now, rng, pace)
    if rng.random() < 0.05:
        person.current.light += 1
    if rng.random() < 0.3:
        person.active_score += rng.choice((0, 5, 10, 15))
