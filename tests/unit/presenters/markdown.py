"""How Discord reads what we send, as far as a name could abuse it: an independent, simple reading."""

from __future__ import annotations

import re

MENTION = re.compile(r"(?<!\\)<(?:@[!&]?|#|t:|/|a?:|id:)")
EVERYONE = re.compile(r"@(?:everyone|here)")
LINK = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
INVITE = re.compile(r"discord(?:app)?\.(?:gg|com)/", re.IGNORECASE)
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200e\u200f\u061c")


def unescape(text: str) -> str:
    """What the reader sees: escapes resolved, invisible characters gone."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text).translate(dict.fromkeys(map(ord, "\u200b\u2068\u2069")))


def live(text: str) -> str:
    """What is left for Discord to interpret: the text without escaped characters."""
    return re.sub(r"\\([^0-9A-Za-z\s])", "\x01", text)
