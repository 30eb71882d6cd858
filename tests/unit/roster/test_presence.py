from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.reading import Reading
from bot.ingest.roster.presence import login_lag, plays_by_profile
from tests.unit.roster.make import NOON, answer, doing, known, minutes, playing, subject

BEFORE = known(answer())


def lag(before: Reading, started: datetime, since: datetime | None, now: datetime) -> timedelta | None:
    after = known(playing(activity=doing(started_at=started)), at=now)
    return login_lag(replace(subject(before, is_online=True), online_since=since), after, now)


def test_the_login_is_the_sooner_sign_after_the_last_read() -> None:
    now = NOON + minutes(6)
    assert lag(BEFORE, NOON + minutes(4), NOON + minutes(2), now) == minutes(4)
    assert lag(BEFORE, NOON + minutes(4), None, now) == minutes(2)
    assert lag(BEFORE, NOON + minutes(4), NOON - minutes(60), now) == minutes(2)


def test_nothing_tells_of_a_login_that_lies_before_what_is_known() -> None:
    now = NOON + minutes(6)
    assert lag(BEFORE, NOON - minutes(4), NOON - minutes(9), now) is None
    assert lag(Reading(), NOON + minutes(4), None, now) is None
    assert lag(known(playing()), NOON + minutes(4), None, now) is None


def test_the_profile_alone_is_believed_only_with_its_own_confirmation() -> None:
    assert plays_by_profile(known(playing()), NOON)
    assert not plays_by_profile(known(answer(activity=doing()), is_online=True), NOON)
    assert plays_by_profile(known(answer(activity=doing(started_at=NOON - minutes(14)))), NOON)
