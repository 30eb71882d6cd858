"""Discord's limits, in one place, and the embed that keeps them."""

from __future__ import annotations

from collections.abc import Iterable

import discord

TITLE_LIMIT = 256
DESCRIPTION_LIMIT = 4096
AUTHOR_LIMIT = 256
CHOICE_LIMIT = 100
CHOICES = 25
PAGE_LIMIT = 3200  # what the guide allows an answer; far below what Discord takes


def embed(
    description: str, colour: int, *, title: str | None = None, url: str | None = None, author: str | None = None
) -> discord.Embed:
    """An embed within Discord's limits; what is too long ends in …"""
    made = discord.Embed(
        title=cut(title, TITLE_LIMIT) if title else None,
        description=cut(description, DESCRIPTION_LIMIT),
        colour=colour,
        url=url,
    )
    if author:
        made.set_author(name=cut(author, AUTHOR_LIMIT))
    return made


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units: that is what Discord counts."""
    if _units(text) <= limit:
        return text
    while _units(text) > limit - 1:
        text = text[: len(text) - max(1, (_units(text) - limit) // 2)]
    return text + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fill(parts: Iterable[str], separator: str, limit: int) -> tuple[str, int]:
    """As many of the parts as fit into `limit` characters, joined, and how many were left out."""
    taken: list[str] = []
    rest = list(parts)
    length = 0
    while rest and length + len(rest[0]) + len(separator) <= limit:
        length += len(rest[0]) + len(separator)
        taken.append(rest.pop(0))
    return separator.join(taken), len(rest)
