from __future__ import annotations

from bot.domain.stamp import Stamp
from bot.ingest.roster.stamps import judge
from tests.unit.roster.make import NOON, minutes


def test_a_newer_answer_is_believed_and_its_stamp_kept() -> None:
    assert judge(Stamp(NOON), NOON + minutes(1), NOON + minutes(1)) == (True, Stamp(NOON + minutes(1)))


def test_the_same_answer_again_is_believed() -> None:
    assert judge(Stamp(NOON), NOON, NOON + minutes(1)) == (True, Stamp(NOON))


def test_an_older_answer_is_dropped_and_remembered_as_such() -> None:
    now = NOON + minutes(3)
    assert judge(Stamp(NOON), NOON - minutes(1), now) == (False, Stamp(NOON, older_since=now))


def test_older_answers_are_accepted_after_half_an_hour_of_them() -> None:
    waiting = Stamp(NOON, older_since=NOON)
    old = NOON - minutes(1)
    assert judge(waiting, old, NOON + minutes(29)) == (False, waiting)
    assert judge(waiting, old, NOON + minutes(30)) == (True, Stamp(old))


def test_a_newer_answer_in_between_starts_the_wait_anew() -> None:
    believed, stamp = judge(Stamp(NOON, older_since=NOON), NOON + minutes(1), NOON + minutes(20))
    assert (believed, stamp) == (True, Stamp(NOON + minutes(1)))


def test_a_stamp_far_ahead_is_not_kept_but_its_answer_counts() -> None:
    assert judge(Stamp(NOON), NOON + minutes(6), NOON) == (True, Stamp(NOON))
    assert judge(Stamp(), NOON + minutes(6), NOON) == (True, Stamp())
    assert judge(Stamp(NOON), NOON + minutes(5), NOON) == (True, Stamp(NOON + minutes(5)))


def test_an_answer_without_a_stamp_counts_and_leaves_the_stored_one() -> None:
    assert judge(Stamp(NOON), None, NOON) == (True, Stamp(NOON))
