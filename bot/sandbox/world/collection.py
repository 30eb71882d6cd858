"""What a person owns and has earned: bits in the order of the facts, and the hashes that they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from bot.sandbox import facts
from bot.sandbox.world.catalogue import FACTS, Catalogue
from bot.sandbox.world.model import Person, SealProgress

_SCARCE = {
    2220014607: 0.3,  # Anarchy
    2329697053: 0.15,  # Tarrabah
    2300465938: 0.06,  # Vex Mythoclast
    753200559: 0.0,  # Eyes of Tomorrow
    2705309061: 0.0,  # Icefall Mantle
    3500000010: 0.0,  # what is classified
    3500000001: 0.15,  # Stoicism
    3500000002: 0.1,  # Relativism
    3500000003: 0.12,  # Solipsism
}
"""The share of those whom the dice gave an exotic that keeps it: the game is not fair either."""


def stock(person: Person, skill: float) -> None:
    """Armour for the person's classes, and catalysts for their weapons, by dice of their own; scarce things go."""
    rng = Random(f"collection:{person.membership_id}")
    first = len(facts.rows("collectibles"))
    for place, row in enumerate(facts.rows("armor"), first):
        if rng.random() < 0.2 + skill * 0.7 and _wearable(person, row):
            person.exotics |= 1 << place
    for place, row in enumerate(facts.exotics()):
        if rng.random() >= _SCARCE.get(row["hash"], 1.0):
            person.exotics &= ~(1 << place)
    for place, row in enumerate(facts.rows("catalysts")):
        if rng.random() < 0.1 + skill * 0.8 and has_weapon_of(person, row["hash"]):
            person.catalysts |= 1 << place
    agree(person)


def agree(person: Person) -> None:
    """A triumph that several seals ask for is done in all of them or in none; no seal is finished by that alone."""
    for seal in facts.rows("seals"):
        done = person.seals[seal["completion"]].done
        for place, record in enumerate(seal["records"]):
            if done >> place & 1 and len(facts.seals_with(record)) > 1:
                mark(person, record, FACTS)
    for seal in facts.rows("seals"):
        progress = person.seals[seal["completion"]]
        own = next((n for n, record in enumerate(seal["records"]) if len(facts.seals_with(record)) == 1), None)
        if progress.earned_at is None and own is not None:
            progress.done &= ~(1 << own)


def mark(person: Person, record: int, catalogue: Catalogue) -> None:
    """Do a triumph, in every seal that asks for it."""
    for completion, place in catalogue.seals_with(record):
        person.seals[completion].done |= 1 << place


def learn(people: Iterable[Person], known: Catalogue, told: Catalogue) -> None:
    """Everybody begins the seals that a version of the manifest brings, or changes; done triumphs stay done."""
    fresh = {completion: row for completion, row in told.seals.items() if known.seals.get(completion) != row}
    for person in people if fresh else ():
        done = done_triumphs(person, known)
        for completion, row in fresh.items():
            progress = person.seals.setdefault(completion, SealProgress())
            progress.done = sum(1 << place for place, record in enumerate(row["records"]) if record in done)


def owned_exotics(person: Person) -> set[int]:
    """Collectible hashes that a reader of every scope finds acquired; armour needs a character of its class."""
    rows = enumerate(facts.exotics())
    return {row["hash"] for place, row in rows if person.exotics >> place & 1 and _wearable(person, row)} | {
        *person.found
    }


def acquire(person: Person, row: facts.Row) -> bool:
    """Whether the exotic is theirs now: armour only if they play its class."""
    if not _wearable(person, row):
        return False
    if row["hash"] in facts.exotic_by_hash():
        person.exotics |= 1 << facts.exotics().index(row)
    else:
        person.found.append(row["hash"])
    return True


def done_catalysts(person: Person) -> set[int]:
    return {row["hash"] for place, row in enumerate(facts.rows("catalysts")) if person.catalysts >> place & 1}


def done_triumphs(person: Person, catalogue: Catalogue) -> set[int]:
    return {
        record
        for seal in catalogue.all_seals()
        for place, record in enumerate(seal["records"])
        if person.seals[seal["completion"]].done >> place & 1
    }


def findable(person: Person, catalogue: Catalogue) -> list[int]:
    """What this person lacks and could find, the newest first; classified things aside."""
    owned, rows = owned_exotics(person), [*reversed(catalogue.exotics.values()), *facts.exotics()]
    lacked = (row for row in rows if row["hash"] not in owned and not row.get("redacted"))
    return [row["hash"] for row in lacked if _wearable(person, row)]


def open_catalysts(person: Person) -> list[int]:
    """Catalysts that are left of the weapons that this person has."""
    done = done_catalysts(person)
    left = (row["hash"] for row in facts.rows("catalysts") if row["hash"] not in done)
    return [record for record in left if has_weapon_of(person, record)]


def open_triumphs(person: Person, catalogue: Catalogue) -> list[int]:
    """What is left of the seals of today that this person doesn't hold, the newest first."""
    done = done_triumphs(person, catalogue)
    seals = (row for row in catalogue.all_seals() if not row["legacy"] and not person.seals[row["completion"]].held)
    return list(dict.fromkeys(record for seal in seals for record in seal["records"] if record not in done))


def has_weapon_of(person: Person, catalyst: int) -> bool:
    place = facts.weapon_of_catalyst(catalyst)
    return place is not None and bool(person.exotics >> place & 1)


def _wearable(person: Person, row: facts.Row) -> bool:
    return "class" not in row or any(c.class_type == row["class"] for c in person.characters)
