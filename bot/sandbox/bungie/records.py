"""Component 900: the records of every seal, the titles' own records, the gilding counters, and the catalysts."""

from __future__ import annotations

from typing import Any

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.collection import has_weapon_of
from bot.sandbox.world.model import Person, SealProgress

ACTIVE_SEALS, LEGACY_SEALS = 616318467, 1881970629
RECORDS_ROOT = 1866538467
WARDEN = 1561715947
"""This title's completion record is served character by character: in the real game such records exist among the
triumphs, and a reader who looks at the profile alone must miss something here."""

REDEEMED, UNAVAILABLE, NOT_COMPLETED, OBSCURED, INVISIBLE, CAN_EQUIP = 1, 2, 4, 8, 16, 64


def scope_of(row: facts.Row) -> int:
    """Of a record; 0: one for the profile, 1: one for each character."""
    return 1 if row["hash"] == WARDEN else int(row["scope"])


def profile_records(person: Person, catalogue: Catalogue) -> Json:
    """Destiny.Components.Records.DestinyProfileRecordsComponent; older answers lack lifetimeScore."""
    lifetime = {"lifetimeScore": person.lifetime_score} if person.tells_lifetime else {}
    return {
        "score": person.active_score,
        "activeScore": person.active_score,
        "legacyScore": person.legacy_score,
        **lifetime,
        "records": _records(person, 0, catalogue),
        "recordCategoriesRootNodeHash": RECORDS_ROOT,
        "recordSealsRootNodeHash": ACTIVE_SEALS,
    }


def character_records(person: Person, catalogue: Catalogue) -> Json:
    """By character id. What is done was done by the first character; the others know nothing of it."""
    done = _records(person, 1, catalogue)
    undone = {key: _record(catalogue.record(int(key)), False) for key in done}
    return {
        character.character_id: {
            "featuredRecordHashes": [],
            "records": undone if n else done,
            "recordCategoriesRootNodeHash": RECORDS_ROOT,
            "recordSealsRootNodeHash": ACTIVE_SEALS,
        }
        for n, character in enumerate(person.characters)
    }


def _records(person: Person, scope: int, catalogue: Catalogue) -> Json:
    """All records of one scope, keyed by their hash as a string; a reading older than a seal lacks that."""
    found: Json = {}
    for seal in catalogue.all_seals():
        if (progress := person.seals.get(seal["completion"])) is not None:
            found |= _of_seal(person, scope, seal, progress, catalogue)
    return found | _catalysts(person, scope)


def _of_seal(person: Person, scope: int, seal: facts.Row, progress: SealProgress, catalogue: Catalogue) -> Json:
    found: Json = {}
    for place, hash_ in enumerate(seal["records"]):
        if scope_of(row := catalogue.record(hash_)) == scope:
            done = bool(progress.done >> place & 1)
            found[str(hash_)] = _record(row, done, seal["legacy"], partly(person, hash_))
    if scope_of(catalogue.record(seal["completion"])) == scope:
        found[str(seal["completion"])] = completion_record(seal, progress, catalogue)
    gilding = catalogue.gilding_of(seal["completion"])
    if gilding and scope == 0 and progress.held:
        found[str(gilding)] = _gilding_record(catalogue.record(gilding), progress)
    return found


def partly(person: Person, record: int) -> int:
    """How far someone has come with what they haven't done: a number of their own, to be cut to the goal."""
    return int(person.membership_id) // 7 + record // 3


def _catalysts(person: Person, scope: int) -> Json:
    """Of a weapon that someone lacks the catalyst is obscured and counts nothing."""
    found: Json = {}
    for place, row in enumerate(facts.rows("catalysts")):
        if row["scope"] == scope:
            done, begun = bool(person.catalysts >> place & 1), has_weapon_of(person, row["hash"])
            found[str(row["hash"])] = _catalyst(row, done, partly(person, row["hash"]) if begun else None)
    return found


def _catalyst(row: facts.Row, done: bool, begun: int | None) -> Json:
    goal = 100 * (2 + row["hash"] % 6)
    state = REDEEMED if done else NOT_COMPLETED | (OBSCURED if begun is None else 0)
    progress = goal if done else (begun or 0) % goal
    objectives = [_objective(hash_, progress, goal) for hash_ in row["objectives"]]
    return {"state": state, "objectives": objectives, "intervalsRedeemedCount": 0}


def _record(row: facts.Row, done: bool, legacy: bool = False, partly: int = 0) -> Json:
    """One triumph; a few are invisible until done, and some count on past their goal."""
    state = REDEEMED | (UNAVAILABLE | CAN_EQUIP if row["hash"] % 5 == 0 else 0) if done else NOT_COMPLETED
    if not done and row["hash"] % 17 == 0:
        state |= INVISIBLE
    steps = row.get("intervals")
    hashes = [step[0] for step in steps] if steps else row["objectives"]
    goal = 1 + row["hash"] % 3
    progress = goal * (100 if legacy else 1) if done else partly % goal
    objectives = [_objective(hash_, progress, goal) for hash_ in hashes]
    key = "intervalObjectives" if steps else "objectives"
    return {"state": state, key: objectives, "intervalsRedeemedCount": len(hashes) if steps and done else 0}


def completion_record(seal: facts.Row, progress: SealProgress, catalogue: Catalogue) -> Json:
    """The record of the title: bits 1 and 64 say that it is held, bit 4 that records are missing."""
    needed = catalogue.needed_for(seal["completion"])
    count = sum(progress.done >> place & 1 for place in catalogue.base_places(seal["completion"]))
    state = (REDEEMED if progress.redeemed else 0) | (CAN_EQUIP if progress.equippable else 0)
    state |= (UNAVAILABLE if seal["legacy"] else 0) | (0 if count >= needed else NOT_COMPLETED)
    objectives = [_objective(hash_, count, needed) for hash_ in catalogue.record(seal["completion"])["objectives"]]
    return {"state": state, "objectives": objectives, "intervalsRedeemedCount": 0}


def _gilding_record(gilding: facts.Row, progress: SealProgress) -> Json:
    """Shown once the title is held; completedCount is how often it was gilded, absent before the first time."""
    state = REDEEMED if progress.gilded_this_season else NOT_COMPLETED
    objectives = [_objective(h, int(progress.gilded_this_season), 1) for h in gilding["objectives"]]
    count = {"completedCount": progress.gilded} if progress.gilded else {}
    return {"state": state, "objectives": objectives, "intervalsRedeemedCount": 0, **count}


def _objective(hash_: int, progress: int, goal: int) -> dict[str, Any]:
    return {
        "objectiveHash": hash_,
        "progress": progress,
        "completionValue": goal,
        "complete": progress >= goal,
        "visible": True,
    }
