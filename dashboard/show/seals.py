"""The strip of seals: one diamond a seal, always in the same place, so that rows compare without reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.roster import HeldSeal, RosterMember, SealColumn

PITCH = 9
_WIDEST = 20


@dataclass(frozen=True, slots=True)
class Strip:
    """SVG paths of one row, on a ground of `width` by 12."""

    width: int
    missing: str
    held: str
    gilded: str


def columns_of(seals: Sequence[SealColumn], members: Iterable[RosterMember]) -> tuple[SealColumn, ...]:
    """The seals that strips show, in the manifest's order: today's; where those are too many, the most held ones."""
    today = [seal for seal in seals if not seal.legacy]
    if len(today) <= _WIDEST:
        return tuple(today)
    held = Counter(seal.record_hash for member in members for seal in member.seals)
    kept = {seal.record_hash for seal in sorted(today, key=lambda seal: -held[seal.record_hash])[:_WIDEST]}
    return tuple(seal for seal in today if seal.record_hash in kept)


def strip(columns: Sequence[SealColumn], seals: Iterable[HeldSeal]) -> Strip:
    """A speck where the seal is missing, a diamond where it is held, a gold one where it was gilded."""
    times = {seal.record_hash: seal.gilded_times for seal in seals}
    missing: list[str] = []
    held: list[str] = []
    gilded: list[str] = []
    for place, column in enumerate(columns):
        left = place * PITCH
        if column.record_hash not in times:
            missing.append(f"M{left + 3} 4.5h3v3h-3z")
        else:
            (gilded if times[column.record_hash] else held).append(f"M{left + 4.5:g} 1l4 5-4 5-4-5z")
    return Strip(len(columns) * PITCH, "".join(missing), "".join(held), "".join(gilded))


def order_in_words(columns: Sequence[SealColumn], shown: int = 4) -> str:
    """ "Conqueror, Flawless, Unbroken, Dredgen …": what stands where."""
    titles = ", ".join(column.title for column in columns[:shown])
    return titles + (" …" if len(columns) > shown else "")
