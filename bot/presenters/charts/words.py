"""Strangers' words in a picture: made harmless, measured, cut, and replaced where the font lacks a letter."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

from bot.presenters.text import UNNAMED, plain_name

FAMILY = "DejaVu Sans"  # comes with matplotlib
ELLIPSIS = "…"
_LONGEST = 200
_GAPS = re.compile(rf"{ELLIPSIS}(\s*{ELLIPSIS})+")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}  # drawn left to right and unjoined by matplotlib before 3.11: not readable
_MEASURED_AT = 100.0  # points: the sheet draws without hinting, so that all sizes have the same proportions


def clean(text: str) -> str:
    """One line without control, format and invisible characters; "" when nothing is left."""
    said = plain_name(text, _LONGEST)
    return "" if said == UNNAMED != text else said


def drawable(text: str, *, bold: bool = False) -> bool:
    """Whether the font has every letter, and they stand as they are read."""
    return all(char in _letters(bold) for char in text) and not any(map(_turns, text))


def known(text: str, *, bold: bool = False) -> str:
    """The text with … in place of each run of letters that can't be drawn."""
    marked = "".join(char if drawable(char, bold=bold) else ELLIPSIS for char in clean(text))
    return _GAPS.sub(ELLIPSIS, marked)


def either(name: str, code: str, *, bold: bool = False) -> str:
    """The name, or its code where there is no name or it can't be drawn."""
    tidy = clean(name)
    return tidy if tidy and drawable(tidy, bold=bold) else known(code or name, bold=bold)


@lru_cache(maxsize=4096)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is drawn, in inches; `size` in points."""
    font = get_font(_path(bold))
    font.set_size(_MEASURED_AT, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 / 72 * size / _MEASURED_AT


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, cut with … where it is wider than `room` inches."""
    if width(text, size, bold=bold) <= room:
        return text
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        shorter = text[:middle].rstrip() + ELLIPSIS
        fits, over = (middle, over) if width(shorter, size, bold=bold) <= room else (fits, middle)
    return text[:fits].rstrip() + ELLIPSIS


def shrunk(text: str, room: float, size: float, least: float, *, bold: bool = False) -> float:
    """The largest size from `size` down to `least`, in half points, at which the text takes at most `room` inches."""
    while size > least and width(text, size, bold=bold) > room:
        size -= 0.5
    return size


def _turns(char: str) -> bool:
    return unicodedata.bidirectional(char) in _RIGHT_TO_LEFT


@cache
def _path(bold: bool) -> str:
    return str(findfont(FontProperties(family=FAMILY, weight="bold" if bold else "normal"), fallback_to_default=False))


@cache
def _letters(bold: bool) -> frozenset[str]:
    return frozenset(map(chr, get_font(_path(bold)).get_charmap()))
