"""One exotic: what it is, who has it since when, who lacks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.collection import Collector, Exotic, ExoticDetail, ExoticKind, Owner
from bot.presenters import exotic_words as words
from bot.presenters.text import number
from dashboard import links
from dashboard.show import times
from dashboard.show.names import name_parts

_SLOT_WORDS = {
    "kinetic": "Kinetic slot",
    "energy": "Energy slot",
    "power": "Power slot",
    "helmet": "Helmet",
    "gauntlets": "Gauntlets",
    "chest": "Chest armor",
    "legs": "Leg armor",
    "class_item": "Class item",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A member in a list, with a few words beside the name; `at` where those are a time."""

    href: str
    name: str
    words: str = ""
    at: times.When | None = None


def kind(exotic: Exotic) -> str:
    """ "Exotic weapon · Kinetic slot · Forsaken"."""
    if exotic.kind is ExoticKind.WEAPON:
        what = "Exotic weapon"
    else:
        what = f"Exotic armor of {exotic.guardian.capitalize()}s" if exotic.guardian else "Exotic armor"
    return " · ".join(filter(None, (what, _SLOT_WORDS.get(exotic.slot, ""), exotic.expansion or "")))


def takeaway(detail: ExoticDetail) -> tuple[str, str]:
    return f"{words.exotic_line(detail)}.", _catalyst(detail)


def _catalyst(detail: ExoticDetail) -> str:
    row = detail.catalyst
    if row is None or not row.owned + row.missing:
        return ""
    return f" {number(row.owned)} of {number(detail.members)} completed its catalyst."


def found(detail: ExoticDetail, now: datetime) -> list[Person]:
    """Who found it while we looked, the last first."""
    return [
        Person(links.member(owner.membership_id), name_parts(owner.name).bare, "", times.ago(owner.seen_at, now))
        for owner in reversed(detail.owners)
        if not owner.quiet
    ]


def before(owners: Iterable[Owner]) -> list[Person]:
    """Who had it when we first looked, by name."""
    had = [(owner.membership_id, owner.name) for owner in owners if owner.quiet]
    return _by_name(Person(links.member(key), name_parts(name).bare) for key, name in had)


def lacking(detail: ExoticDetail) -> list[Person]:
    return _by_name(
        Person(links.member(each.membership_id), name_parts(each.name).bare, "private now" if each.private else "")
        for each in detail.lacking
    )


def unknown(people: Iterable[Collector]) -> list[Person]:
    return _by_name(
        Person(
            links.member(each.membership_id), name_parts(each.name).bare, "private" if each.private else "not read yet"
        )
        for each in people
    )


def _by_name(people: Iterable[Person]) -> list[Person]:
    return sorted(people, key=lambda person: person.name.casefold())
