"""What one player did in a match: a pure function of the seed, the meeting and the seat.

Each entry has dice of its own, so that a line of someone's history can be told without the rest of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from msgspec.structs import replace

from bot.sandbox.world.matches.kinds import Kind, kinds
from bot.sandbox.world.matches.model import Entry, Meeting, Seat, Use
from bot.sandbox.world.matches.outcome import Outcome
from bot.sandbox.world.matches.style import HALF_YEAR, Style, precision_share, style_of

_SHARED_STYLES = 500
"""Passers-by fight in one of so many ways."""
_REJOINS, _LEAVES, _BARE, _CLASSLESS, _NAMELESS = 0.012, 0.05, 0.004, 0.005, 0.004
_FAILED = (3, 0)
LEFT = 255
_WAYS = ("grenade", "melee", "super_", "ability")
_COUNTS = ("kills", "deaths", "assists", "precision", "played", *_WAYS)


@dataclass(frozen=True)
class Fighter:
    """Who sits in a seat: `known` are the people of this world. `place` counts everyone in the match."""

    seat: Seat
    class_type: int
    light: int
    place: int
    team: int | None
    fireteam: int
    known: bool


def entries_of(seed: int, meeting: Meeting, outcome: Outcome, fighter: Fighter) -> list[Entry]:
    """One line, or two where the player came back after a loss of connection."""
    kind = kinds()[meeting.kind]
    dice = Random((meeting.id << 64 | int(fighter.seat.character_id)) + seed)
    whole = _fight(dice, seed, meeting, kind, outcome, fighter)
    told = meeting.told.get(fighter.seat.membership_id)
    if told is not None:
        return [_as_told(whole, told)]
    if kind.teams == 1 and meeting.seconds > 900 and whole.kills > 4 and dice.random() < _REJOINS:
        return split(whole, meeting.seconds)
    return [whole]


def _fight(dice: Random, seed: int, meeting: Meeting, kind: Kind, outcome: Outcome, fighter: Fighter) -> Entry:
    style = style_of(seed, _styled(fighter), kind.family, meeting.start // HALF_YEAR)
    left = kind.fights and dice.random() < _LEAVES
    played = int(meeting.seconds * dice.uniform(0.1, 0.9)) if left else meeting.seconds
    share = played / max(meeting.seconds, kind.minutes[0] * 60)
    kills = int(_between(dice, kind.kills, style.skill) * share)
    return Entry(
        membership_id=fighter.seat.membership_id,
        character_id=fighter.seat.character_id,
        class_type=fighter.class_type,
        light=fighter.light,
        fireteam=fighter.fireteam,
        team=fighter.team,
        standing=_standing(kind, outcome, fighter),
        score=_score(dice, kind, kills),
        kills=kills,
        deaths=int(_between(dice, kind.deaths, 1 - style.skill) * share),
        assists=int(kills * dice.uniform(0.05, 0.5)),
        completed=outcome.finished and not left,
        reason=_reason(dice, outcome.finished, left),
        joined=0 if dice.random() < 0.93 else int((meeting.seconds - played) * dice.random()),
        played=played,
        classed=dice.random() >= _CLASSLESS,
        named=dice.random() >= _NAMELESS,
        **_deeds(dice, kills, style),
    )


def _styled(fighter: Fighter) -> str:
    """Whose style this is."""
    who = fighter.seat.membership_id
    return who if fighter.known else f"passer {int(who) % _SHARED_STYLES}"


def _deeds(dice: Random, kills: int, style: Style) -> dict[str, Any]:
    """By what the kills were made; nothing of it is told where `extended` is false."""
    ways = _ways(dice, kills)
    weapons = _weapons(dice, kills - sum(ways) - int(dice.random() < 0.3 and kills > 9), style)
    if dice.random() < _BARE:
        return dict.fromkeys(_WAYS, 0) | {"weapons": (), "precision": 0, "extended": False}
    precision = sum(use.precision for use in weapons)
    return dict(zip(_WAYS, ways, strict=True)) | {"weapons": weapons, "precision": precision, "extended": True}


def _between(dice: Random, bounds: tuple[int, int], tilt: float) -> int:
    """A number in these bounds, mostly near where `tilt` (0 to 1) points."""
    low, high = bounds
    if high == 0:
        return 0
    drawn = (dice.random() + dice.random() + 2 * tilt) / 4
    return low + int((high - low) * min(max(drawn, 0.0), 1.0))


def _ways(dice: Random, kills: int) -> tuple[int, int, int, int]:
    """Kills by grenade, melee, super and other abilities: a fifth of all, more or less."""
    return (
        int(kills * dice.random() * 0.16),
        int(kills * dice.random() * 0.14),
        int(kills * dice.random() * 0.13),
        int(kills * dice.random() * 0.05),
    )


def _weapons(dice: Random, kills: int, style: Style) -> tuple[Use, ...]:
    """One weapon of each slot, now and then a second; those without a kill are not in a report."""
    left, uses = kills, []
    for slot, share in enumerate((dice.uniform(0.35, 0.75), dice.uniform(0.4, 0.9), 1.0)):
        part = int(left * share + 0.5)
        left -= part
        arms = style.arms[slot]
        if part > 5 and dice.random() < 0.12:
            spare = 1 + dice.randrange(part - 1)
            part -= spare
            uses.append(_use(dice, arms[2], spare))
        if part > 0:
            uses.append(_use(dice, arms[0] if dice.random() < 0.65 else arms[1], part))
    return _summed(uses)


def _use(dice: Random, weapon: int, kills: int) -> Use:
    share = precision_share(weapon) * (0.7 + 0.6 * dice.random())
    return Use(weapon, kills, min(int(kills * share + dice.random()), kills) if share else 0)


def _summed(uses: list[Use]) -> tuple[Use, ...]:
    """A weapon once: someone's second favourite may be their first."""
    by_weapon: dict[int, Use] = {}
    for use in uses:
        before = by_weapon.get(use.weapon, Use(use.weapon, 0, 0))
        by_weapon[use.weapon] = Use(use.weapon, before.kills + use.kills, before.precision + use.precision)
    return tuple(sorted(by_weapon.values(), key=lambda use: -use.kills))


