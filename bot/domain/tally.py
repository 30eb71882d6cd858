"""Counts of events."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.event import EventKind


@dataclass(frozen=True, slots=True)
class EventTally:
    """How many events of a kind; `away`: switches that led out of the clans that were asked about."""

    kind: EventKind
    away: bool
    count: int
