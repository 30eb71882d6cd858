"""Bungie.net's statistical values: a double, and the text that a person is shown."""

from __future__ import annotations

from functools import cache, lru_cache

from bot.sandbox.bungie.answers import Json


def value(number: float, shown: str) -> Json:
    """Destiny.HistoricalStats.DestinyHistoricalStatsValue without a statId, as in reports."""
    return {"basic": {"value": float(number), "displayValue": shown}}


@lru_cache(maxsize=8192)
def count(number: int) -> Json:
    """A whole number; the same object again and again, for a report has hundreds: not to be changed."""
    return value(number, f"{number:,}")


@lru_cache(maxsize=8192)
def seconds(number: int) -> Json:
    minutes, rest = divmod(number, 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours}h {minutes}m" if hours else f"{minutes}m {rest}s"
    return value(number, shown)


@lru_cache(maxsize=8192)
def ratio(number: float) -> Json:
    return value(number, f"{number:.2f}")


@cache
def yes_or_no(answer: bool) -> Json:
    return value(float(answer), "Yes" if answer else "No")


@lru_cache(maxsize=8192)
def share(part: int, whole: int) -> Json:
    """A share of something, shown in percent."""
    number = part / whole if whole else 0.0
    return value(number, f"{number:.0%}")


@cache
def word(number: int, shown: str) -> Json:
    """A number that stands for a word, such as a team or the reason why a match ended."""
    return value(number, shown)


def named(values: Json) -> Json:
    """The same values as a history has them: each with its own name as statId."""
    return {name: {"statId": name} | one for name, one in values.items()}
