"""Who is walked now, and how far back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.history import WalkSubject
from bot.ingest.matches.due import OVERLAP, WEEKLY_BACK, plan_walks, private_since, walk_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def subject(**changes: Any) -> WalkSubject:
    """Walked an hour ago, weekly yesterday, last played three hours ago: not due."""
    usual: dict[str, Any] = {
        "membership_id": 1,
        "membership_type": 3,
        "character_id": 7,
        "joined_at": NOW - 400 * DAY,
        "last_played_at": NOW - 3 * HOUR,
        "moved_at": NOW - 3 * HOUR,
        "walked_at": NOW - HOUR,
        "weekly_at": NOW - DAY,
        "tried_at": NOW - HOUR,
    }
    return WalkSubject(**(usual | changes))


def test_who_has_not_played_since_is_left_alone() -> None:
    assert walk_of(subject(), NOW) is None


def test_the_first_walk_reads_the_overlap_and_counts_as_the_weekly_one() -> None:
    walk = walk_of(subject(walked_at=None, weekly_at=None), NOW)
    assert walk is not None
    assert (walk.floor, walk.weekly) == (NOW - OVERLAP, True)


def test_who_played_since_the_start_of_the_last_done_walk_is_due_from_the_overlap_on() -> None:
    walk = walk_of(subject(last_played_at=NOW - HOUR + timedelta(seconds=1)), NOW)
    assert walk is not None
    assert (walk.floor, walk.weekly) == (NOW - HOUR - timedelta(hours=72), False)


@pytest.mark.parametrize(("minutes", "due"), [(59, True), (60, True), (61, False)])
def test_who_moved_within_the_hour_is_walked_again(minutes: int, due: bool) -> None:
    assert (walk_of(subject(moved_at=NOW - timedelta(minutes=minutes)), NOW) is not None) is due


def test_ten_days_without_a_process_are_read_whole() -> None:
    walk = walk_of(subject(walked_at=NOW - 10 * DAY, last_played_at=NOW - DAY), NOW)
    assert walk is not None
    assert walk.floor == NOW - 13 * DAY


@pytest.mark.parametrize(
    ("played", "weekly_at", "due"),
    [
        (NOW - 3 * HOUR, NOW - 7 * DAY, True),
        (NOW - 3 * HOUR, NOW - 7 * DAY + HOUR, False),
        (NOW - 3 * HOUR, None, True),
        (NOW - 30 * DAY, NOW - 7 * DAY, True),
        (NOW - 31 * DAY, NOW - 7 * DAY, False),
        (None, NOW - 7 * DAY, True),
    ],
)
def test_once_a_week_thirty_days_are_read_again(played: datetime | None, weekly_at: datetime | None, due: bool) -> None:
    walk = walk_of(subject(last_played_at=played, moved_at=None, weekly_at=weekly_at), NOW)
    assert (walk is not None) is due
    if walk is not None:
        assert (walk.floor, walk.weekly) == (NOW - WEEKLY_BACK, True)


def test_the_weekly_walk_goes_further_where_the_last_one_is_older() -> None:
    walk = walk_of(subject(walked_at=NOW - 40 * DAY, weekly_at=NOW - 40 * DAY), NOW)
    assert walk is not None
    assert walk.floor == NOW - 43 * DAY


@pytest.mark.parametrize("changes", [{"joined_at": None}, {"deleted": True}])
def test_who_has_left_and_what_is_deleted_is_not_walked(changes: dict[str, Any]) -> None:
    assert walk_of(subject(walked_at=None, **changes), NOW) is None


@pytest.mark.parametrize(("hours", "due"), [(23, False), (24, True)])
def test_a_private_history_is_asked_for_daily(hours: int, due: bool) -> None:
    asked = subject(private_since=NOW - 9 * DAY, walked_at=NOW - 10 * DAY, tried_at=NOW - hours * HOUR)
    assert (walk_of(asked, NOW) is not None) is due


def test_private_is_said_after_two_walks_in_a_row_and_since_the_first_time() -> None:
    assert private_since(0, NOW - DAY, NOW) is None
    assert private_since(1, None, NOW) is None
    assert private_since(2, None, NOW) == NOW
    assert private_since(3, NOW - DAY, NOW) == NOW - DAY


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 10), (5, 20), (6, 30), (50, 30), (10_000, 30)]
)
def test_failed_walks_are_tried_again_ever_later(failures: int, minutes: int) -> None:
    def due(after: timedelta) -> bool:
        tried = NOW - after
        return walk_of(subject(walked_at=NOW - DAY, tried_at=tried, failures=failures), NOW) is not None

    assert due(timedelta(minutes=minutes))
    assert not minutes or not due(timedelta(minutes=minutes) - timedelta(seconds=1))


def test_a_clock_that_was_set_back_stops_nobody() -> None:
    ahead = subject(walked_at=NOW + 2 * DAY, tried_at=NOW + 2 * DAY, failures=9, moved_at=NOW)
    walk = walk_of(ahead, NOW)
    assert walk is not None
    assert walk.floor == NOW - OVERLAP


def test_who_played_last_comes_first_and_weekly_walks_after_all_others() -> None:
    weekly = subject(character_id=1, last_played_at=NOW - HOUR / 2, weekly_at=NOW - 8 * DAY)
    older = subject(character_id=2, last_played_at=NOW - HOUR / 2 - HOUR / 4)
    newer = subject(character_id=3, last_played_at=NOW - HOUR / 4)
    new = subject(character_id=4, walked_at=None, last_played_at=None)
    order = [walk.subject.character_id for walk in plan_walks([weekly, older, subject(), new, newer], NOW)]
    assert order == [3, 2, 4, 1]
