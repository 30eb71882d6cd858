"""How a match went as a whole: what is the same for everyone in it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bot.sandbox.world.matches.ids import is_ordered
from bot.sandbox.world.matches.kinds import Kind, kinds
from bot.sandbox.world.matches.model import Meeting, Seat
from bot.sandbox.world.matches.passers import MANY, passer_seat

_BEYOND_LIGHT, _WITCH_QUEEN = 1_605_000_000, 1_645_500_000
_STRANGE = 2_000_000_000
"""Hashes of activities that the manifest doesn't know are made above this."""


@dataclass(frozen=True)
class Outcome:
    """`mode` may be 0; `reference` and `director` may be hashes that no manifest has.

    `finished`: the goal was reached. `scores` by team, `winner` the better one; `order` deals out the places where
    everyone plays alone. `passers` counts those whom nobody knows; `home` is the party's team.
    """

    mode: int
    reference: int
    director: int
    finished: bool
    fresh: bool | None
    scores: tuple[int, ...]
    winner: int
    home: int
    order: tuple[int, ...]
    passers: int


def outcome_of(seed: int, meeting: Meeting) -> Outcome:
    kind, dice = kinds()[meeting.kind], Random(meeting.id * 1_000_003 + seed)
    scores = _scores(dice, kind)
    winner = scores.index(max(scores)) if scores else 0
    people = len({seat.membership_id for seat in meeting.party})
    count = _passers(dice, kind, people) if meeting.passers is None else meeting.passers
    odd = not is_ordered(meeting.id)
    reference, director = _hashes(dice, kind, meeting.spot, odd)
    order = list(range(people + count + 2)) if kind.teams == 0 else []
    dice.shuffle(order)
    return Outcome(
        mode=0 if dice.random() < 0.007 and odd else kind.mode,
        reference=reference,
        director=director,
        finished=dice.random() < (0.62 if kind.key == "raid" else 0.93),
        fresh=_fresh(dice, kind, meeting.start),
        scores=scores,
        winner=winner,
        home=dice.randrange(2) if kind.teams == 2 else 0,
        order=tuple(order),
        passers=count,
    )


def _hashes(dice: Random, kind: Kind, spot: int, odd: bool) -> tuple[int, int]:
    """Reference and director. Now and then (if `odd`) the manifest lacks one of them, or both."""
    strange, first, second = _STRANGE + dice.randrange(90_000_000), dice.random(), dice.random()
    reference = strange if odd and first < 0.01 else spot
    director = kind.director or reference
    return reference, strange + 1 if odd and second < 0.005 else director


def _fresh(dice: Random, kind: Kind, start: int) -> bool | None:
    """Bungie.net says it of matches since early 2022, and told nothing true between late 2020 and then."""
    began = dice.random() < (0.8 if kind.key in ("raid", "dungeon") else 0.97)
    return None if _BEYOND_LIGHT <= start < _WITCH_QUEEN else began


def _scores(dice: Random, kind: Kind) -> tuple[int, ...]:
    if kind.teams != 2:
        return ()
    goal = {"trials": 5, "survival": 4, "gambit": 1}.get(kind.key, 150)
    other = int(goal * dice.uniform(0.2, 0.99))
    return (goal, other) if dice.random() < 0.5 else (other, goal)


def _passers(dice: Random, kind: Kind, people: int) -> int:
    """Enough to fill the teams, as a rule; together with friends one is often among oneself."""
    room = max(kind.size * max(kind.teams, 1) - people, 0)
    if kind.private or kind.key in ("lost_sector",):
        return 0
    if kind.teams == 1 and kind.party > 1 and (kind.key in ("raid", "dungeon") or people > 1):
        return min(room, dice.choice((0, 0, 1, 2, room)))
    return max(room - (dice.random() < 0.1), 0)


def passers_in(seed: int, meeting: Meeting, outcome: Outcome) -> list[Seat]:
    """The seats of those whom nobody knows, each once."""
    dice = Random(meeting.id * 1_000_033 + seed)
    return [passer_seat(number) for number in dice.sample(range(MANY), outcome.passers)]
