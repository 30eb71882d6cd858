"""Addresses within the site. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlencode


def link(path: str, asked: Mapping[str, object] | None = None, **changes: object) -> str:
    """The path with the parameters that were asked for and these changes; None takes a parameter away.

    The place in the list is forgotten: whatever changes begins at the start again.
    """
    merged = {**(asked or {}), "cursor": None, **changes}
    query = urlencode({name: str(value) for name, value in merged.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def member(membership_id: int | str) -> str:
    return f"/members/{membership_id}"


def match(instance_id: int) -> str:
    return f"/matches/{instance_id}"


def local(path: str) -> str:
    """A path of this site, and nothing else: what a form hands back is not trusted."""
    return path if re.fullmatch(r"/(?![/\\])[^\x00-\x20\\]*", path) else "/"


def file_name(*words: str) -> str:
    """ "Quiet Orbit", "roster" -> quiet-orbit-roster; letters that a file's name can't bear are left out."""
    plain = unicodedata.normalize("NFKD", "-".join(words)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-") or "hawthorne"
