"""One sentence for each kind of event, in Discord's markdown. Pure text: posts and digests are made of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.event import Event, EventKind
from bot.domain.outbox import PostFacts
from bot.presenters.manifest_words import VERSION_LIMIT, news_words
from bot.presenters.text import date_text, ordinal, plain_name, safe_name, span, stamp

CLAN_CAPACITY = 100
CLAN_NAME_LIMIT = 64
TEXT_LIMIT = 200
TOLD_LATE = timedelta(hours=1)
_STINTS_SHOWN = 3

_RANKS = {
    "founder": "the founder",
    "acting_founder": "the acting founder",
    "admin": "an admin",
    "member": "a member",
    "beginner": "a beginner",
}


def sentence(event: Event, facts: PostFacts, now: datetime) -> str:
    """What happened, with what the memory adds to it; says when, if that was more than an hour ago."""
    parts = [_LINES[event.kind](event, facts, now)]
    if now - event.occurred_at > TOLD_LATE:
        parts.append(stamp(event.occurred_at))
    return " · ".join(parts) + _earlier(event, facts)


def who(event: Event) -> str:
    """The member's name in bold."""
    return f"**{safe_name(event.name)}**"


def clan(group_id: int | str | None, facts: PostFacts, name: str = "") -> str:
    """A clan's name in bold; `name` where the memory has none."""
    known = facts.clans.get(int(group_id), "") if group_id else ""
    return f"**{safe_name(known or name or 'another clan', CLAN_NAME_LIMIT)}**"


def _of_clan(event: Event, facts: PostFacts, word: str = "") -> str:
    return f" {word}{clan(event.group_id, facts)}" if facts.several and event.group_id else ""


def _count(facts: PostFacts) -> list[str]:
    return [f"{facts.members} of {CLAN_CAPACITY}"] if facts.members is not None else []


def _joined(event: Event, facts: PostFacts, now: datetime) -> str:
    power = [f"power {facts.power}"] if facts.power else []
    return " · ".join([f"{who(event)} joined{_of_clan(event, facts)}", *power, *_count(facts)])


def _earlier(event: Event, facts: PostFacts) -> str:
    if event.kind is not EventKind.JOINED or not facts.earlier:
        return ""
    stints = [f"{joined:%Y-%m} to {left:%Y-%m}" for joined, left in facts.earlier[-_STINTS_SHOWN:]]
    return f"\nwas here {', '.join(stints)}"


def _left(event: Event, facts: PostFacts, now: datetime) -> str:
    parts = [f"{who(event)} left or was removed{_of_clan(event, facts, 'from ')}"]
    if joined := _time(event.detail.get("joined_at")):
        parts.append(f"{span(event.occurred_at - joined)} here")
    if facts.last_played_at:
        parts.append(f"last played {stamp(facts.last_played_at)}")
    if to_group := event.detail.get("to_group_id"):
        parts.append(f"now in {clan(to_group, facts, str(event.detail.get('to_name') or ''))}")
    return " · ".join([*parts, *_count(facts)])


def _time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _renamed(event: Event, facts: PostFacts, now: datetime) -> str:
    old, new = (safe_name(str(event.detail.get(key) or "")) for key in ("from", "to"))
    when = "today" if event.occurred_at.date() == now.date() else date_text(event.occurred_at)
    return f"**{new}** was **{old}** until {when}"


def _role_changed(event: Event, facts: PostFacts, now: datetime) -> str:
    was, is_now = role(event.detail.get("from")), role(event.detail.get("to"))
    return f"{who(event)} is now {is_now}{_of_clan(event, facts, 'of ')}, was {was}"


def role(word: object) -> str:
    """ "an admin", "the founder"."""
    return _RANKS.get(str(word)) or safe_name(str(word))


def _clan_switched(event: Event, facts: PostFacts, now: datetime) -> str:
    return " · ".join([f"{who(event)} moved from {origin(event, facts)} to {goal(event, facts)}", *_count(facts)])


