"""One person made out of dice: account, characters, scores, seals. Ages are given before an origin, never as dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.sandbox import facts
from bot.sandbox.world.collection import stock
from bot.sandbox.world.model import Activity, Character, Person, SealProgress
from bot.sandbox.world.names import make_name, platform_name

XBOX, PLAYSTATION, STEAM, EPIC = 1, 2, 3, 6
_FIRST_MEMBERSHIP = 4611686018400000000
_FIRST_CHARACTER = 2305843009260000000
EXOTICS = len(facts.rows("collectibles"))


@dataclass(frozen=True)
class Traits:
    """What was decided about a person before the dice: how they play and what is odd about their account."""

    active: bool
    private: bool = False
    nameless: bool = False
    websiteless: bool = False
    hostile_name: str | None = None


def make_person(rng: Random, serial: int, origin: datetime, traits: Traits) -> Person:
    """The person numbered `serial`; ids depend on the dice and the number, so that none is given twice."""
    membership_type = rng.choices((STEAM, PLAYSTATION, XBOX, EPIC), weights=(50, 25, 20, 5))[0]
    skill = rng.betavariate(2, 3)
    last_played = origin - _absence(rng, traits.active)
    name = traits.hostile_name or make_name(rng)
    title_seals = make_seals(rng, skill, origin)
    person = Person(
        membership_id=str(_FIRST_MEMBERSHIP + serial * 1_000_003 + rng.randrange(900_000)),
        membership_type=membership_type,
        platform_name=platform_name(rng, membership_type),
        global_name=None if traits.nameless else name[:26] if len(name) < 60 else name,
        code=None if traits.nameless else rng.choice((rng.randint(1, 99), rng.randint(1, 9999))),
        bungie_net_id=None if traits.websiteless else str(5_000_000 + serial * 1013 + rng.randrange(1000)),
        applicable=_cross_save(rng, membership_type),
        private=traits.private,
        characters=_characters(rng, serial, skill, last_played, sorted_held(title_seals)),
        last_played=last_played,
        status_changed=last_played + timedelta(seconds=rng.randint(20, 400)),
        active_score=int(skill * 9000) + rng.randint(200, 2500),
        legacy_score=int(skill * 30000) + rng.randint(0, 6000),
        tells_lifetime=rng.random() > 0.03,
        seals=title_seals,
        exotics=_bits(rng, EXOTICS, 0.3 + skill * 0.65),
        habit=rng.uniform(0.5, 3.0) if traits.active else 0.0,
    )
    stock(person, skill)
    return person


def _absence(rng: Random, active: bool) -> timedelta:
    """Minutes to a week for the active, a week to four years for the others."""
    if active:
        return timedelta(minutes=min(8 + rng.expovariate(1 / 1800), 9800))
    return timedelta(days=min(8 + rng.expovariate(1 / 160), 1500), minutes=rng.randint(0, 1439))


def _cross_save(rng: Random, membership_type: int) -> list[int]:
    """The platforms that play on this membership; more than one means cross save, this one being its primary."""
    if rng.random() < 0.6:
        return [membership_type]
    others = [t for t in (XBOX, PLAYSTATION, STEAM, EPIC) if t != membership_type and rng.random() < 0.5]
    return sorted([membership_type, *others])


def _characters(rng: Random, serial: int, skill: float, last_played: datetime, titles: list[int]) -> list[Character]:
    count = rng.choices((1, 2, 3), weights=(2, 3, 5))[0]
    classes = rng.sample((0, 1, 2), count)
    best = int(1100 + skill * 230)
    characters = [
        Character(
            character_id=str(_FIRST_CHARACTER + serial * 1009 + n * 31 + rng.randrange(30)),
            class_type=class_type,
            race=rng.randrange(3),
            gender=rng.randrange(2),
            light=best - n * rng.randint(0, 25),
            minutes_total=int(rng.expovariate(1 / (20000 * (0.2 + skill)))) // (n + 1) + 60,
            last_played=last_played - n * timedelta(hours=rng.randint(3, 900)),
            title=rng.choice(titles) if titles and rng.random() < 0.75 else None,
        )
        for n, class_type in enumerate(classes)
    ]
    rng.shuffle(characters)
    return characters


def make_seals(rng: Random, skill: float, origin: datetime) -> dict[int, SealProgress]:
    """Progress in every seal by its completion record; who has more skill has more of them, legacy ones included."""
    return {row["completion"]: _seal(rng, row, skill, origin) for row in facts.rows("seals")}


def _seal(rng: Random, row: facts.Row, skill: float, origin: datetime) -> SealProgress:
    size = len(row["records"])
    if rng.random() > skill * (0.35 if row["legacy"] else 0.6):
        return SealProgress(done=_bits(rng, size, skill * rng.random() * 0.95) & ~1)
    progress = SealProgress(
        done=(1 << size) - 1,
        redeemed=(claimed := rng.random() < 0.93),
        equippable=rng.random() < (0.9 if claimed else 0.4),
        earned_at=origin - timedelta(days=rng.randint(2, 1600)),
    )
    if progress.held and facts.gilding_of(row["completion"]) and rng.random() < skill:
        progress.gilded = rng.randint(1, 9)
        progress.gilded_this_season = rng.random() < 0.4
    return progress


def sorted_held(seals: dict[int, SealProgress]) -> list[int]:
    return sorted(completion for completion, progress in seals.items() if progress.held)


def _bits(rng: Random, size: int, chance: float) -> int:
    return sum(1 << n for n in range(size) if rng.random() < chance)


def pick_activity(rng: Random) -> Activity:
    """One of the real activities, or orbit for about a sixth of the time."""
    if rng.random() < 0.16:
        return Activity(facts.ORBIT)
    row = rng.choice(facts.rows("spots"))
    return Activity(row["hash"], row["playlist"], tuple(row["mode_types"]))