def _standing(kind: Kind, outcome: Outcome, fighter: Fighter) -> int:
    """0 is a win; places from 0 on where everyone plays alone."""
    if kind.teams == 0:
        return outcome.order[fighter.place % len(outcome.order)]
    return int(fighter.team is not None and fighter.team != outcome.winner)


def _score(dice: Random, kind: Kind, kills: int) -> int:
    if kind.key == "nightfall":
        return 40_000 + kills * dice.randint(300, 900)
    return kills + dice.randrange(8) if kind.lean == "pvp" else 0


def _reason(dice: Random, finished: bool, left: bool) -> int:
    """Bungie.net's completionReason: 0 also comes with those who left."""
    if left:
        return LEFT if dice.random() < 0.4 else 0
    return 0 if finished else _FAILED[dice.randrange(2)]


def _as_told(entry: Entry, told: list[Use]) -> Entry:
    """The weapon kills that were ordered, and no others: all that is left of the entry is its frame."""
    kills = sum(use.kills for use in told)
    return replace(
        entry,
        kills=kills,
        precision=sum(use.precision for use in told),
        weapons=tuple(use for use in told if use.kills),
        grenade=0,
        melee=0,
        super_=0,
        ability=0,
        extended=True,
        named=True,
        classed=True,
    )


def split(whole: Entry, seconds: int) -> list[Entry]:
    """The same run in two lines: first until the connection was lost, then to the end."""
    weapons = tuple(Use(use.weapon, use.kills // 3, use.precision // 3) for use in whole.weapons)
    ways = {name: getattr(whole, name) // 3 for name in _WAYS}
    early = replace(
        whole,
        weapons=tuple(use for use in weapons if use.kills),
        kills=sum(use.kills for use in weapons) + sum(ways.values()),
        precision=sum(use.precision for use in weapons),
        deaths=whole.deaths // 3,
        assists=whole.assists // 3,
        played=whole.played // 3,
        completed=False,
        reason=LEFT,
        **ways,
    )
    rest = zip(whole.weapons, weapons, strict=True)
    counts = {name: getattr(whole, name) - getattr(early, name) for name in _COUNTS}
    kept = tuple(Use(all_.weapon, all_.kills - cut.kills, all_.precision - cut.precision) for all_, cut in rest)
    return [early, replace(whole, weapons=kept, joined=seconds // 3, **counts)]
