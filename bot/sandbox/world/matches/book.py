"""All matches of a world: those of the past, made when they are first asked for, and those of the present."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from bot.sandbox.world.generate import founding
from bot.sandbox.world.matches.combat import entries_of
from bot.sandbox.world.matches.fill import meetings_of
from bot.sandbox.world.matches.ids import NEWCOMERS, PAST, Ids
from bot.sandbox.world.matches.kinds import kinds
from bot.sandbox.world.matches.model import Entry, Fill, Match, Meeting, Seat
from bot.sandbox.world.matches.outcome import Outcome, outcome_of
from bot.sandbox.world.matches.past import Era, build, deleted_of
from bot.sandbox.world.matches.seating import fighter_of, fighters_of
from bot.sandbox.world.model import Character, Person, State

_KEPT = 512


class Book:
    """Meetings by id and by person; entries and whole matches are worked out from them on demand."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._ids = Ids()
        self._by_id: dict[int, Meeting] = {}
        self._by_person: dict[str, list[Meeting]] = {}
        self._made = False
        self._newcomers: set[str] = set()
        self._deleted: dict[str, list[Character]] = {}
        self.match = lru_cache(maxsize=_KEPT)(self._match)
        for meeting in state.played:
            self._ids.note(meeting.id)
            self._file(meeting)
        for fill in state.fills:
            self._file_all(meetings_of(state.seed, fill, state.people, self._ids))

    # -- looking --------------------------------------------------------------------------------------

    def meeting(self, instance_id: str) -> Meeting | None:
        self._complete()
        return self._by_id.get(int(instance_id))

    def meetings_of(self, membership_id: str) -> list[Meeting]:
        """This person's, oldest first; not to be changed."""
        self._complete()
        return self._by_person.get(membership_id, [])

    def everything(self) -> list[Meeting]:
        """All meetings there are, oldest first."""
        self._complete()
        return sorted(self._by_id.values(), key=lambda meeting: meeting.id)

    def lines(self, meeting: Meeting, seat: Seat) -> Match:
        """The match with the entries of one character alone, which costs a tenth of the whole."""
        outcome = outcome_of(self._state.seed, meeting)
        fighter = fighter_of(meeting, outcome, seat, self.character(seat))
        return _told(meeting, outcome, entries_of(self._state.seed, meeting, outcome, fighter))

    def character(self, seat: Seat) -> Character | None:
        """The character in a seat, also one that was deleted."""
        person = self._state.people.get(seat.membership_id)
        if person is None:
            return None
        everyone = [*person.characters, *self.deleted(person)]
        return next((c for c in everyone if c.character_id == seat.character_id), None)

    def deleted(self, person: Person) -> list[Character]:
        """The characters that someone no longer has; there are none in a world without a past."""
        if person.membership_id not in self._deleted:
            made = [] if self._state.amount == "none" else deleted_of(self._state.seed, self._state.origin, person)
            self._deleted[person.membership_id] = made
        return self._deleted[person.membership_id]

    # -- adding ---------------------------------------------------------------------------------------

    def play(self, meeting: Meeting) -> None:
        """One more match; it is kept with the world."""
        self._ids.note(meeting.id)
        self._state.played.append(meeting)
        self._file(meeting)

    def fill(self, fill: Fill) -> list[Meeting]:
        """Many more; the order is kept with the world, for they can be made from it again."""
        made = meetings_of(self._state.seed, fill, self._state.people, self._ids)
        self._state.fills.append(fill)
        self._file_all(made)
        return made

    def next_id(self, start: int, source: int) -> int:
        return self._ids.give(start, source)

    # -- within ---------------------------------------------------------------------------------------

    def _match(self, instance_id: str) -> Match | None:
        """The whole of it in its final form."""
        meeting = self.meeting(instance_id)
        if meeting is None:
            return None
        seed = self._state.seed
        outcome = outcome_of(seed, meeting)
        fighters = fighters_of(seed, meeting, outcome, self.character)
        return _told(meeting, outcome, [one for who in fighters for one in entries_of(seed, meeting, outcome, who)])

    def _complete(self) -> None:
        """Make the past of whoever has none yet."""
        if not self._made:
            self._made = True
            era = Era(self._state.seed, self._state.origin, self._state.amount, PAST)
            if self._state.amount != "none":
                self._file_all(build(era, founding(self._state.seed, self._state.origin), self._ids))
        if len(self._state.debuts) > len(self._newcomers):
            for membership_id, debut in self._state.debuts.items():
                if membership_id not in self._newcomers:
                    self._remember(membership_id, debut)

    def _remember(self, membership_id: str, debut: datetime) -> None:
        """Someone whom nobody knew until then has a past of their own."""
        self._newcomers.add(membership_id)
        era = Era(self._state.seed, debut, self._state.amount, NEWCOMERS)
        self._file_all(build(era, [[self._state.people[membership_id]]], self._ids))

    def _file_all(self, meetings: Iterable[Meeting]) -> None:
        """Many at once: each list is sorted but once."""
        touched: set[str] = set()
        for meeting in meetings:
            self._by_id[meeting.id] = meeting
            for membership_id in {seat.membership_id for seat in meeting.party}:
                self._by_person.setdefault(membership_id, []).append(meeting)
                touched.add(membership_id)
        for membership_id in touched:
            self._by_person[membership_id].sort(key=_age)

    def _file(self, meeting: Meeting) -> None:
        self._by_id[meeting.id] = meeting
        for membership_id in {seat.membership_id for seat in meeting.party}:
            bisect.insort(self._by_person.setdefault(membership_id, []), meeting, key=_age)


def _told(meeting: Meeting, outcome: Outcome, entries: Sequence[Entry]) -> Match:
    kind = kinds()[meeting.kind]
    return Match(
        instance_id=str(meeting.id),
        period=meeting.period,
        seconds=meeting.seconds,
        kind=kind.key,
        reference=outcome.reference,
        director=outcome.director,
        mode=outcome.mode,
        modes=kind.modes,
        private=kind.private,
        fresh=outcome.fresh,
        scores=outcome.scores,
        players=len({seat.membership_id for seat in meeting.party}) + outcome.passers,
        entries=tuple(entries),
    )


def _age(meeting: Meeting) -> int:
    return meeting.id
