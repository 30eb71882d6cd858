"""The kinds of matches there are, each a playlist of the real game or what is launched without one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.sandbox import facts

Lean = Literal["pvp", "pve", "mixed"]
_WEEK = 604_800
_RESET = 493_200
"""Seconds from the epoch to its first weekly reset: Tuesday, 17:00 UTC."""
_WEEKEND = 259_200


@dataclass(frozen=True)
class Kind:
    """`modes` in Bungie.net's order, the most specific first in PvP. `teams`: 2, 1 (all together) or 0 (each alone).

    `size` players a team, at most `party` in a fireteam; `minutes`, `kills` and `deaths` are ranges for one player.
    `when`: only at weekends, or in the weeks of the banner.
    """

    key: str
    director: int | None
    modes: tuple[int, ...]
    teams: int
    size: int
    party: int
    minutes: tuple[int, int]
    kills: tuple[int, int]
    deaths: tuple[int, int]
    weight: int
    lean: Lean
    spots: tuple[int, ...]
    when: str = ""
    private: bool = False

    @property
    def mode(self) -> int:
        """What activityDetails.mode says: the most specific of the modes."""
        return self.modes[0] if self.lean == "pvp" or self.modes[0] != 7 else self.modes[-1]

    @property
    def family(self) -> str:
        """Which weapons people bring: "pvp" or "pve"."""
        return "pvp" if self.lean == "pvp" else "pve"

    @property
    def fights(self) -> bool:
        return self.kills[1] > 0


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by key."""
    return {row["key"]: _kind(row) for row in facts.rows("playlists")}


def _kind(row: facts.Row) -> Kind:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Kind(**(row | lists))


@cache
def kind_of_spot() -> dict[int, Kind]:
    """The kind as which an activity is usually played."""
    found: dict[int, Kind] = {}
    for kind in kinds().values():
        for spot in kind.spots:
            found.setdefault(spot, kind)
    return found


def week_of(second: int) -> int:
    """Weeks since the epoch's first reset; they begin on Tuesdays at 17:00 UTC."""
    return (second - _RESET) // _WEEK


def week_start(week: int) -> int:
    return _RESET + week * _WEEK


def season_of_play(second: int) -> tuple[bool, bool]:
    """Whether it is a weekend (Friday 17:00 to the reset), and a week of the banner (every fourth)."""
    week = week_of(second)
    return second - week_start(week) >= _WEEKEND, week % 4 == 2


@cache
def choice_of(lean: int, weekend: bool, banner: bool) -> tuple[list[Kind], list[float]]:
    """What someone plays who leans so far to PvP (0 to 10): kinds and their cumulative weights."""
    open_now = {"": True, "weekend": weekend, "banner": banner}
    offered = [kind for kind in kinds().values() if open_now[kind.when]]
    total, sums = 0.0, []
    for kind in offered:
        total += kind.weight * {"pvp": lean / 5, "pve": 2 - lean / 5, "mixed": 1}[kind.lean]
        sums.append(total)
    return offered, sums