def origin(event: Event, facts: PostFacts) -> str:
    """The clan that somebody switched from, in bold."""
    return clan(event.detail.get("from_group_id") or event.other_group_id, facts)


def goal(event: Event, facts: PostFacts) -> str:
    """The clan that somebody switched to, in bold."""
    return clan(event.detail.get("to_group_id") or event.group_id, facts)


def _platform_moved(event: Event, facts: PostFacts, now: datetime) -> str:
    return f"{who(event)} moved to another platform{_of_clan(event, facts, 'in ')} and stays the same person here"


def _clan_changed(event: Event, facts: PostFacts, now: datetime) -> str:
    field = {"about": "description"}.get(str(event.detail.get("field")), str(event.detail.get("field") or "page"))
    owner = clan(event.group_id, facts, event.name) if event.group_id else "The clan"
    old, new = (str(event.detail.get(key) or "") for key in ("from", "to"))
    if field == "name":
        return f"The clan **{_quoted(old)}** is now called **{_quoted(new)}**"
    if not new:
        return f"{owner} took away its {safe_name(field)}, “{_quoted(old)}”"
    was = f", was “{_quoted(old)}”" if old else ""
    return f"{owner} has a new {safe_name(field)}: “{_quoted(new)}”{was}"


def _quoted(text: str) -> str:
    return safe_name(text, TEXT_LIMIT)


def subject(event: Event, facts: PostFacts) -> str:
    """The name of the seal or exotic; "Unknown (hash)" where the manifest has none yet."""
    told = facts.subject or event.detail.get("title") or event.detail.get("name")
    if told:
        return safe_name(str(told), CLAN_NAME_LIMIT)
    number_of_it = event.detail.get("record_hash") or event.detail.get("collectible_hash") or "?"
    return f"Unknown ({plain_name(str(number_of_it))})"


def _seal_earned(event: Event, facts: PostFacts, now: datetime) -> str:
    return " · ".join([f"{who(event)} earned **{subject(event, facts)}**", *_rank(facts, "earn")])


def _rank(facts: PostFacts, verb: str) -> list[str]:
    """ "9th in the clan to gild it"; nothing where the count is not known."""
    if not facts.holders:
        return []
    place = "first" if facts.holders == 1 else ordinal(facts.holders)
    return [f"{place} in the clan to {verb} it"]


def _seal_gilded(event: Event, facts: PostFacts, now: datetime) -> str:
    times = event.detail.get("times")
    told = f"{who(event)} gilded **{subject(event, facts)}**"
    if isinstance(times, int) and times > 1:
        return f"{told} · {ordinal(times)} time"
    return " · ".join([told, *_rank(facts, "gild")])


def _exotic(event: Event, facts: PostFacts, now: datetime) -> str:
    told = f"{who(event)} found **{subject(event, facts)}**"
    if not facts.holders or not facts.members:
        return told
    own = "now owns" if facts.holders == 1 else "now own"
    return f"{told} · {facts.holders} of {facts.members} {own} it"


def _manifest(event: Event, facts: PostFacts, now: datetime) -> str:
    version = str(event.detail.get("version") or event.detail.get("to") or "")
    if not version:
        return "Destiny's definitions were updated"
    told = f"Destiny's definitions are now at version **{safe_name(version, VERSION_LIMIT)}**"
    return " · ".join([told, *news_words(event.detail, safe_name)])


_LINES: dict[EventKind, Callable[[Event, PostFacts, datetime], str]] = {
    EventKind.JOINED: _joined,
    EventKind.LEFT: _left,
    EventKind.RENAMED: _renamed,
    EventKind.ROLE_CHANGED: _role_changed,
    EventKind.CLAN_SWITCHED: _clan_switched,
    EventKind.PLATFORM_MOVED: _platform_moved,
    EventKind.SEAL_EARNED: _seal_earned,
    EventKind.SEAL_GILDED: _seal_gilded,
    EventKind.EXOTIC_ACQUIRED: _exotic,
    EventKind.CLAN_CHANGED: _clan_changed,
    EventKind.MANIFEST_UPDATED: _manifest,
}
