"""Names of players: ordinary ones, and a small dose of those that break careless programs."""

from __future__ import annotations

from random import Random

from bot.sandbox import facts

_FIRST: list[str] = facts.rows("names")[0]["first"]
_SECOND: list[str] = facts.rows("names")[1]["second"]
_PLATFORM = {1: "{a} {b}", 2: "{a}_{b}{n}", 3: "{b} {n}", 6: "{a}{b}"}

HOSTILE = (
    "**bold** _move_",
    "@everyone",
    "\u202eevil\u202c twist",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "Whenwillthisnameeverendplease" * 3,
    "🔥👩‍👩‍👧‍👦🔥",
    "<@&80351110224678912>",
    "[free loot](https://evil.example)",
    "`tick` ||spoiler||",
    "1. first # heading",
    "Z̷͓̈́a̸̹͝l̵̰̓g̶̱͝o̵͎͘",
    "\u200bghost\u200b",
    "影の守護者",
    "O'Brien; DROP TABLE",
    "حارس‏ القمر",
)
"""Worn by every tenth member or so, first come first served."""


def make_name(rng: Random) -> str:
    """An ordinary name of 4 to 24 characters in one of a few common styles."""
    first, second = rng.choice(_FIRST), rng.choice(_SECOND)
    styles = (
        f"{first}{second}",
        f"{first} {second}",
        f"{first.lower()}{second.lower()}{rng.randint(1, 99)}",
        f"xX{second}Xx",
        second,
        f"{first}_{second}",
        f"The {first} {second}",
        second.upper(),
    )
    return rng.choices(styles, weights=(6, 5, 3, 1, 3, 2, 1, 1))[0]


def platform_name(rng: Random, membership_type: int) -> str:
    pattern = _PLATFORM.get(membership_type, "{a}{b}{n}")
    return pattern.format(a=rng.choice(_FIRST), b=rng.choice(_SECOND), n=rng.randint(1, 999))
