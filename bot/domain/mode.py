"""The mode words of contract.md section 4: which matches each of them means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Mode(StrEnum):
    """A word for a kind of match. A match belongs to it by its whole list of modes, never by `mode` alone."""

    ALL = "all"
    CRUCIBLE = "crucible"
    COMPETITIVE = "competitive"
    IRON_BANNER = "iron_banner"
    TRIALS = "trials"
    GAMBIT = "gambit"
    PVE = "pve"
    STRIKES = "strikes"
    NIGHTFALL = "nightfall"
    RAID = "raid"
    DUNGEON = "dungeon"

    @property
    def number(self) -> int:
        """The word's number in the database: the bit of mode_bits, the mode of the sums. Never renumbered."""
        return _NUMBER[self]

    @property
    def bit(self) -> int:
        return 1 << _NUMBER[self]

    @property
    def label(self) -> str:
        """As people read it: "Iron Banner"."""
        return _LABEL.get(self) or self.value.replace("_", " ").title()


_NUMBER = {mode: number for number, mode in enumerate(Mode)}
_LABEL = {Mode.ALL: "All modes", Mode.PVE: "PvE", Mode.TRIALS: "Trials of Osiris"}
BY_NUMBER = tuple(Mode)

# DestinyActivityModeType: https://bungie-net.github.io, Destiny.HistoricalStats.Definitions
_TYPES: dict[Mode, frozenset[int]] = {
    Mode.CRUCIBLE: frozenset({5}),
    Mode.COMPETITIVE: frozenset({69}),
    Mode.IRON_BANNER: frozenset({19}),
    Mode.TRIALS: frozenset({84}),
    Mode.GAMBIT: frozenset({63}),
    Mode.PVE: frozenset({7}),
    Mode.STRIKES: frozenset({18}),
    Mode.NIGHTFALL: frozenset({16, 17, 46}),
    Mode.RAID: frozenset({4}),
    Mode.DUNGEON: frozenset({82}),
}
SOCIAL = 40
"""DestinyActivityModeType of social spaces, whose reports are never fetched."""


def mode_bits(modes: Iterable[int]) -> int:
    """The bits of every word that a match with these DestinyActivityModeTypes belongs to; `all` always."""
    found = frozenset(modes)
    return Mode.ALL.bit | sum(mode.bit for mode, types in _TYPES.items() if types & found)


def words_of(bits: int) -> tuple[Mode, ...]:
    """The words whose bits are set, `all` first."""
    return tuple(mode for mode in Mode if bits & mode.bit)
