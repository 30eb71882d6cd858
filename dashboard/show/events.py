"""Events as sentences: pieces of text, some of which are names, links or titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.domain.event import Event, EventKind
from bot.domain.role import Role
from bot.presenters.manifest_words import news_words, version_words
from bot.presenters.text import ordinal, plain_name, span
from dashboard import links
from dashboard.show import times
from dashboard.show.names import ROLE_WORDS, name_parts

KIND_WORDS = {
    EventKind.JOINED: "Joined",
    EventKind.LEFT: "Left",
    EventKind.CLAN_SWITCHED: "Switched clan",
    EventKind.RENAMED: "Renamed",
    EventKind.ROLE_CHANGED: "Rank",
    EventKind.SEAL_EARNED: "Seals",
    EventKind.SEAL_GILDED: "Gilded",
    EventKind.EXOTIC_ACQUIRED: "Exotics",
    EventKind.PLATFORM_MOVED: "Platform",
    EventKind.CLAN_CHANGED: "Clan",
    EventKind.MANIFEST_UPDATED: "Manifest",
}
_ICONS = {
    EventKind.JOINED: ("in", "on"),
    EventKind.LEFT: ("outx", ""),
    EventKind.SEAL_EARNED: ("sealx", "seal"),
    EventKind.SEAL_GILDED: ("sealx", "gilded"),
    EventKind.EXOTIC_ACQUIRED: ("gem", "exotic"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """css "b": bold. With a `link` it leads to that member."""

    text: str
    css: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One event."""

    icon: str
    css: str
    pieces: tuple[Piece, ...]
    at: times.When


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one UTC day under its heading."""

    heading: str
    lines: list[Line]


def days(events: Iterable[Event], clans: Mapping[int, str], now: datetime) -> list[Day]:
    """`clans`: names by group id. The events come newest first."""
    return [
        Day(times.heading(group[0].occurred_at, now), [line(event, clans) for event in group])
        for group in (list(found) for _, found in groupby(events, key=lambda event: event.occurred_at.date()))
    ]


def line(event: Event, clans: Mapping[int, str]) -> Line:
    icon, css = _ICONS.get(event.kind, ("ren", ""))
    return Line(icon, css, tuple(_SENTENCES[event.kind](event, clans)), times.at_clock(event.occurred_at))


def _who(event: Event, whole: bool = False) -> Piece:
    parts = name_parts(event.name)
    text = parts.whole if whole else parts.bare
    return Piece(text or "Someone", "b", links.member(event.membership_id) if event.membership_id else "")


def _clan(event: Event, clans: Mapping[int, str], key: str, name_key: str = "") -> str:
    """A clan's name: as the event kept it, or as we know it; "another clan" where nobody does."""
    kept = event.detail.get(name_key)
    return plain_name(str(kept), 64) if kept else clans.get(_id(event.detail.get(key)), "another clan")


def _id(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0


def _joined(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return _who(event), Piece(" joined")


def _left(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    detail, words = event.detail, " left or was removed"
    joined = _moment(detail.get("joined_at"))
    stay = f" after {span(event.occurred_at - joined)}" if joined else ""
    now_in = f", now in {_clan(event, clans, 'to_group_id', 'to_name')}" if _went_on(detail) else ""
    return _who(event, whole=True), Piece(f"{words}{stay}{now_in}")


def _went_on(detail: Mapping[str, Any]) -> bool:
    return bool(detail.get("to_name") or detail.get("to_group_id"))


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def _renamed(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return (
        _who(event),
        Piece(" was "),
        Piece(str(event.detail.get("from", "someone else")), "was"),
        Piece(" before"),
    )


def _role_changed(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return _who(event), Piece(f" is now {_role(event, 'to')}, was {_role(event, 'from')}")


def _role(event: Event, key: str) -> str:
    try:
        role = Role(str(event.detail.get(key)))
    except ValueError:
        return "of another rank"
    word = ROLE_WORDS[role].lower()
    return f"{'an' if word[0] == 'a' else 'a'} {word}"


def _switched(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    source, target = _clan(event, clans, "from_group_id"), _clan(event, clans, "to_group_id")
    return _who(event), Piece(f" moved from {source} to {target}")


def _moved(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return _who(event), Piece(" plays on under another account")


def _earned(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return _who(event), Piece(" earned "), Piece(str(event.detail.get("title", "a seal")), "seal")


def _gilded(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    times_gilded = event.detail.get("times")
    again = f" for the {ordinal(times_gilded)} time" if isinstance(times_gilded, int) and times_gilded > 1 else ""
    return _who(event), Piece(" gilded "), Piece(str(event.detail.get("title", "a seal")), "gilded"), Piece(again)


def _found(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    return _who(event), Piece(" found "), Piece(str(event.detail.get("name", "an exotic")), "exotic")


def _clan_changed(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    before, after = str(event.detail.get("from", "")), str(event.detail.get("to", ""))
    changed = f"The clan’s {event.detail.get('field', 'name')} is now "
    return Piece(changed), Piece(after or "empty", "b"), Piece(", was "), Piece(before or "empty", "was")


def _manifest(event: Event, clans: Mapping[int, str]) -> Sequence[Piece]:
    """With the names of what it brought, and the way to all of it."""
    version = str(event.detail.get("version") or "")
    told = Piece("Destiny’s manifest was updated" + (" to " if version else ""))
    news = "".join(f" · {words}" for words in news_words(event.detail))
    return (told, Piece(version_words(version), "", _changes(event.detail)), Piece(news)) if version else (told,)


def _changes(detail: Mapping[str, Any]) -> str:
    """The page of what lies between the two versions; of versions of long ago nothing is held."""
    steps = {"from": detail.get("from"), "to": detail["version"]}
    return links.link("/manifest/changes", steps) if "news" in detail else ""


_SENTENCES: dict[EventKind, Callable[[Event, Mapping[int, str]], Sequence[Piece]]] = {
    EventKind.JOINED: _joined,
    EventKind.LEFT: _left,
    EventKind.RENAMED: _renamed,
    EventKind.ROLE_CHANGED: _role_changed,
    EventKind.CLAN_SWITCHED: _switched,
    EventKind.PLATFORM_MOVED: _moved,
    EventKind.SEAL_EARNED: _earned,
    EventKind.SEAL_GILDED: _gilded,
    EventKind.EXOTIC_ACQUIRED: _found,
    EventKind.CLAN_CHANGED: _clan_changed,
    EventKind.MANIFEST_UPDATED: _manifest,
}
