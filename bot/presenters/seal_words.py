"""What a clan's seals say: takeaways, titles told apart, who is closest. Discord and the web share these.

Plain text; `name` makes a member's name harmless, as in exotic_words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.domain.collection import ClanSeals, Closest, MemberSeal, SealRow
from bot.domain.roster import SealColumn
from bot.presenters.exotic_words import Namer
from bot.presenters.text import number, ordinal, plain_name, plural
from bot.presenters.weapon_words import bare


def titles(rows: Iterable[SealRow | MemberSeal | SealColumn]) -> dict[int, str]:
    """What each seal is called, by completion record: its title, with the seal's name where years share the title.

    Today's seal that bears its title as its name needs no more; of legacy ones with one name the place is said.
    """
    found = list(rows)
    often = Counter(row.title for row in found)
    places: Counter[tuple[str, str, bool]] = Counter()

    def told(row: SealRow | MemberSeal | SealColumn) -> str:
        same = row.title, row.name, row.legacy
        places[same] += 1
        more = [row.name] if row.name != row.title else []
        more += ["legacy"] if row.legacy else []
        more += [ordinal(places[same])] if places[same] > 1 else []
        return f"{row.title} ({', '.join(more)})" if more and often[row.title] > 1 else row.title

    return {row.record_hash: told(row) for row in found}


def takeaway(clan: ClanSeals, name: Namer = plain_name) -> str:
    """Who earned what last; before anyone did, what most hold. One sentence without its full stop."""
    if not clan.rows:
        return "No seal is known yet"
    if not clan.readable:
        return "No triumphs have been read yet"
    if clan.last:
        verb = "gilded" if clan.last.times else "earned"
        return f"{name(bare(clan.last.name))} {verb} {clan.last.title} last"
    most = max(clan.rows, key=lambda row: (len(row.holders), -row.position))
    if not most.holders:
        return "Nobody holds a seal yet"
    return (
        f"{titles(clan.rows)[most.record_hash]} is held by most: {number(len(most.holders))} of {number(clan.members)}"
    )


def held_line(clan: ClanSeals) -> str:
    """ "16 of 18 seals are held by someone" of today's seals; "" where there is none."""
    today = [row for row in clan.rows if not row.legacy]
    held = sum(bool(row.holders) for row in today)
    if not today or not clan.readable:
        return ""
    if held == len(today):
        return f"Each of today's {number(held)} seals is held by someone"
    return f"{number(held)} of today's {plural(len(today), 'seal')} {'is' if held == 1 else 'are'} held by someone"


def holders_line(row: SealRow) -> str:
    """ "21, 9 gilded"; "nobody"."""
    if not row.holders:
        return "nobody"
    gilded = sum(holder.gilded for holder in row.holders)
    return f"{number(len(row.holders))}, {number(gilded)} gilded" if gilded else number(len(row.holders))


def seal_line(row: SealRow, members: int, title: str = "", name: Namer = plain_name) -> str:
    """Who holds one seal, in one sentence without its full stop. `title`: as `titles` tells it apart."""
    what, held = title or row.title, len(row.holders)
    gilded = sum(holder.gilded for holder in row.holders)
    if not held:
        nearest = f"; {closest_line(row.closest[0], name)}" if row.closest and row.closest[0].done else ""
        return f"Nobody holds {what}{nearest}"
    if held == 1:
        tail = f", gilded {times(row.holders[0].gilded_times)}" if gilded else ""
        return f"Only {name(bare(row.holders[0].name))} holds {what}{tail}"
    return f"{number(held)} of {number(members)} hold {what}{f', {number(gilded)} gilded it' if gilded else ''}"


def closest_line(closest: Closest, name: Namer = plain_name) -> str:
    return f"{name(bare(closest.name))} is closest with {number(closest.done)} of {number(closest.of)}"


def nearest(rows: Iterable[SealRow], limit: int) -> tuple[tuple[SealRow, Closest], ...]:
    """Who is closest to any seal of today, least left first; each member once, with the seal that is nearest."""
    pairs = [(row, each) for row in rows if not row.legacy for each in row.closest if each.done]
    pairs.sort(key=lambda pair: (pair[1].missing, pair[0].position, pair[1].name.casefold()))
    first: dict[int, tuple[SealRow, Closest]] = {}
    for row, each in pairs:
        first.setdefault(each.membership_id, (row, each))
    return tuple(first.values())[:limit]


def nearest_own(seals: Iterable[MemberSeal], limit: int) -> tuple[MemberSeal, ...]:
    """The seals of today that one member is closest to and does not hold, least left first."""
    open_ = [s for s in seals if not s.legacy and s.held_since is None and s.done and s.of]
    return tuple(sorted(open_, key=lambda seal: ((seal.of or 0) - (seal.done or 0), seal.position)))[:limit]


def member_line(seals: Sequence[MemberSeal], who: str, name: Namer = plain_name) -> str:
    """ "Vesper holds 13 seals, 4 of them gilded"; who is closest to what comes after it where nothing is held."""
    held = [seal for seal in seals if seal.held_since]
    gilded = sum(seal.gilded_times > 0 for seal in held)
    tail = f", {number(gilded)} of them gilded" if gilded and len(held) > 1 else ", gilded" if gilded else ""
    return f"{name(bare(who))} holds {plural(len(held), 'seal') if held else 'no seal yet'}{tail}"


def left_line(left: Sequence[str], limit: int = 3) -> str:
    """The triumphs that are left by name: "Left: A, B and 2 more"; "" where none is known."""
    if not left:
        return ""
    rest = len(left) - limit
    return f"Left: {', '.join(left[:limit])}{f' and {number(rest)} more' if rest > 0 else ''}"


def times(count: int) -> str:
    """How often: once, twice, "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")
