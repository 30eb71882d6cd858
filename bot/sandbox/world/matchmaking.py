"""The part of a world that plays matches: exactly those ordered, many at once, and what comes of people's evenings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.sandbox import facts
from bot.sandbox.world.matches import playing
from bot.sandbox.world.matches.book import Book
from bot.sandbox.world.matches.kinds import kinds
from bot.sandbox.world.matches.model import Entry, Fill, Match, Meeting, Seat
from bot.sandbox.world.matches.playing import Kills
from bot.sandbox.world.model import Person, State
from bot.sandbox.world.seasons import seasons_of


class Matchmaking:
    """To be mixed into a world, which has a state, a book of matches and a clock."""

    state: State
    matches: Book
    now: Callable[[], datetime]

    def match(self, instance_id: str) -> Match | None:
        """A match in its final form, whatever a report of it says meanwhile."""
        return self.matches.match(instance_id)

    def matches_of(self, membership_id: str) -> list[Match]:
        """All of this person's that are over, oldest first."""
        now = self.now().timestamp()
        over = (meeting for meeting in self.matches.meetings_of(membership_id) if meeting.end <= now)
        return [match for meeting in over if (match := self.matches.match(str(meeting.id)))]

    def entries_of(
        self,
        membership_id: str,
        since: datetime | None = None,
        until: datetime | None = None,
        mode: int = 0,
    ) -> Iterator[tuple[Match, Entry]]:
        """What this person did in each match that is over, oldest first; the matches have no other entries.

        Only those that began from `since` to before `until`, and of this mode type, where given.
        """
        now = self.now().timestamp()
        first, last = since.timestamp() if since else 0, until.timestamp() if until else math.inf
        wanted = {kind.key for kind in kinds().values() if mode == 0 or mode in kind.modes}
        for meeting in self.matches.meetings_of(membership_id):
            if meeting.end <= now and first <= meeting.start < last and meeting.kind in wanted:
                for seat in meeting.party:
                    if seat.membership_id == membership_id:
                        match = self.matches.lines(meeting, seat)
                        yield from ((match, entry) for entry in match.entries)

    def play_match(
        self,
        mode: str | int,
        players: Sequence[str | Seat],
        *,
        start: datetime | None = None,
        seconds: int = 600,
        kills: Kills | None = None,
        passers: int | None = None,
    ) -> Match:
        """One match of these people (on the characters last played, or those named); it ends now without a `start`.

        mode: a playlist's key, a mode type or an activity's hash. `kills`: each person's kills by weapon, exactly.
        `passers`: how many others played.
        """
        begin = start or self.now() - timedelta(seconds=seconds)
        seats = [self._seat(one) if isinstance(one, str) else one for one in players]
        meeting = playing.order(self.matches, mode, seats, begin, seconds, kills, passers)
        self._touch([meeting])
        match = self.matches.match(str(meeting.id))
        assert match is not None
        return match

    def fill_matches(
        self,
        count: int,
        members: Sequence[str],
        since: datetime,
        until: datetime | None = None,
        kinds: Sequence[str] = (),
    ) -> list[str]:
        """So many matches of these members, spread evenly over the time; their instance ids, oldest first."""
        span = int(since.timestamp()), int((until or self.now()).timestamp())
        made = self.matches.fill(Fill(count, tuple(members), *span, tuple(kinds)))
        self._touch(made)
        return [str(meeting.id) for meeting in made]

    def end_activity(self, person: Person, now: datetime) -> None:
        """What someone was doing becomes a match, with the clan-mates who began it together; those go another round."""
        if not person.online:
            return
        mates = [other for other in self.state.people.values() if other is not person and together(person, other)]
        if playing.ended(self.matches, [person, *mates], now):
            for mate in mates:
                mate.current.activity_started = mate.current.last_played = mate.last_played = now.replace(microsecond=0)

    def seasons(self) -> list[facts.Row]:
        """All seasons up to the one after the present, oldest first."""
        return seasons_of(self.now(), self.state.turns)

    def turn_season(self) -> list[facts.Row]:
        """The next season begins now."""
        self.state.turns.append(self.now().replace(microsecond=0))
        return self.seasons()

    def _seat(self, membership_id: str) -> Seat:
        return Seat(membership_id, self.state.people[membership_id].current.character_id)

    def _touch(self, meetings: Iterable[Meeting]) -> None:
        """Profiles say that these people have played."""
        for meeting in meetings:
            end = datetime.fromtimestamp(meeting.end, UTC)
            for seat in meeting.party:
                person = self.state.people[seat.membership_id]
                person.last_played = max(person.last_played, end)
                for character in person.characters:
                    if character.character_id == seat.character_id:
                        character.last_played = max(character.last_played, end)


def together(person: Person, other: Person) -> bool:
    """One fireteam: of one clan, and in the same activity since the same second."""
    mine, theirs = person.current, other.current
    same = (mine.activity, mine.activity_started) == (theirs.activity, theirs.activity_started)
    return same and other.online and person.group_id is not None and person.group_id == other.group_id
