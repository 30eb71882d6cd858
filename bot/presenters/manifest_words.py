"""Words for versions of the manifest, shared by posts and pages. Pure."""

from __future__ import annotations

from bot.presenters.text import plain_name

VERSION_LIMIT = 64


def version_words(version: str) -> str:
    """ "251400.26.11.17.1700-1-bnet.71400": as Bungie.net writes it, harmless and bounded."""
    return plain_name(version, VERSION_LIMIT)
