"""One member in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.member import MemberCharacter, MemberStint
from bot.presenters.roster_view import activity_of
from bot.presenters.text import number, plural, span
from dashboard.people import Person
from dashboard.show import times
from dashboard.show.names import ROLE_WORDS, name_parts
from dashboard.show.overview import Bit, Tile


def takeaway(person: Person, now: datetime) -> tuple[str, str]:
    """What they do now, or when they last played; and since when they are here."""
    row = person.row
    here = f"; here since {times.day(row.joined_at, now)}" if row else "; in no tracked clan now"
    if row and row.online:
        since = f" for {span(now - row.activity_started_at)}" if row.activity_started_at else ""
        return f"Online: {activity_of(row)}{since}", f"{here}."
    played = person.member.last_played_at
    if played is None:
        return "When they last played is not known", f"{here}."
    return f"Last played {times.ago(played, now).text}", f"{here}."


def private_words(person: Person, now: datetime) -> tuple[str, str]:
    """What a private profile means for this page."""
    name = name_parts(person.member.name).bare
    known = any((person.member.power, person.member.triumph_score, person.seals))
    kept = "What is shown was known before; nothing of it is taken away." if known else "Nothing was known before."
    return f"{name} keeps this profile private.", f"It was asked for again and again since. {kept}"


def tiles(person: Person, now: datetime) -> tuple[Tile, ...]:
    member, row = person.member, person.row
    gilded = sum(seal.gilded for seal in person.seals)
    stay = span(now - row.joined_at) if row else "–"
    return (
        Tile("Power", "–" if member.power is None else str(member.power), "", (Bit("of the strongest character"),)),
        Tile("Triumph score", _figure(member.triumph_score), "", _active(person)),
        Tile("Seals", number(len(person.seals)), "", (Bit(f"{number(gilded)} gilded", "gilded"),)),
        Tile("In the clan", stay, "", (Bit(_stays(person, now)),)),
    )


def _figure(value: int | None) -> str:
    return "–" if value is None else number(value)


def _active(person: Person) -> tuple[Bit, ...]:
    active = person.member.triumph_score_active
    return (Bit("not known"),) if active is None else (Bit(number(active), "b"), Bit(" active"))


def _stays(person: Person, now: datetime) -> str:
    stays = len(person.member.stints)
    if person.row is None:
        return f"{plural(stays, 'stay')} before"
    since = times.day(person.row.joined_at, now)
    return f"since {since}" if stays <= 1 else f"since {since}, {plural(stays, 'stay')} in all"


@dataclass(frozen=True, slots=True)
class CharacterLine:
    """One character."""

    class_name: str
    power: int
    title: str | None
    played: times.When | None


def character(row: MemberCharacter, now: datetime) -> CharacterLine:
    return CharacterLine(
        row.class_name, row.power, row.title, times.ago(row.last_played_at, now) if row.last_played_at else None
    )


@dataclass(frozen=True, slots=True)
class StintLine:
    """One stay in one clan."""

    clan: str
    href: str
    role: str
    joined: times.When
    left: times.When | None
    length: str


def stint(row: MemberStint, now: datetime) -> StintLine:
    return StintLine(
        clan=row.clan_name or f"Clan {row.group_id}",
        href=f"/clans/{row.group_id}",
        role=ROLE_WORDS[row.role],
        joined=times.on_day(row.joined_at, now),
        left=times.on_day(row.left_at, now) if row.left_at else None,
        length=span((row.left_at or now) - row.joined_at),
    )
