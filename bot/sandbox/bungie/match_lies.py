"""Histories and reports that are well-formed and wrong, as Bungie.net has given them.

A lie of `rate` r tells it of that share of matches, always of the same ones; without a rate of all.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot.sandbox.bungie.answers import Refusal
from bot.sandbox.bungie.codes import INSUFFICIENT_PRIVILEGES, PGCR_NOT_FOUND, PRIVACY
from bot.sandbox.bungie.faults import Fault
from bot.sandbox.world.matches.combat import split
from bot.sandbox.world.matches.model import Entry, Match, Meeting

_HOUR = 3600.0


def _struck(lie: Fault, key: str, default: float = 1.0) -> bool:
    """Whether this lie is told of this thing."""
    rate = float(lie.option("rate", default))
    return zlib.crc32(f"{lie.option('salt', '')}:{lie.kind}:{key}".encode()) < rate * 2**32


# -- history --------------------------------------------------------------------------------------------


def lie_about_meetings(meetings: list[Meeting], who: str, now: int, lies: Sequence[Fault]) -> list[Meeting]:
    """What a history knows of the meetings of `who`, newest first, before it is cut into pages."""
    for lie in lies:
        if lie.kind == "private":
            raise Refusal(PRIVACY)
        if lie.kind in _HIDDEN:
            hidden = _HIDDEN[lie.kind]
            meetings = [meeting for meeting in meetings if not hidden(lie, meeting, who, now)]
    return meetings


def page_of(meetings: list[Meeting], page: int, count: int, lies: Sequence[Fault]) -> list[Meeting]:
    """One page; it may begin with the last row of the page before, lack its last rows, or be empty."""
    begin = page * count
    kinds = {lie.kind for lie in lies}
    if "repeat" in kinds and page > 0:
        begin -= 1
    cut = meetings[begin : page * count + count]
    if "empty" in kinds:
        return []
    for lie in lies:
        if lie.kind == "short":
            cut = cut[: max(len(cut) - int(lie.option("count", 3)), 0)]
    return cut


def _omitted(lie: Fault, meeting: Meeting, who: str, now: int) -> bool:
    """Always the same rows; with `every`, others after so many seconds."""
    turn = now // int(lie.option("every", 2**40))
    return _struck(lie, f"{who}:{meeting.id}:{turn}", 0.2)


def _late(lie: Fault, meeting: Meeting, who: str, now: int) -> bool:
    return meeting.end > now - float(lie.option("delay", 600)) and _struck(lie, f"{who}:{meeting.id}")


def _stale(lie: Fault, meeting: Meeting, who: str, now: int) -> bool:
    return meeting.end > now - float(lie.option("delay", _HOUR))


_HIDDEN: dict[str, Callable[[Fault, Meeting, str, int], bool]] = {"omit": _omitted, "late": _late, "stale": _stale}


# -- reports --------------------------------------------------------------------------------------------


def lie_about_match(match: Match, now: float, lies: Sequence[Fault]) -> Match:
    """What a report tells of a match; a report that isn't given is a refusal."""
    age = now - match.ended_at.timestamp()
    for lie in lies:
        if lie.kind in _REFUSED and _struck(lie, match.instance_id):
            code, until = _REFUSED[lie.kind]
            if age < float(lie.option("delay", until)):
                raise Refusal(code)
        elif lie.kind in _CHANGED and _struck(lie, match.instance_id):
            match = _CHANGED[lie.kind](match, lie, age)
    return match


_REFUSED = {
    "late": (PGCR_NOT_FOUND, 600.0),
    "gone": (PGCR_NOT_FOUND, float("inf")),
    "contest": (INSUFFICIENT_PRIVILEGES, _HOUR),
}
"""The code, and how many seconds after the match's end it is given, if the lie has no `delay` of its own."""


def _changing(match: Match, lie: Fault, age: float) -> Match:
    """In its first hour (`delay`) a report lacks some of its entries."""
    if age >= float(lie.option("delay", _HOUR)):
        return match
    keep = max(len(match.entries) - int(lie.option("count", 2)), 1)
    chosen = sorted(match.entries, key=lambda one: zlib.crc32(f"{one.membership_id}:{one.joined}".encode()))[:keep]
    return replace(match, entries=tuple(entry for entry in match.entries if entry in chosen))


def _twice(match: Match, lie: Fault, age: float) -> Match:
    """Everyone with a kill (or `player` alone) has two lines, which sum up to the one."""
    entries: list[Entry] = []
    for entry in match.entries:
        meant = lie.option("player", entry.membership_id) == entry.membership_id and entry.kills > 1
        entries += split(entry, match.seconds) if meant else [entry]
    return replace(match, entries=tuple(entries))


def _each(change: Callable[[Entry], Entry]) -> Callable[[Match, Fault, float], Match]:
    """The same change of every entry, or of `player`'s alone."""

    def changed(match: Match, lie: Fault, age: float) -> Match:
        player = lie.option("player", None)
        entries = (change(one) if player in (None, one.membership_id) else one for one in match.entries)
        return replace(match, entries=tuple(entries))

    return changed


_CHANGED: dict[str, Callable[[Match, Fault, float], Match]] = {
    "changing": _changing,
    "twice": _twice,
    "empty": lambda match, lie, age: replace(match, entries=()),
    "bare": _each(lambda entry: replace(entry, extended=False)),
    "weaponless": _each(lambda entry: replace(entry, weapons=())),
    "classless": _each(lambda entry: replace(entry, classed=False)),
    "nameless": _each(lambda entry: replace(entry, named=False)),
}
