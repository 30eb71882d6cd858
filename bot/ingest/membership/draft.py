"""The working copy of a Watch while one poll is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.event import NewEvent
from bot.domain.watch import (
    Absence,
    Answer,
    BatchEnd,
    Decision,
    Elsewhere,
    Ended,
    Fact,
    Former,
    Notice,
    Question,
    Rows,
    Rules,
    Sighting,
    Stay,
    Told,
    Watch,
)
from bot.ingest.membership import events

SWITCH_PATIENCE = timedelta(minutes=15)


@dataclass(slots=True)
class Draft:
    """What is being decided. Steps change it in place; `finish` turns it into a Decision."""

    watch: Watch
    now: datetime
    rules: Rules
    rows: Rows = field(default_factory=dict)
    answers: Mapping[int, Answer | None] = field(default_factory=dict)
    facts: dict[str, Fact] = field(init=False)
    members: dict[int, Stay] = field(init=False)
    absences: dict[int, Absence] = field(init=False)
    sightings: dict[tuple[int, str], Sighting] = field(init=False)
    arrivals: dict[int, datetime] = field(init=False)
    held_since: datetime | None = field(init=False)
    digest_of: str | None = field(init=False)
    digest_until: datetime | None = field(init=False)
    questions: list[Question] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    reopened: list[Former] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    batch_ends: list[tuple[datetime, BatchEnd]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = dict(self.watch.facts)
        self.members = dict(self.watch.members)
        self.absences = dict(self.watch.absences)
        self.sightings = dict(self.watch.sightings)
        self.arrivals = dict(self.watch.arrivals)
        self.held_since = self.watch.held_since
        self.digest_of, self.digest_until = self.watch.digest_of, self.watch.digest_until

    @property
    def group_id(self) -> int:
        return self.watch.group_id

    def tell(self, event: NewEvent, digest_of: str | None = None) -> None:
        """Say something; what a gap's first polls show waits for the gap's one digest."""
        if digest_of is None and self.digest_of is not None:
            self.told.append(Told(event, self.digest_of, self.digest_until))
        else:
            self.told.append(Told(event, digest_of))

    def sight(self, membership_id: int, name: str, value: str) -> Sighting | None:
        """Note a value; the earlier sighting when this one confirms it, which ends the doubt."""
        key = (membership_id, name)
        held = self.sightings.get(key)
        if held is None or held.value != value:
            self.sightings[key] = Sighting(value, self.now)
        elif self.now - held.seen_at >= self.rules.spacing:
            return self.sightings.pop(key)
        return None

    def forget(self, membership_id: int, name: str) -> None:
        self.sightings.pop((membership_id, name), None)

    def heir(self, stay: Stay) -> int | None:
        """Another account of the same person that the poll shows: where they may have moved to.

        It may be half seen still, and no member yet.
        """
        if stay.bungie_net_id is None:
            return None
        for other, row in self.rows.items():
            known = other in self.members or (other, "joined_at") in self.sightings
            if known and other != stay.membership_id and row.bungie_net_id == stay.bungie_net_id:
                return other
        return None

    def waiting_elsewhere(self, membership_id: int) -> Elsewhere | None:
        """Their stint in another tracked clan whose joined event waits for a leave from here."""
        others = self.watch.elsewhere.get(membership_id, ())
        return next((other for other in others if other.waiting_since is not None), None)

    def end(self, membership_id: int, absence: Absence, digest_of: str | None = None) -> None:
        """Close a stint and say so: a switch when another tracked clan waits for this leave, else left."""
        stay = self.members.pop(membership_id)
        self.absences.pop(membership_id, None)
        if self.arrivals.pop(membership_id, None) is not None:
            self.tell(events.joined(self.group_id, stay), digest_of)
        event = self._leave_event(stay, absence)
        self.tell(event, digest_of)
        self.ended.append(Ended(membership_id, stay.joined_at, absence.since, event))

    def _leave_event(self, stay: Stay, absence: Absence) -> NewEvent:
        other = self.waiting_elsewhere(stay.membership_id)
        if other is None or other.waiting_since is None:
            return events.left(self.group_id, stay, absence.since, absence.to_group_id, absence.to_name)
        self.settled.append((other.group_id, stay.membership_id))
        return events.switched(self.group_id, stay, min(absence.since, other.waiting_since), other)

    def finish(self, **changes: object) -> Decision:
        """The decision, with the watch as it is to be stored; `changes` are further fields of the watch."""
        watch = replace(
            self.watch,
            facts=self.facts,
            members=self.members,
            absences=self.absences,
            sightings=self.sightings,
            arrivals=self.arrivals,
            held_since=self.held_since,
            digest_of=self.digest_of,
            digest_until=self.digest_until,
            **changes,  # type: ignore[arg-type]
        )
        return Decision(
            watch=watch,
            accepted=True,
            questions=tuple(self.questions),
            told=tuple(self.told),
            ended=tuple(self.ended),
            reopened=tuple(self.reopened),
            settled=tuple(self.settled),
            notices=tuple(self.notices),
            batch_ends=tuple(self.batch_ends),
        )
