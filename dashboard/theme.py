"""Dark or light: the system's choice until the reader makes one, which a cookie keeps."""

from __future__ import annotations

from collections.abc import Mapping

COOKIE = "theme"
THEMES = ("dark", "light")
YEAR_SECONDS = 365 * 24 * 3600


def chosen(cookies: Mapping[str, str]) -> str | None:
    """The reader's theme, None while the system decides."""
    theme = cookies.get(COOKIE)
    return theme if theme in THEMES else None
