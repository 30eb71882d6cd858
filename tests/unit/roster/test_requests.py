"""How many requests a clan costs: a day of 100 members, six of them online at any time, half active this week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from bot.domain.profile import Profile
from bot.domain.reading import Reading, Subject
from bot.ingest.roster.absorb import absorb
from bot.ingest.roster.due import RECORDS, plan_visits
from tests.unit.roster.make import NOON, answer, character, doing, records, subject

PASS = timedelta(seconds=180)
POLLS = 20 * 2 + 1
"""An hour of membership: two pages of 50 rows in each of 20 polls, and GetGroup."""
ROOM = 20
"""To spare: a third page in each poll."""


@dataclass
class Life:
    """One member: when they played last, until when they play, and what is known of them."""

    number: int
    played: datetime
    until: datetime | None = None
    listed: bool = False
    reading: Reading = field(default_factory=Reading)

    def subject(self) -> Subject:
        return subject(self.reading, is_online=self.listed, number=self.number)

    def profile(self, now: datetime, wanted: frozenset[int]) -> Profile:
        return answer(
            minted_at=now,
            secondary_minted_at=now,
            date_last_played=self.played,
            characters=(character(self.number, played=self.played),),
            activity=doing(started_at=self.played) if self.until else doing(0, self.played),
            transitory=self.until is not None,
            records=records() if RECORDS in wanted else None,
        )


class Clan:
    """Fifty members take turns in being the six who play, about 75 minutes each; isOnline lags by up to two passes."""

    def __init__(self) -> None:
        self.dice = Random(7)
        ages = [timedelta(days=self.dice.uniform(0.2, 6) if n < 50 else self.dice.uniform(30, 900)) for n in range(100)]
        self.lives = [Life(n, NOON - age) for n, age in enumerate(ages)]
        self.requests: list[tuple[datetime, frozenset[int]]] = []

    def live(self, now: datetime) -> None:
        for life in self.lives:
            if life.until and life.until <= now:
                life.played, life.until = now, None
            elif life.until and self.dice.random() < 0.15:
                life.played = now
            if self.dice.random() < 0.6:
                life.listed = life.until is not None
        idle = [life for life in self.lives[:50] if not life.until]
        for life in self.dice.sample(idle, 6 - (50 - len(idle))):
            life.played, life.until = now, now + timedelta(minutes=self.dice.uniform(30, 120))

    def read(self, now: datetime) -> None:
        for visit in plan_visits([life.subject() for life in self.lives], now):
            self.requests.append((now, visit.components))
            life = self.lives[visit.subject.membership_id - subject().membership_id]
            told = life.profile(now, visit.components)
            life.reading = absorb(life.reading, told, now, is_online=life.listed)


def hour_of_first_sight() -> Clan:
    """The hour before noon, in which everyone is read for the first time."""
    clan = Clan()
    for number in range(-20, 0):
        clan.live(NOON + number * PASS)
        clan.read(NOON + number * PASS)
    return clan


def a_day() -> Clan:
    """The requests for profiles of a day from noon on, of a clan that is known."""
    clan = hour_of_first_sight()
    clan.requests.clear()
    for number in range(24 * 20):
        clan.live(NOON + number * PASS)
        clan.read(NOON + number * PASS)
    return clan


def test_at_most_300_requests_an_hour() -> None:
    clan = a_day()
    starts = [NOON + timedelta(hours=hour) for hour in range(25)]
    hours = [sum(a <= at < b for at, _ in clan.requests) for a, b in pairwise(starts)]
    assert max(hours) + POLLS + ROOM <= 300, hours
    assert min(hours) > 120, "six who play are read in each of 20 passes"
    with_records = sum(RECORDS in components for _, components in clan.requests)
    assert 100 < with_records < len(clan.requests) / 6


def test_even_the_hour_of_first_sight_costs_hardly_more() -> None:
    assert len(hour_of_first_sight().requests) + POLLS <= 310


def test_nobody_who_plays_is_ever_out_of_date_for_long() -> None:
    clan = Clan()
    for number in range(12 * 20):
        now = NOON + number * PASS
        clan.live(now)
        clan.read(now)
        for life in clan.lives:
            if life.until:
                assert life.reading.read_at is not None
                assert now - life.reading.read_at <= timedelta(minutes=30)
