"""Many matches at once, as a test orders them: so many, of these people, between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from random import Random

from bot.sandbox.world.matches.ids import FILLED, Ids
from bot.sandbox.world.matches.kinds import Kind, kinds
from bot.sandbox.world.matches.model import Fill, Meeting, Seat
from bot.sandbox.world.model import Person


def meetings_of(seed: int, fill: Fill, people: Mapping[str, Person], ids: Ids) -> list[Meeting]:
    """All meetings of this order, oldest first; each begins and ends between its two moments."""
    dice = Random(f"{seed}:fill:{fill.count}:{fill.since}:{fill.until}:{len(fill.members)}")
    members = [people[membership_id] for membership_id in fill.members]
    if not members or fill.since >= fill.until:
        raise ValueError("many matches need members, and a beginning before their end")
    offered = [kind for kind in kinds().values() if kind.key in fill.kinds or not fill.kinds]
    if not offered:
        raise ValueError(f"kinds: some of {', '.join(kinds())}")
    sums = list(accumulate(kind.weight for kind in offered))
    starts = sorted(dice.randrange(fill.since, fill.until) for _ in range(fill.count))
    chosen = dice.choices(offered, cum_weights=sums, k=fill.count)
    return [_meeting(dice, start, kind, members, fill, ids) for start, kind in zip(starts, chosen, strict=True)]


def _meeting(dice: Random, start: int, kind: Kind, members: list[Person], fill: Fill, ids: Ids) -> Meeting:
    seconds = min(int(dice.uniform(*kind.minutes) * 60), max(fill.until - start, 1))
    size = min(1 + int(dice.expovariate(0.6)), kind.party, len(members))
    party = tuple(_seat(dice, person) for person in dice.sample(members, size))
    return Meeting(ids.give(start, FILLED), start, seconds, kind.key, dice.choice(kind.spots), party)


def _seat(dice: Random, person: Person) -> Seat:
    return Seat(person.membership_id, dice.choice(person.characters).character_id)
