"""The past: years of evenings on which people of one clan played together, all from the seed.

The same seed and origin make the same past, whatever has happened to the people since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from bot.sandbox.world.matches.ids import PAST, Ids
from bot.sandbox.world.matches.kinds import Kind, choice_of, season_of_play, week_of, week_start
from bot.sandbox.world.matches.model import Amount, Meeting, Seat
from bot.sandbox.world.model import Character, Person

_SPANS = {"demo": timedelta(days=1461), "few": timedelta(days=20)}
_DAY = 86_400
_DELETED = 0.2
"""The share of people who once deleted a character."""
_TWO_CHARACTERS = 0.008
"""How often the leader of a match without teams plays it on two characters, and is in its report twice."""


@dataclass
class Player:
    """Someone of the past. `zeal`: evenings a week; `lean`: 0 PvE to 10 PvP; times are seconds since the epoch."""

    membership_id: str
    begin: int
    last: int
    zeal: float
    lean: int
    hour: int
    seats: list[tuple[int, Seat]]
    busy: int = 0

    def free(self, second: int) -> bool:
        return self.busy <= second and self.begin <= second < self.last


@dataclass
class Crew:
    """People who play together; `sums` are cumulative weights of who is asked along."""

    players: list[Player]
    sums: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.sums = list(accumulate(player.zeal for player in self.players))


@dataclass(frozen=True)
class Era:
    """What a past is made from: its seed, its end, and how much of it there is."""

    seed: int
    origin: datetime
    amount: Amount
    source: int

    @property
    def since(self) -> int:
        return self.until - int(_SPANS[self.amount].total_seconds()) if self.amount in _SPANS else self.until

    @property
    def until(self) -> int:
        return int(self.origin.timestamp())


def build(era: Era, crews: Iterable[Sequence[Person]], ids: Ids) -> list[Meeting]:
    """All meetings of these crews that ended before the origin, in the order of their weeks."""
    if era.amount == "none":
        return []
    bands = [Crew([player_of(era, person) for person in crew]) for crew in crews if crew]
    made: list[Meeting] = []
    for week in range(week_of(era.since), week_of(era.until) + 1):
        for number, band in enumerate(bands):
            name = band.players[0].membership_id if era.source else number
            _week(Random(f"{era.seed}:week:{week}:{name}"), week, band, ids, era.source, made)
    return made


def player_of(era: Era, person: Person) -> Player:
    dice = Random(f"{era.seed}:player:{person.membership_id}")
    last = _last(era, person.last_played)
    zeal = min(dice.expovariate(1 / 0.85) + 0.08, 6.0) * (0.5 if era.source == PAST and not person.habit else 1.0)
    begin = era.since + int(max(last - era.since, 0) * dice.random() ** 2.2)
    few = era.amount == "few"
    return Player(
        membership_id=person.membership_id,
        begin=era.since if few else begin,
        last=last,
        zeal=min(zeal, 0.5) if few else zeal,
        lean=min(int(dice.betavariate(1.6, 1.6) * 11), 10),
        hour=dice.choice((17, 18, 19, 19, 20, 21, 22, 25, 26)),
        seats=_seats(era, person),
    )


def _seats(era: Era, person: Person) -> list[tuple[int, Seat]]:
    """Each character with its last second, the one that is played most first."""
    characters = sorted(person.characters, key=lambda c: (_last(era, c.last_played), c.character_id), reverse=True)
    characters += deleted_of(era.seed, era.origin, person)
    return [(_last(era, c.last_played), Seat(person.membership_id, c.character_id)) for c in characters]


def _last(era: Era, played: datetime) -> int:
    """A newcomer, whose profile tells of later days too by now, played until shortly before they turned up."""
    return int(played.timestamp()) if era.source == PAST else era.until - 3600


def deleted_of(seed: int, origin: datetime, person: Person) -> list[Character]:
    """A character that someone once had: profiles don't list it, account stats do, and its history stays."""
    dice = Random(f"{seed}:deleted:{person.membership_id}")
    if dice.random() > _DELETED:
        return []
    first = min(int(character.character_id) for character in person.characters)
    return [
        Character(
            character_id=str(first - 400_000_000 - dice.randrange(1_000_000)),
            class_type=dice.randrange(3),
            race=dice.randrange(3),
            gender=dice.randrange(2),
            light=1000,
            minutes_total=dice.randint(900, 30_000),
            last_played=origin - timedelta(days=dice.randint(5, 900)),
        )
    ]


def _week(dice: Random, week: int, band: Crew, ids: Ids, source: int, made: list[Meeting]) -> None:
    """The evenings of one crew in one week, in the order of the clock, so that nobody is in two places."""
    evenings: list[tuple[int, int]] = []
    begin = week_start(week)
    for place, player in enumerate(band.players):
        if player.begin < begin + 7 * _DAY and player.last > begin:
            evenings += ((_evening(dice, begin, player.hour), place) for _ in range(_count(dice, player.zeal)))
    for second, place in sorted(evenings):
        if band.players[place].free(second):
            _session(dice, second, band, band.players[place], ids, source, made)


def _count(dice: Random, zeal: float) -> int:
    """How many evenings in one week: `zeal` on the average."""
    share = zeal * 2 * dice.random()
    return int(share) + (dice.random() < share % 1)


def _evening(dice: Random, begin: int, hour: int) -> int:
    """A second of this week near the usual hour; weeks begin at 17:00."""
    return begin + dice.randrange(7) * _DAY + int((hour - 17 + dice.gauss(0, 1.5)) * 3600) % _DAY


def _session(dice: Random, second: int, band: Crew, leader: Player, ids: Ids, source: int, made: list[Meeting]) -> None:
    """One kind of match a few times over, with the same people as long as they have time."""
    offered, sums = choice_of(leader.lean, *season_of_play(second))
    kind = dice.choices(offered, cum_weights=sums)[0]
    party = _company(dice, second, band, leader, kind)
    for _ in range(1 + min(int(dice.expovariate(0.55)), 9)):
        seconds = int(dice.uniform(*kind.minutes) * 60)
        seats = [seat for player in party if (seat := _seat(dice, player, second, second + seconds))]
        if not seats or seats[0].membership_id != leader.membership_id:
            return
        if kind.teams == 1 and dice.random() < _TWO_CHARACTERS:
            seats += [seat for last, seat in leader.seats if last >= second + seconds and seat != seats[0]][:1]
        spot = kind.spots[dice.randrange(len(kind.spots))]
        made.append(Meeting(ids.give(second, source), second, seconds, kind.key, spot, tuple(seats)))
        second += seconds + dice.randint(40, 200)
        for player in party:
            player.busy = second


def _company(dice: Random, second: int, band: Crew, leader: Player, kind: Kind) -> list[Player]:
    """The leader and who comes along: nobody on every third evening, the whole fireteam now and then."""
    wanted = min(kind.party - 1, int(dice.expovariate(0.62)))
    if wanted < 1 or len(band.players) < 2:
        return [leader]
    party = {leader.membership_id: leader}
    for player in dice.choices(band.players, cum_weights=band.sums, k=wanted * 2):
        if len(party) <= wanted and player.free(second):
            party.setdefault(player.membership_id, player)
    return list(party.values())


def _seat(dice: Random, player: Player, start: int, end: int) -> Seat | None:
    """The character that is played: mostly the first of those that still are."""
    able = [seat for last, seat in player.seats if last >= end]
    if not able or player.last < end or player.busy > start:
        return None
    return able[0] if dice.random() < 0.7 else able[dice.randrange(len(able))]
