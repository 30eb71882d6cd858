"""What answers about exotics and seals have in common: lists that end in a link, members by name, what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.clan import Clan
from bot.presenters.embeds.answer import Shown
from bot.presenters.text import number, plural, safe_name
from bot.presenters.weapon_words import bare

THING_LIMIT = 60
"""Characters of an exotic's, a seal's or a triumph's name."""
NAMES = 30


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the figures: whose they are, how old, and where all of them are (None: nowhere)."""

    clan: Clan
    last_line: str
    url: str | None = None
    shown: Shown = Shown.NONE


def thing(name: str) -> str:
    return safe_name(name, THING_LIMIT)


def person(name: str) -> str:
    """A member as lists say them: without the code."""
    return safe_name(bare(name))


def listed(lines: Sequence[str], limit: int, url: str | None) -> str:
    """One below another; what is too many is counted and linked."""
    rest = len(lines) - limit
    return "\n".join([*lines[:limit], *([more(rest, url)] if rest > 0 else [])])


def more(count: int, url: str | None) -> str:
    words = f"+ {number(count)} more"
    return f"[{words}]({url})" if url else words


def under(heading: str, body: str) -> str:
    """A heading with what stands below it; nothing where nothing does."""
    return f"**{heading}**\n{body}" if body else ""


def people(names: Iterable[str], url: str | None, limit: int = NAMES) -> str:
    """Members in one line, by name."""
    found = sorted((person(name) for name in names), key=str.casefold)
    rest = len(found) - limit
    return ", ".join([*found[:limit], *([more(rest, url)] if rest > 0 else [])])


def unread_line(unread: int, private: int, what: str) -> str:
    """Of how many nothing is known, and who hides by now; "" where all is known."""
    told = []
    if unread:
        told.append(f"{plural(unread, 'member')} never showed their {what}, so nothing of theirs is counted")
    if private:
        keep, count = plural(private, "member keeps", "members keep"), "counts" if private == 1 else "count"
        told.append(f"{keep} them private now and {count} as last seen")
    return f"{'; '.join(told)}." if told else ""
