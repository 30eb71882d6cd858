"""The world as Hawthorne's readers should see it: one roster row a member, by the words of the public contract."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.sandbox import facts
from bot.sandbox.world.catalogue import FACTS, Catalogue
from bot.sandbox.world.model import ROLES, Character, Person

_FRESH = timedelta(minutes=15)


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 with Z, to the second where there is no fraction."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def playing(person: Person, now: datetime) -> Character | None:
    """The character that counts as online: in an activity that is confirmed, or that began under 15 minutes ago."""
    started = [c for c in person.characters if c.activity_started is not None]
    if person.private or not started:
        return None
    character = max(started, key=lambda c: (c.activity_started, c.character_id))
    if character.activity is None or character.activity_started is None:
        return None
    recent = now - character.activity_started < _FRESH
    return character if person.online or recent else None


def activity_name(hash_: int) -> str:
    return "Orbit" if hash_ == facts.ORBIT else str(facts.by_hash("activities")[hash_]["name"])


def roster_row(person: Person, now: datetime, catalogue: Catalogue = FACTS) -> dict[str, Any]:
    """What every reader of Hawthorne should be told about a member."""
    return {
        "membership_id": person.membership_id,
        "membership_type": person.membership_type,
        "name": person.name,
        "role": ROLES[person.role] if person.group_id else None,
        "joined_at": stamp(person.joined_at),
        **_presence(person, now),
        "last_played_at": stamp(person.last_played),
        "power": person.power,
        **_triumphs(person, catalogue),
        "title": _title(person, catalogue),
        "private": person.private,
        "is_online": person.online,
    }


def _presence(person: Person, now: datetime) -> dict[str, Any]:
    character = playing(person, now)
    activity = character.activity if character else None
    modes = activity.mode_types if activity else ()
    return {
        "online": character is not None,
        "activity": activity_name(activity.hash) if activity else None,
        "activity_hash": activity.hash if activity else None,
        "playlist_hash": activity.playlist if activity else None,
        "activity_mode": facts.mode_by_type()[modes[0]]["name"] if modes else None,
        "activity_mode_types": list(modes),
        "activity_started_at": stamp(character.activity_started) if character else None,
    }


def _triumphs(person: Person, catalogue: Catalogue) -> dict[str, Any]:
    """Scores and seals; nothing is known of someone whose progression is private."""
    if person.private:
        return {"triumph_score": None, "triumph_score_active": None, "seals": []}
    return {
        "triumph_score": person.lifetime_score,
        "triumph_score_active": person.active_score,
        "seals": [
            {
                "record_hash": completion,
                "title": catalogue.title_of(completion),
                "gilded": progress.gilded >= 1,
                "gilded_times": progress.gilded,
            }
            for completion, progress in person.seals.items()
            if progress.held
        ],
    }


def _title(person: Person, catalogue: Catalogue) -> str | None:
    title = person.current.title
    return None if title is None else catalogue.title_of(title)


def stranger_row(person: Person) -> dict[str, Any]:
    return {
        "membership_id": person.membership_id,
        "membership_type": person.membership_type,
        "name": person.name,
        "earlier_clans": [stint.group_id for stint in person.stints],
    }
