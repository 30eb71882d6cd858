"""Clans whose polls are written down row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.event import EventKind
from bot.domain.membership import RosterEntry
from bot.domain.watch import Answer, Decision, Whereabouts
from tests.unit.membership.memory import Memory
from tests.unit.membership.truth import INTERVAL, OLD, START, A, entry, group_of, poll_of

GONE, HERE = Answer(Whereabouts.GONE), Answer(Whereabouts.HERE)


@dataclass
class Scene:
    """A memory, a clock, and what each member list shows: `rows` is changed by the test, `poll` lets it be seen."""

    memory: Memory = field(default_factory=Memory)
    now: datetime = START
    rows: dict[int, dict[int, RosterEntry]] = field(default_factory=dict)

    def clan(self, group_id: int, count: int) -> None:
        self.memory.track(group_id)
        first = group_id * 100
        self.rows[group_id] = {first + n: entry(first + n, OLD + timedelta(days=n)) for n in range(count)}
        self.poll(group_id)

    def poll(
        self, group_id: int = A, answers: Mapping[int, Answer | None] | None = None, after: timedelta = INTERVAL
    ) -> Decision:
        self.now += after
        rows = list(self.rows[group_id].values())
        poll, group = poll_of(group_id, rows, self.now), group_of(group_id, len(rows))
        decision = self.memory.decide(poll, group, answers or {}, self.now)
        self.memory.store(decision)
        return decision

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.memory.events()]


def members(scene: Scene, group_id: int = A) -> list[int]:
    """The ids that the member list shows now."""
    return sorted(scene.rows[group_id])


def scene_of(size: int) -> Scene:
    """One clan after its first poll."""
    made = Scene()
    made.clan(A, size)
    return made
