"""Pages of a history: where a walk ends, what it finds, and that nothing is ever missed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import BackfillStep, WalkSubject
from bot.domain.match import HistoryRow, MatchState
from bot.domain.mode import Mode
from bot.ingest.matches.due import OVERLAP, walk_of
from bot.ingest.matches.walk import backfill_floor, backfill_step, ends_at, step, wanted_state
from tests.unit.matches.make import NOW, details, page, row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLOOR = NOW - 3 * DAY


def test_a_walk_goes_on_until_an_entry_before_the_floor_ends_its_page() -> None:
    going = step(page(row(2), row(1, FLOOR)), FLOOR)
    assert not going.ended
    assert [found.details.instance_id for found in going.rows] == [2, 1]
    assert step(page(row(2), row(1, FLOOR - HOUR)), FLOOR).ended


def test_one_old_entry_at_another_place_does_not_end_it() -> None:
    assert not step(page(row(3, FLOOR - DAY), row(2), row(1)), FLOOR).ended


def test_an_empty_page_ends_every_walk() -> None:
    assert step(page(), FLOOR) == step(page(), NOW - 4000 * DAY)
    assert step(page(), FLOOR).ended
    assert backfill_step(page(), None) is BackfillStep.COMPLETE


def test_a_page_that_can_not_be_read_is_not_an_empty_one() -> None:
    assert not step(page(unreadable=50), FLOOR).ended
    assert backfill_step(page(unreadable=250), None) is BackfillStep.GO_ON


def test_entries_that_come_again_are_found_once() -> None:
    rows = (row(4), row(3), row(4))
    assert [found.details.instance_id for found in step(page(*rows), FLOOR, seen={3}).rows] == [4]


def test_a_backfill_pauses_at_its_floor_and_is_complete_only_by_an_empty_page() -> None:
    old = page(row(2, FLOOR), row(1, FLOOR - HOUR))
    assert backfill_step(old, FLOOR) is BackfillStep.PAUSED
    assert backfill_step(old, None) is BackfillStep.GO_ON
    assert backfill_step(page(row(2, FLOOR)), FLOOR) is BackfillStep.GO_ON


def test_everyones_last_thirty_days_come_before_anyones_past() -> None:
    joined = NOW - 400 * DAY
    assert backfill_floor(joined, NOW, recent_done=False) == NOW - 30 * DAY
    assert backfill_floor(joined, NOW, recent_done=True) is None


def test_who_joined_this_week_gets_thirty_days_until_the_week_is_over() -> None:
    assert backfill_floor(NOW - 7 * DAY + HOUR, NOW, recent_done=True) == NOW - 30 * DAY
    assert backfill_floor(NOW - 7 * DAY, NOW, recent_done=True) is None


@pytest.mark.parametrize(
    ("mode", "modes", "words", "state"),
    [
        (10, (5, 10), {Mode.ALL}, MatchState.WAITING),
        (0, (), {Mode.ALL}, MatchState.WAITING),
        (40, (), {Mode.ALL}, MatchState.SKIPPED),
        (0, (7, 40), {Mode.ALL}, MatchState.SKIPPED),
        (4, (7, 4), {Mode.CRUCIBLE}, MatchState.SKIPPED),
        (4, (7, 4), {Mode.CRUCIBLE, Mode.RAID}, MatchState.WAITING),
        (4, (7,), {Mode.RAID}, MatchState.SKIPPED),  # by the list of modes, never by mode alone
    ],
)
def test_which_reports_are_wanted(mode: int, modes: tuple[int, ...], words: set[Mode], state: MatchState) -> None:
    assert wanted_state(details(mode=mode, modes=modes), words) is state


@pytest.mark.parametrize(("seconds", "length"), [(600, timedelta(seconds=600)), (-5, timedelta(0)), (10**9, 31 * DAY)])
def test_a_match_ends_after_its_duration(seconds: int, length: timedelta) -> None:
    assert ends_at(NOW, seconds) == NOW + length


ROWS = 3  # of a page: the fewer, the less is found by chance beyond the floor
minutes = st.integers(0, 20 * 24 * 60)
matches = st.lists(st.tuples(minutes, st.integers(0, 72 * 60 - 1)), max_size=120)  # start, and how late it is listed


@given(matches, st.lists(st.tuples(minutes, st.booleans()), max_size=8))
def test_what_is_listed_within_the_overlap_is_found_whatever_fails(
    played: list[tuple[int, int]], passes: list[tuple[int, bool]]
) -> None:
    """Walks at any times, of which some fail, against a history that lists each match up to 72 hours late."""
    start = NOW - 30 * DAY
    listed = [(row(n + 1, start + timedelta(minutes=at)), at + late) for n, (at, late) in enumerate(played)]
    first, last = 0, 60 * 24 * 60
    found: set[int] = set()
    walked_at = None
    for moment, fails in [(first, False), *sorted(passes), (last, False)]:
        now = start + timedelta(minutes=moment)
        subject = WalkSubject(1, 3, 7, joined_at=start, walked_at=walked_at, moved_at=now)
        walk = walk_of(subject, now)
        assert walk is not None
        visible = [entry for entry, shown in listed if shown <= moment]
        seen = _walked(
            sorted(visible, key=lambda r: r.details.period, reverse=True), walk.floor, pages=1 if fails else 99
        )
        found |= seen
        walked_at = walked_at if fails else now
    assert found == {entry.details.instance_id for entry, _ in listed if entry.details.period >= start - OVERLAP}


def _walked(history: list[HistoryRow], floor: datetime, pages: int) -> set[int]:
    """A walk of at most that many pages; while it goes on, a match ends and pushes everything one place further."""
    seen: set[int] = set()
    for number in range(pages):
        history = [row(10_000 + number, NOW), *history]
        taken = step(page(*history[number * ROWS : (number + 1) * ROWS]), floor, seen)
        seen |= {found.details.instance_id for found in taken.rows}
        if taken.ended:
            break
    return {found for found in seen if found < 10_000}
