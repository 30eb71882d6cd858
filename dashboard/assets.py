"""Static files, few and small: read once, kept in memory, addressed by what they contain."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePath

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file; `digest` changes with its content."""

    body: bytes
    content_type: str
    digest: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Every file of dashboard/static by name."""
    return {
        entry.name: _asset(entry.read_bytes(), _TYPES[ending])
        for entry in (files("dashboard") / "static").iterdir()
        if (ending := PurePath(entry.name).suffix) in _TYPES
    }


def _asset(body: bytes, content_type: str) -> Asset:
    return Asset(body, content_type, hashlib.blake2b(body, digest_size=6).hexdigest())


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that it may be kept for good."""
    return f"/static/{name}?v={assets()[name].digest}"
