"""Words for versions of the manifest, shared by posts and pages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.manifest import KINDS, Change
from bot.presenters.text import number, plain_name, plural

VERSION_LIMIT = 64
NAME_LIMIT = 48
_NAMED = 6
"""Names of a kind that a sentence has room for: an expansion brings a hundred weapons."""


def version_words(version: str) -> str:
    """ "251400.26.11.17.1700-1-bnet.71400": as Bungie.net writes it, harmless and bounded."""
    return plain_name(version, VERSION_LIMIT)


def news_words(detail: Mapping[str, Any], name: Callable[[str, int], str] = plain_name) -> list[str]:
    """What a manifest_updated event has to tell: "2 new exotics: Malfeasance, Ace of Spades", seals, weapons.

    Where it brought none of these, the counts of all definitions. `name` makes a name of at most so many characters
    harmless.
    """
    told = [_came(kind, found, name) for kind in KINDS if (found := _names(detail, f"{kind}s"))]
    return told or _counts(detail)


def _names(detail: Mapping[str, Any], kinds: str) -> list[str]:
    news = detail.get("news")
    found = news.get(kinds) if isinstance(news, Mapping) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _came(kind: str, names: list[str], name: Callable[[str, int], str]) -> str:
    shown = ", ".join(name(each, NAME_LIMIT) for each in names[:_NAMED])
    more = f" and {number(len(names) - _NAMED)} more" if len(names) > _NAMED else ""
    return f"{plural(len(names), f'new {kind}')}: {shown}{more}"


def _counts(detail: Mapping[str, Any]) -> list[str]:
    """ "definitions: 12 added, 30 changed, 4 removed", without those that are none."""
    counts = {change.value: detail.get(change.value) for change in Change}
    words = ", ".join(f"{number(count)} {word}" for word, count in counts.items() if isinstance(count, int) and count)
    return [f"definitions: {words}"] if words else []
