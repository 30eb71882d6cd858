"""Icons of the game: paths that Bungie.net names, and the same below a folder."""

from __future__ import annotations

import re

_PATH = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+\.(?:png|jpe?g|gif|webp)", re.ASCII)
_MOST = 250


def is_icon(path: str) -> bool:
    """Whether it may become the name of a file: plain letters, no part that begins with a dot, a picture's ending."""
    return len(path) <= _MOST and _PATH.fullmatch(path) is not None
