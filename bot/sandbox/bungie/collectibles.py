"""Component 800: exotics with their states, weapons the profile's, armour that of each character of its class."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox import facts
from bot.sandbox.bungie.answers import Json
from bot.sandbox.bungie.presence import guarded
from bot.sandbox.world.catalogue import Catalogue
from bot.sandbox.world.collection import owned_exotics
from bot.sandbox.world.model import Character, Person

NOT_ACQUIRED, OBSCURED, INVISIBLE, CANNOT_AFFORD, NO_SPACE, UNIQUE, DISABLED = 1, 2, 4, 8, 16, 32, 64
_ROOTS = {"collectionCategoriesRootNodeHash": 3790247699, "collectionBadgesRootNodeHash": 498211331}
_OWNED = (0, 0, 0, CANNOT_AFFORD, NO_SPACE, CANNOT_AFFORD | NO_SPACE, UNIQUE, DISABLED | CANNOT_AFFORD)
_LACKED = (NOT_ACQUIRED, NOT_ACQUIRED, NOT_ACQUIRED | CANNOT_AFFORD, NOT_ACQUIRED | OBSCURED, NOT_ACQUIRED | DISABLED)


def collectibles(person: Person, catalogue: Catalogue) -> Json:
    rows, owned = (*facts.exotics(), *catalogue.exotics.values()), owned_exotics(person)
    worn = [row for row in rows if "class" in row]
    return {
        "profileCollectibles": guarded(person, lambda: _of_profile(person, rows, owned)),
        "characterCollectibles": guarded(
            person, lambda: {c.character_id: _of(c, worn, owned) for c in person.characters}
        ),
    }


def _of_profile(person: Person, rows: Sequence[facts.Row], owned: set[int]) -> Json:
    return {
        "recentCollectibleHashes": [rows[n]["hash"] for n in range(3) if person.exotics >> n & 1],
        "newnessFlaggedCollectibleHashes": [],
        "collectibles": {str(row["hash"]): _state(row, owned) for row in rows if "class" not in row},
        **_ROOTS,
    }


def _of(character: Character, worn: Sequence[facts.Row], owned: set[int]) -> Json:
    """A character's armour; that of the other classes is never acquired by it, and can't be seen."""
    states = {
        str(row["hash"]): _state(row, owned)
        if row["class"] == character.class_type
        else {"state": NOT_ACQUIRED | INVISIBLE}
        for row in worn
    }
    return {"collectibles": states} | _ROOTS


def _state(row: facts.Row, owned: set[int]) -> Json:
    """Bit 1 alone tells whether it was ever acquired; the others say what the shop thinks of it."""
    if row["hash"] in owned:
        return {"state": _OWNED[row["hash"] % len(_OWNED)]}
    return {"state": NOT_ACQUIRED | INVISIBLE if row.get("redacted") else _LACKED[row["hash"] % len(_LACKED)]}
