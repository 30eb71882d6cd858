from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.domain.reading import Reading
from bot.ingest.roster.absorb import absorb, fail
from bot.ingest.roster.due import BASIC, RECORDS, components, is_due, plan_visits
from tests.unit.roster.make import NOON, answer, known, minutes, playing, records, subject

LONG_AGO = NOON - timedelta(days=30)
FULL = BASIC | {RECORDS}
IDLE = answer(date_last_played=LONG_AGO, records=records())
ACTIVE = answer(records=records())


def due_after(reading: Reading, waited: float, *, is_online: bool = False) -> bool:
    return is_due(subject(reading, is_online=is_online), NOON + minutes(waited))


def test_nobody_waits_for_first_sight() -> None:
    assert is_due(subject(), NOON)
    assert components(subject(), NOON) == FULL


def test_who_is_online_by_either_word_is_read_in_every_pass() -> None:
    assert due_after(known(IDLE), 3, is_online=True)
    assert due_after(known(playing(records=records())), 3)


def test_who_was_online_within_15_minutes_is_read_too() -> None:
    over = replace(known(IDLE), online_at=NOON)
    assert due_after(over, 14)
    assert not due_after(over, 15)


def test_who_played_in_the_last_7_days_is_read_every_30_minutes() -> None:
    assert not due_after(known(ACTIVE), 29)
    assert due_after(known(ACTIVE), 30)


def test_everyone_else_has_one_turn_in_every_6_hours_each_at_another_time() -> None:
    def turns(number: int) -> list[int]:
        found, reading = [], known(IDLE)
        for minute in range(3, 18 * 60, 3):
            if is_due(subject(reading, number=number), NOON + minutes(minute)):
                found.append(minute)
                reading = known(IDLE, at=NOON + minutes(minute))
        return found

    all_turns = [[0, *turns(number)] for number in range(100)]
    gaps = [later - sooner for found in all_turns for sooner, later in pairwise(found)]
    assert max(gaps) == 360
    assert min(gaps) >= 60
    lasts = [found[-1] // 60 for found in all_turns]
    assert max(lasts.count(hour) for hour in range(18)) <= 40


def test_whose_profile_moved_is_read_again_at_once() -> None:
    moved = known(IDLE, answer(date_last_played=LONG_AGO + timedelta(days=1)))
    assert due_after(moved, 3)
    assert not due_after(absorb(moved, answer(date_last_played=LONG_AGO + timedelta(days=1)), NOON, is_online=False), 3)


def test_who_may_be_private_is_read_again_at_once_and_then_is_or_is_not() -> None:
    hidden = answer(date_last_played=LONG_AGO, activities_read=False, components_missing=frozenset({204, 900}))
    assert due_after(known(IDLE, hidden), 3)
    assert components(subject(known(IDLE, hidden)), NOON) == FULL
    assert not due_after(known(IDLE, hidden, hidden), 0.1)
    assert components(subject(known(IDLE, hidden, hidden)), NOON) == FULL


def test_a_failed_read_is_tried_in_the_next_pass_and_later_less_often() -> None:
    once = fail(known(IDLE), "No.", NOON)
    assert due_after(once, 0.01)
    often = once
    waits = []
    for _ in range(6):
        often = fail(often, "No.", NOON)
        waits.append(next(m for m in range(100) if due_after(often, m)))
    assert waits == [0, 5, 10, 20, 30, 30]


def test_records_come_with_every_fifth_read_while_playing() -> None:
    reading, asked = known(playing(records=records())), []
    for number in range(1, 11):
        now = NOON + minutes(3 * number)
        wanted = components(subject(reading), now)
        asked.append(RECORDS in wanted)
        told = records() if RECORDS in wanted else None
        reading = absorb(reading, playing(minted_at=now, secondary_minted_at=now, records=told), now, is_online=True)
    assert asked == [False, False, False, False, True] * 2


def test_records_come_once_five_minutes_after_the_end() -> None:
    reading, asked = known(playing(records=records())), []
    for number in range(1, 6):
        now = NOON + minutes(3 * number)
        wanted = components(subject(reading), now)
        asked.append(RECORDS in wanted)
        told = records() if RECORDS in wanted else None
        reading = absorb(reading, answer(minted_at=now, secondary_minted_at=now, records=told), now, is_online=False)
    assert asked == [False, False, True, False, False]


def test_before_the_manifest_nobody_is_asked_for_records_and_after_it_everyone_once() -> None:
    visits = plan_visits([subject()], NOON, readable=False)
    assert [visit.components for visit in visits] == [BASIC]
    seen = known(answer(date_last_played=LONG_AGO))
    assert plan_visits([subject(seen)], NOON + minutes(3), readable=False) == []
    assert [v.components for v in plan_visits([subject(seen)], NOON + minutes(3))] == [FULL]


def test_the_online_come_first_then_the_unseen_then_the_most_overdue() -> None:
    everyone = [
        subject(known(ACTIVE, at=NOON - minutes(40)), number=1),
        subject(known(ACTIVE, at=NOON - minutes(90)), number=2),
        subject(number=3),
        subject(number=4, is_online=True),
        subject(known(ACTIVE, at=NOON - minutes(3)), number=5, is_online=True),
    ]
    first = everyone[0].membership_id - 1
    assert [v.subject.membership_id - first for v in plan_visits(everyone, NOON)] == [4, 5, 3, 2, 1]


def test_a_clan_whose_is_online_lies_is_read_in_turn() -> None:
    """A roster that calls all 100 online must not make 2,000 requests an hour: one in 25, and who truly plays."""
    quiet = [subject(known(ACTIVE, at=NOON - minutes(n)), number=n, is_online=True) for n in range(20, 119)]
    player = subject(known(playing(records=records()), at=NOON - minutes(1)), number=1)
    visits = plan_visits([*quiet, player], NOON, rotating=frozenset({1}))
    assert len(visits) == 5
    assert player in [visit.subject for visit in visits]
    assert [s for s in quiet[-4:] if s not in [visit.subject for visit in visits]] == []
    assert len(plan_visits([*quiet, player], NOON)) == 100


def test_a_member_of_a_trusted_clan_too_is_read_by_its_word() -> None:
    both = replace(subject(known(IDLE), is_online=True), group_ids=frozenset({1, 2}))
    assert len(plan_visits([both], NOON + minutes(3), rotating=frozenset({1}))) == 1
