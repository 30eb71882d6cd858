"""Matches and pages for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.match import HistoryPage, HistoryRow, MatchDetails

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def details(instance_id: int = 1, period: datetime = NOW, **changes: Any) -> MatchDetails:
    usual: dict[str, Any] = {
        "mode": 10,
        "modes": (5, 10),
        "activity_hash": None,
        "reference_hash": None,
        "is_private": False,
        "membership_type": 3,
    }
    return MatchDetails(instance_id, period, **(usual | changes))


def row(instance_id: int, period: datetime = NOW) -> HistoryRow:
    return HistoryRow(details(instance_id, period), 600, 1, 1, 1, None, None, completed=True, seconds=600)


def page(*rows: HistoryRow, unreadable: int = 0) -> HistoryPage:
    return HistoryPage(rows, unreadable)
