"""Facts of the real game that the simulated one is made of: hashes, names and how they hang together.

One row a line in each file, only the fields that the sandbox serves; texts longer than a name are left out.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

ORBIT = 82913930
NO_MODE = 2166136261
"""The FNV hash of nothing: what Bungie.net writes where there is no mode."""

Row = dict[str, Any]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of one facts file, e.g. `rows("seals")`."""
    return tuple(json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")))


@cache
def by_hash(name: str) -> dict[int, Row]:
    return {row["hash"]: row for row in rows(name)}


@cache
def mode_by_type() -> dict[int, Row]:
    """Mode definitions by DestinyActivityModeType."""
    return {row["modeType"]: row for row in rows("modes")}


@cache
def seal_by_completion() -> dict[int, Row]:
    """Seals by the hash of the record whose completion grants the title."""
    return {row["completion"]: row for row in rows("seals")}


@cache
def exotics() -> tuple[Row, ...]:
    """Collectibles in the order of a person's bits: weapons, armour, and one that is classified.

    The class items' and the classified one's hashes are made up.
    """
    return rows("collectibles") + rows("armor") + rows("classified")


@cache
def exotic_by_hash() -> dict[int, Row]:
    return {row["hash"]: row for row in exotics()}


@cache
def record_by_hash() -> dict[int, Row]:
    """Triumphs, titles, gilding counters and catalysts."""
    return by_hash("records") | by_hash("catalysts")


@cache
def weapon_of_catalyst(record: int) -> int | None:
    """The place among the exotics of the weapon that a catalyst is for, told by its name."""
    name = by_hash("catalysts")[record]["name"].removesuffix(" Catalyst")
    return next((place for place, row in enumerate(rows("collectibles")) if name in row["name"]), None)


@cache
def seals_with(record: int) -> tuple[tuple[int, int], ...]:
    """Completion record and place in it of each seal that asks for this triumph."""
    return tuple((row["completion"], row["records"].index(record)) for row in rows("seals") if record in row["records"])


def title_of(completion: int) -> str:
    return str(by_hash("records")[completion]["title"])


def gilding_of(completion: int) -> int | None:
    """The record that counts gildings, for the few seals that can be gilded."""
    return by_hash("records")[completion].get("gilding")
