"""Names that are like what was typed, and how they are offered to whoever mistyped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process, utils

from bot.presenters.embeds.frame import CHOICES
from bot.presenters.text import safe_name

SURE = 85
"""Likeness from which on a name is meant."""
_GOOD_ENOUGH = 60
_NAMED = 3
_NAME_LIMIT = 40


def alike(typed: str, names: Sequence[str]) -> list[tuple[int, float]]:
    """The places of the names that are like these words, best first, each with its likeness from 60 to 100."""
    found = process.extract(
        typed, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=_GOOD_ENOUGH, limit=CHOICES
    )
    return [(place, score) for _, score, place in found]


def hint(names: Iterable[str]) -> str:
    """ " Close to it: Rose, Thorn." of the first three; "" for none."""
    told = [safe_name(name, _NAME_LIMIT) for name in dict.fromkeys(names)][:_NAMED]
    return f" Close to it: {', '.join(told)}." if told else ""


def offer(option: str) -> str:
    """Where the right names are to be had."""
    return f"Pick one from the list that `{option}` offers."
