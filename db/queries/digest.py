"""The version of an answer: what it says, in a few letters."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import blake2b

from bot.domain.weapon import WeaponRow


def digest(rows: Iterable[WeaponRow], *rest: object) -> str:
    """The same for the same answer, another as soon as one figure or name differs: under it a picture of it is kept.

    It comes from the answer itself and not from a counter of writes, so that the span that slides with the clock, a
    join, a new name and a late report all count, and a write that changes nothing here does not.
    """
    figures: list[int] = []
    words: list[object] = []
    for row in rows:
        weapon = row.weapon
        figures += (weapon.weapon_hash, row.kills, row.precision_kills, row.matches, row.players)
        words.append(weapon.name)
        for version in row.versions:
            figures += (version.weapon_hash, version.kills)
    said = blake2b(array("q", figures).tobytes(), digest_size=12)
    said.update(repr((words, rest)).encode())
    return said.hexdigest()
