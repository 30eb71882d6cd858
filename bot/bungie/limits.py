"""Numbers of matches held to what columns and sums can bear. Pure.

Bungie.net sends every statistic as a double. What is no number, infinite, negative or beyond belief stands for
"absent": one such value must neither overflow a column nor spoil a sum for ever.
"""

from __future__ import annotations

from bot.bungie.models_report import Stat

MOST_KILLS = 1_000_000
MOST_SECONDS = 31 * 86400
INT2, INT4, INT8 = 2**15, 2**31, 2**63
_NO_HASH = 2166136261  # FNV-1a of nothing: Bungie's "no such thing"


def number(stat: Stat | None) -> float | None:
    """The value as sent; NaN and infinities are possible."""
    return stat.basic.value if stat is not None and stat.basic is not None else None


def within(value: float | None, least: int, beyond: int) -> int | None:
    """The value without its fraction where least <= value < beyond, else None. (NaN is within nothing.)"""
    return int(value) if value is not None and least <= value < beyond else None


def tally(stat: Stat | None, most: int = MOST_KILLS) -> int:
    """A count: 0 to `most`, 0 where absent."""
    basic = stat.basic if stat is not None else None
    value = basic.value if basic is not None else None
    return int(value) if value is not None and 0 <= value <= most else 0


def seconds(stat: Stat | None) -> int:
    """A span, at most a month."""
    return tally(stat, MOST_SECONDS)


def smallint(value: float | None) -> int | None:
    return within(value, -INT2, INT2)


def integer(value: float | None) -> int | None:
    return within(value, -INT4, INT4)


def identity(value: int | None) -> int | None:
    """A membership, character or instance id; None for "0", which stands for nobody."""
    return within(value, 1, INT8)


def hash_of(value: int | None) -> int | None:
    """A definition's hash, a uint32; None for those that mean "none"."""
    return value if value is not None and 0 < value < 2**32 and value != _NO_HASH else None
