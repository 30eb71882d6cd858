"""Figures as charts write them."""

from __future__ import annotations

from typing import Literal

NOTHING = "–"
_NOISE = 0.3  # points; a smaller change means nothing (guide section 5)
_MINUS = "\N{MINUS SIGN}"


def percent(share: float | None) -> str:
    """0.1101 -> "11.0 %"."""
    return NOTHING if share is None else f"{share * 100:.1f} %"


def whole_percent(share: float | None) -> str:
    """0.5536 -> "55 %"; what is there but rounds to nothing is "< 1 %"."""
    if share is None:
        return NOTHING
    return "< 1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"


def change_words(points: float | None) -> str:
    """2.13 -> "+2.1", -0.9 -> "−0.9", what rounds to nothing "0.0"."""
    if points is None:
        return NOTHING
    tenths = round(points, 1)
    return f"{tenths:+.1f}".replace("-", _MINUS) if tenths else "0.0"


def change_tone(points: float | None) -> Literal["up", "down", "same"]:
    """By the figure that is written, so that two equal figures have one colour."""
    tenths = round(points or 0.0, 1)
    if abs(tenths) < _NOISE:
        return "same"
    return "up" if tenths > 0 else "down"
