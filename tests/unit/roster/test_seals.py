from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.reading import Gilding, Reading, SealState, SealTerms
from bot.ingest.roster.seals import is_baseline, seal_changes, wanted_records
from tests.unit.roster.make import NOON, answer, known, records, state

SEAL, GILDING = 10, 11
TERM = SealTerms(SEAL, GILDING, (20, 21, 22))
UNHELD = SealState(SEAL, done=1, of=3)


def test_what_is_wanted_is_all_that_seals_are_told_by() -> None:
    assert wanted_records([TERM, SealTerms(30)]) == {10, 11, 20, 21, 22, 30}


def test_the_first_readable_answer_is_silent() -> None:
    changed, gildings = seal_changes([TERM], {10: state(1), 11: state(1, times=4)}, {}, NOON, baseline=True)
    assert changed == [SealState(SEAL, NOON, quiet=True, gilded_times=4, gilded_this_season=True)]
    assert gildings == [Gilding(SEAL, 4, NOON, quiet=True)]


def test_a_seal_earned_later_is_news() -> None:
    changed, _ = seal_changes([TERM], {10: state(1)}, {SEAL: UNHELD}, NOON, baseline=False)
    assert changed == [replace(UNHELD, held_since=NOON, quiet=False)]


def test_either_bit_holds_it_and_completion_alone_does_not() -> None:
    def held(value: int) -> bool:
        changed, _ = seal_changes([TERM], {10: state(value)}, {}, NOON, baseline=True)
        return changed[0].held_since is not None

    assert held(1)
    assert held(64)
    assert held(4 | 64)
    assert not held(0)
    assert not held(4)


def test_a_seal_that_the_manifest_has_just_introduced_is_silent() -> None:
    changed, _ = seal_changes([TERM], {10: state(1)}, {99: SealState(99)}, NOON, baseline=False)
    assert changed[0].quiet


def test_a_seal_once_held_stays_held_since_then() -> None:
    before = SealState(SEAL, NOON - timedelta(days=9), quiet=True, gilded_times=3, gilded_this_season=True)
    changed, gildings = seal_changes([TERM], {10: state(4)}, {SEAL: before}, NOON, baseline=False)
    assert changed == [replace(before, gilded_this_season=False)]
    assert gildings == []


def test_a_new_gilding_is_news_once() -> None:
    before = SealState(SEAL, NOON - timedelta(days=9), gilded_times=3)
    told = {10: state(1), 11: state(1, times=4)}
    changed, gildings = seal_changes([TERM], told, {SEAL: before}, NOON, baseline=False)
    assert gildings == [Gilding(SEAL, 4, NOON, quiet=False)]
    assert seal_changes([TERM], told, {SEAL: changed[0]}, NOON, baseline=False) == ([], [])


def test_gilded_this_season_is_that_the_record_is_present_and_complete() -> None:
    def gilded(gilding: int | None) -> bool:
        told = {10: state(1)} if gilding is None else {10: state(1), 11: state(gilding)}
        return seal_changes([TERM], told, {}, NOON, baseline=True)[0][0].gilded_this_season

    assert gilded(1)
    assert gilded(0)
    assert not gilded(4)
    assert not gilded(None)


def test_progress_is_the_completion_records_own_where_it_has_one() -> None:
    told = {10: state(4, done=7, of=9), 20: state(1)}
    assert seal_changes([TERM], told, {}, NOON, baseline=True)[0][0] == SealState(SEAL, done=7, of=9)


def test_progress_ends_at_its_goal() -> None:
    assert seal_changes([TERM], {10: state(67, done=102, of=1)}, {}, NOON, baseline=True)[0][0].done == 1


def test_progress_is_otherwise_the_triumphs_done() -> None:
    told = {10: state(4), 20: state(1), 21: state(4), 22: state(0)}
    assert seal_changes([TERM], told, {}, NOON, baseline=True)[0][0] == SealState(SEAL, done=2, of=3)


def test_what_the_answer_lacks_stays_as_it_was() -> None:
    before = SealState(SEAL, NOON, gilded_times=3, done=2, of=3)
    assert seal_changes([TERM], {20: state(1)}, {SEAL: before}, NOON, baseline=False) == ([], [])
    assert seal_changes([TERM], {10: state(4)}, {SEAL: UNHELD}, NOON, baseline=False) == ([], [])


def test_a_week_unread_makes_the_next_answer_silent_again() -> None:
    read = known(answer(records=records()))
    assert is_baseline(Reading(), NOON)
    assert not is_baseline(read, NOON + timedelta(days=7))
    assert is_baseline(read, NOON + timedelta(days=7, minutes=1))
