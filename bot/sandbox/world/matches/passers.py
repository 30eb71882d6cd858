"""Passers-by: the many players whom nobody in this world knows, each with a name and a membership of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from bot.sandbox.world.matches.model import Seat
from bot.sandbox.world.names import HOSTILE, make_name, platform_name

MANY = 30_000
_FIRST_MEMBERSHIP = 4611686018500000000
_FIRST_CHARACTER = 2305843009500000000
_CLANS = (("Dusk Ramblers", "DUSK"), ("no sleep", "zzz"), ("Vault Cleaners", "VCLN"), ("Café Solaire", "SOL"))


@dataclass(frozen=True)
class Passer:
    seat: Seat
    membership_type: int
    platform_name: str
    global_name: str | None
    code: int | None
    class_type: int
    light: int
    clan: tuple[str, str] | None


def passer_seat(number: int) -> Seat:
    """Who this is, without the rest of them."""
    return Seat(str(_FIRST_MEMBERSHIP + number * 7919), str(_FIRST_CHARACTER + number * 13))


@lru_cache(maxsize=8192)
def passer(number: int) -> Passer:
    """One of the many; a few have hostile names, and a few no global name."""
    dice = Random(number * 104_729 + 11)
    kind = dice.choices((3, 2, 1, 6), weights=(50, 25, 20, 5))[0]
    name = HOSTILE[number % len(HOSTILE)][:26] if number % 97 == 5 else make_name(dice)
    nameless = number % 61 == 3
    return Passer(
        seat=passer_seat(number),
        membership_type=kind,
        platform_name=platform_name(dice, kind),
        global_name=None if nameless else name,
        code=None if nameless else dice.randint(1, 9999),
        class_type=dice.randrange(3),
        light=dice.randint(1210, 1360),
        clan=dice.choice(_CLANS) if dice.random() < 0.4 else None,
    )


def passer_of(membership_id: str) -> Passer | None:
    """The passer-by with this id, if it is one's."""
    number, rest = divmod(int(membership_id) - _FIRST_MEMBERSHIP, 7919)
    return passer(number) if rest == 0 and 0 <= number < MANY else None
