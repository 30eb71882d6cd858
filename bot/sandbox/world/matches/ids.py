"""Instance ids: they grow with the start of a match, as Bungie.net's do, and say when it began."""

from __future__ import annotations

_FIRST = 1_504_656_000
"""The day the game came out: 2017-09-06."""
_PER_SECOND = 50
PAST, NEWCOMERS, FILLED, ORDERED = 0, 15, 20, 35
"""Where the matches of one second begin to be numbered, so that no two sources give the same id.

Those ordered one by one, and those of the present, are spared hashes and modes that nobody ordered.
"""


def is_ordered(instance: int) -> bool:
    return instance % _PER_SECOND >= ORDERED


class Ids:
    """Hands out ids, each once."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def give(self, start: int, source: int) -> int:
        """The next free id of a match that begins at `start`."""
        chosen = (start - _FIRST) * _PER_SECOND + source
        while chosen in self._given:
            chosen += 1
        self._given.add(chosen)
        return chosen

    def note(self, given: int) -> None:
        """This one is taken: it was given in an earlier life of this world."""
        self._given.add(given)
