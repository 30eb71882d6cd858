"""Profiles and readings in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.profile import Character, CurrentActivity, Profile, Records, RecordState
from bot.domain.reading import Reading, Subject
from bot.ingest.roster.absorb import absorb

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ALL = frozenset({100, 200, 204, 1000, 900})
MEMBER = 4611686018400000001


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def doing(activity_hash: int = 604276217, started_at: datetime | None = None) -> CurrentActivity:
    return CurrentActivity(activity_hash, 3199098480, 10, (10, 5), None, started_at or NOON - minutes(20))


def character(number: int = 1, light: int = 540, played: datetime | None = NOON, title: int | None = None) -> Character:
    return Character(2305843009260000000 + number, 1, light, played, title)


def records(lifetime: int | None = 9000, active: int | None = 5000) -> Records:
    return Records(score=active, active_score=active, legacy_score=None, lifetime_score=lifetime, seals={})


def state(value: int, times: int | None = None, done: int | None = None, of: int | None = None) -> RecordState:
    return RecordState(value, times, done, of)


def answer(**parts: Any) -> Profile:
    """A whole answer of someone offline; name the parts that differ."""
    facts: dict[str, Any] = {
        "minted_at": NOON,
        "secondary_minted_at": NOON,
        "date_last_played": NOON - timedelta(days=1),
        "characters": (character(),),
        "activity": doing(0),
        "activities_read": True,
        "transitory": False,
    }
    return Profile(MEMBER, 3, **(facts | parts))


def playing(**parts: Any) -> Profile:
    return answer(**({"activity": doing(), "transitory": True} | parts))


def known(*answers: Profile, at: datetime = NOON, is_online: bool = False) -> Reading:
    """The reading after those answers, a minute apart, the last at `at`."""
    reading = Reading()
    for number, profile in enumerate(answers, start=1):
        reading = absorb(reading, profile, at - minutes(len(answers) - number), is_online=is_online)
    return reading


def subject(reading: Reading | None = None, *, is_online: bool = False, number: int = 0, group: int = 1) -> Subject:
    return Subject(MEMBER + number, 3, frozenset({group}), is_online, reading or Reading())
