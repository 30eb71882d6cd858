"""Who sits where in a match: teams and fireteams of the party, and of those who filled it up."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.world.matches.combat import Fighter
from bot.sandbox.world.matches.kinds import Kind, kinds
from bot.sandbox.world.matches.model import Meeting, Seat
from bot.sandbox.world.matches.outcome import Outcome, passers_in
from bot.sandbox.world.matches.passers import passer_of
from bot.sandbox.world.model import Character

_FIRETEAMS = 100


def fighters_of(
    seed: int, meeting: Meeting, outcome: Outcome, character: Callable[[Seat], Character | None]
) -> list[Fighter]:
    """Everyone, the party first."""
    party = [fighter_of(meeting, outcome, seat, character(seat)) for seat in meeting.party]
    people = len({seat.membership_id for seat in meeting.party})
    others = [
        _stranger(meeting, outcome, people + n, seat) for n, seat in enumerate(passers_in(seed, meeting, outcome))
    ]
    return party + others


def fighter_of(meeting: Meeting, outcome: Outcome, seat: Seat, character: Character | None) -> Fighter:
    """Someone of the party; the same person on two characters has one place."""
    people = list(dict.fromkeys(one.membership_id for one in meeting.party))
    place = people.index(seat.membership_id)
    return Fighter(
        seat=seat,
        class_type=character.class_type if character else 0,
        light=1250 + int(seat.character_id) % 110,
        place=place,
        team=_team(kinds()[meeting.kind], outcome, place),
        fireteam=meeting.id * _FIRETEAMS,
        known=True,
    )


def _stranger(meeting: Meeting, outcome: Outcome, place: int, seat: Seat) -> Fighter:
    who = passer_of(seat.membership_id)
    return Fighter(
        seat=seat,
        class_type=who.class_type if who else 0,
        light=who.light if who else 0,
        place=place,
        team=_team(kinds()[meeting.kind], outcome, place),
        fireteam=meeting.id * _FIRETEAMS + 1 + place // 2,
        known=False,
    )


def _team(kind: Kind, outcome: Outcome, place: int) -> int | None:
    """The first `size` players are one team, the others the other; Bungie.net numbers the two 17 and 18."""
    if kind.teams != 2:
        return None
    return outcome.home if place < kind.size else 1 - outcome.home
