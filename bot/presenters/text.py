"""Words and numbers that Discord and the web share, and the one function that makes a stranger's name harmless.

Names of players and clans are hostile text: free Unicode that may ping, link, format, reverse or hide what stands
beside it. `plain_name` is for places without markdown (labels, choices, titles of charts), `safe_name` for Discord's
markdown. Both keep what a reader sees as close to the original as they can.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

NAME_LIMIT = 32
UNNAMED = "unnamed"

_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}  # control, format (zero-width, bidi, tags), surrogate, private, unassigned
_MARKS = {"Mn", "Me"}
_MARKS_IN_A_ROW = 2
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
# Letters, marks and symbols that show nothing: fillers, the blank braille cell, joiners, variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_MARKDOWN = re.compile(r"[\\*_~`|<>\[\]]|:(?=\S)|(?<=\w)\.(?=\w)|^[#+-]|(?<=^\d)\.|(?<=^\d\d)\.")
_SLASHES = re.compile(r"(\\:)(?=/)")
_ISOLATE, _POP = "\u2068", "\u2069"
_ZERO_WIDTH_SPACE = "\u200b"


def safe_name(name: str, limit: int = NAME_LIMIT) -> str:
    """A player's or clan's name for Discord's markdown: nothing in it pings, links, formats or turns direction.

    At most `limit` visible characters. A name written right to left is isolated, so that it can't move what follows.
    """
    plain = plain_name(name, limit)
    text = _MARKDOWN.sub(lambda found: "\\" + found[0], plain)
    text = _SLASHES.sub(r"\1" + _ZERO_WIDTH_SPACE, text).replace("@", "@" + _ZERO_WIDTH_SPACE)
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in plain):
        return f"{_ISOLATE}{text}{_POP}"
    return text


def plain_name(name: str, limit: int = NAME_LIMIT) -> str:
    """The name without control, format and invisible characters, spaces collapsed, at most `limit` characters long.

    Combining marks do not count towards the limit, but more than two on one letter are dropped. "unnamed" when nothing
    is left.
    """
    kept = _INVISIBLE.sub("", unicodedata.normalize("NFC", name))
    kept = "".join(" " if char.isspace() else char for char in kept if char.isspace() or _visible(char))
    spaced = " ".join(_few_marks(" ".join(kept.split())).split())  # a mark that stood between two spaces is gone
    text = unicodedata.normalize("NFC", _cut(spaced, limit)).strip()
    return text or UNNAMED


def _visible(char: str) -> bool:
    return unicodedata.category(char) not in _DROPPED


def _few_marks(text: str) -> str:
    """At most two combining marks in a row, and none without a letter to stand on."""
    kept: list[str] = []
    marks = _MARKS_IN_A_ROW
    for char in text:
        if unicodedata.category(char) in _MARKS:
            marks += 1
        else:
            marks = _MARKS_IN_A_ROW if char == " " else 0
        if marks <= _MARKS_IN_A_ROW or char == " ":
            kept.append(char)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    """The first `limit` letters with their marks; the last one becomes … where something was cut off."""
    starts = [at for at, char in enumerate(text) if unicodedata.category(char) not in _MARKS]
    return text if len(starts) <= limit else text[: starts[limit - 1]] + "…"


def number(value: int) -> str:
    """1234567 -> "1,234,567"."""
    return f"{value:,}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """(1, "member") -> "1 member", (2, "member") -> "2 members"; `nouns` where an s does not do."""
    return f"{number(count)} {noun if count == 1 else nouns or noun + 's'}"


def ordinal(value: int) -> str:
    """(3) -> "3rd"."""
    ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{number(value)}{ending}"


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "14 min", "2 h", "3 days", "1 y 4 m"; never below "1 min"."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    if days < 365:
        return plural(days, "day")
    years, rest = divmod(days, 365)
    months = min(rest * 12 // 365, 11)
    return f"{years} y {months} m" if months else f"{years} y"


def ago(then: datetime, now: datetime) -> str:
    """ "just now", "14 min ago", "2 h ago"; a date from a day on, as the guide's voice wants it."""
    past = now - then
    if past < timedelta(minutes=1):
        return "just now"
    return f"{span(past)} ago" if past < timedelta(days=1) else date_text(then)


def date_text(when: date) -> str:
    """ "3 May 2026"."""
    return f"{when.day} {when:%B %Y}"


def bare_address(url: str | None) -> str:
    """A link as small print shows it: host and path; "" for none."""
    parts = urlsplit(url or "")
    return f"{parts.netloc}{parts.path}"


def stamp(when: datetime, style: str = "R") -> str:
    """Discord's time mark, shown to each reader in their own zone: R relative, t time, f date and time, d date."""
    return f"<t:{int(when.timestamp())}:{style}>"
