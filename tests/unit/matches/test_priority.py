"""The order in which reports and histories are fetched."""

from __future__ import annotations

from datetime import timedelta

from bot.ingest.matches.priority import ACCOUNT, history_priority, report_priority
from tests.unit.matches.make import NOW, details

DAY = timedelta(days=1)
CRUCIBLE, RAID, DUNGEON, PATROL = (5, 10), (7, 4), (7, 82), (7, 6)


def priority(modes: tuple[int, ...], age: timedelta, *, live: bool = False) -> int:
    return report_priority(details(period=NOW - age, modes=modes), NOW, live=live)


def test_the_order_of_the_queue() -> None:
    order = [
        priority(PATROL, DAY, live=True),
        ACCOUNT,
        history_priority(recent_done=False),
        priority(CRUCIBLE, 7 * DAY),
        priority(CRUCIBLE, 8 * DAY),
        priority(RAID, DAY),
        priority(PATROL, DAY),
        history_priority(recent_done=True),
        priority(CRUCIBLE, 31 * DAY),
        priority(DUNGEON, 3000 * DAY),
        priority(PATROL, 31 * DAY),
    ]
    assert order == sorted(set(order), reverse=True)
    assert priority(RAID, DAY) == priority(DUNGEON, 30 * DAY)


def test_what_a_live_walk_finds_of_long_ago_is_nothing_new() -> None:
    assert priority(CRUCIBLE, 31 * DAY, live=True) == priority(CRUCIBLE, 31 * DAY)
    assert priority(CRUCIBLE, 30 * DAY, live=True) == priority(PATROL, timedelta(0), live=True)
