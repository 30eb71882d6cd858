"""Matches of the present: one that is ordered, and those that come of people's own evenings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.sandbox import facts
from bot.sandbox.world.matches.book import Book
from bot.sandbox.world.matches.ids import ORDERED
from bot.sandbox.world.matches.kinds import Kind, kind_of_spot, kinds
from bot.sandbox.world.matches.model import Meeting, Seat, Use
from bot.sandbox.world.model import Person

Kills = Mapping[str, Mapping[int, tuple[int, int]]]
"""Ordered weapon kills: by membership id, by weapon hash, all kills and those by precision."""
SHORTEST = 5
"""Seconds; who leaves an activity sooner has not played it."""


def kind_for(mode: str | int) -> Kind:
    """A playlist by its key, by a mode type, or by the hash of an activity; ValueError where there is none."""
    if mode in kinds():
        return kinds()[str(mode)]
    number = int(mode) if str(mode).isdigit() else -1
    if number in kind_of_spot():
        return kind_of_spot()[number]
    found = [kind for kind in kinds().values() if number in kind.modes]
    if not found:
        raise ValueError(f"mode: one of {', '.join(kinds())}, a mode type, or the hash of an activity")
    return found[0]


def order(
    book: Book,
    mode: str | int,
    party: Sequence[Seat],
    start: datetime,
    seconds: int,
    kills: Kills | None = None,
    passers: int | None = None,
) -> Meeting:
    """One match exactly as ordered; what was not ordered is up to the dice."""
    kind, second = kind_for(mode), int(start.timestamp())
    told = {who: [Use(weapon, *pair) for weapon, pair in uses.items()] for who, uses in (kills or {}).items()}
    instance = book.next_id(second, ORDERED)
    spot = int(mode) if str(mode).isdigit() and int(mode) in kind.spots else kind.spots[instance % len(kind.spots)]
    meeting = Meeting(instance, second, seconds, kind.key, spot, tuple(party), told, passers)
    book.play(meeting)
    return meeting


def ended(book: Book, people: Sequence[Person], now: datetime) -> Meeting | None:
    """What these people of one fireteam were just doing becomes a match; orbit and a mere glance don't."""
    character = people[0].current
    activity, started = character.activity, character.activity_started
    if activity is None or started is None or activity.hash == facts.ORBIT:
        return None
    seconds = int((now - started).total_seconds())
    kind = kind_of_spot().get(activity.hash)
    if kind is None or seconds < SHORTEST:
        return None
    start = int(started.timestamp())
    party = tuple(Seat(person.membership_id, person.current.character_id) for person in people)
    meeting = Meeting(book.next_id(start, ORDERED), start, seconds, kind.key, activity.hash, party)
    book.play(meeting)
    return meeting
