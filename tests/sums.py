"""Sums over a sandbox's world in a few plain lines, to hold Hawthorne's figures against: its matches' final form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.sandbox import facts
from bot.sandbox.world import World


@dataclass(frozen=True)
class Kill:
    """What one player did with one weapon in one match; a player's two entries give two of these."""

    instance_id: str
    membership_id: str
    weapon: int
    slot: str
    modes: tuple[int, ...]
    day: date
    kills: int
    precision: int


def kills_in(world: World) -> Iterator[Kill]:
    """Everyone's, strangers' too, out of all matches that are over."""
    slots = {row["hash"]: row["slot"] for row in facts.rows("weapons")}
    for meeting in world.matches.everything():
        match = world.match(str(meeting.id))
        assert match is not None
        if match.ended_at > world.now():
            continue
        for entry in match.entries:
            for weapon, kills, precision in entry.weapons:
                who, day = entry.membership_id, match.period.date()
                yield Kill(match.instance_id, who, weapon, slots[weapon], match.modes, day, kills, precision)


def sums_of(world: World, key: Callable[[Kill], object], members: set[str] | None = None) -> Counter[object]:
    """Kills by whatever `key` says of each; e.g. `lambda kill: (kill.membership_id, kill.weapon)`."""
    sums: Counter[object] = Counter()
    for kill in kills_in(world):
        if members is None or kill.membership_id in members:
            sums[key(kill)] += kill.kills
    return sums
