"""What a clan's exotics say: takeaways, names of kinds and slots, owners in a line. Discord and the web share these.

Plain text. Names are hostile, so each function that says a member's takes `name`, which makes it harmless where it is
shown: `safe_name` for Discord's markdown, `plain_name` for pictures and for pages that escape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.domain.collection import (
    CatalystRow,
    Collector,
    Exotic,
    ExoticDetail,
    ExoticKind,
    ExoticRow,
    ExoticShow,
    Ownership,
)
from bot.presenters.text import date_text, number, plain_name, plural
from bot.presenters.weapon_words import bare

Namer = Callable[[str], str]
FEW = 10
"""Held by fewer than so many is rare."""
SLOT_WORDS = {
    "kinetic": "Kinetic",
    "energy": "Energy",
    "power": "Power",
    "helmet": "Helmets",
    "gauntlets": "Gauntlets",
    "chest": "Chest armor",
    "legs": "Leg armor",
    "class_item": "Class items",
    "unknown": "Slot not known",
}
"""Headings of slots, in the order of the collections."""
_LETTERS = 64
NOT_READ = "No collection has been read yet"


def noun(rows: Iterable[Exotic], count: int = 2) -> str:
    """What those are, one or several: weapons, pieces of armor, or exotics where both are among them."""
    kinds = {row.kind for row in rows}
    if kinds == {ExoticKind.WEAPON}:
        return "weapon" if count == 1 else "weapons"
    if kinds == {ExoticKind.ARMOR}:
        return "piece of armor" if count == 1 else "pieces of armor"
    return "exotic" if count == 1 else "exotics"


def is_few(owned: int) -> bool:
    return 0 < owned < FEW


def shown(row: ExoticRow | CatalystRow, show: ExoticShow, member: int | None = None, *, readable: bool = True) -> bool:
    """Whether a row belongs to what was asked for: missing and owned speak of that member, else of anyone.

    `readable`: whether that member's collections ever were. Of whom nothing is known, nothing is missing; while nobody
    is known, nothing is owned by nobody.
    """
    if show is ExoticShow.NOBODY:
        return is_nobodys(row)
    if show is ExoticShow.RARE:
        return row.owned < FEW and row.owned + row.missing > 0
    if show is ExoticShow.OWNED:
        return bool(row.owners) if member is None else member in row.owners
    if show is ExoticShow.MISSING:
        return row.missing > 0 if member is None else readable and member not in row.owners
    return True


def is_nobodys(row: ExoticRow | CatalystRow) -> bool:
    """Whether no member owns it, though someone's collections are known."""
    return not row.owners and row.missing > 0


def takeaway(rows: Sequence[ExoticRow], members: Sequence[Collector], name: Namer = plain_name) -> str:
    """What those rows say of the clan, in one sentence without its full stop."""
    if not rows:
        return "No exotic is known yet"
    if not any(member.read_at for member in members):
        return NOT_READ
    exotics = [row.exotic for row in rows]
    nobody = [row.exotic for row in rows if not row.owners]
    if nobody:
        return _nobody(nobody, noun(exotics, len(nobody)))
    return _rarest(rows, members, name)


def _nobody(nobody: Sequence[Exotic], what: str) -> str:
    if len(nobody) == 1:
        return f"One {what} is owned by nobody"
    return f"{number(len(nobody))} {what} are owned by nobody"


def _rarest(rows: Sequence[ExoticRow], members: Sequence[Collector], name: Namer) -> str:
    if not any(row.missing for row in rows):
        return f"Everyone owns all {number(len(rows))} {noun(row.exotic for row in rows)}"
    fewest = min(row.owned for row in rows)
    rarest = [row for row in rows if row.owned == fewest]
    what = noun([row.exotic for row in rows], len(rarest))
    if len(rarest) > 1:
        whom = "one member" if fewest == 1 else plural(fewest, "member")
        return f"{number(len(rarest))} {what} are the rarest: {whom} each"
    row = rarest[0]
    if fewest == 1:
        owner = next((member.name for member in members if member.membership_id == row.owners[0]), "")
        return f"Only {name(bare(owner))} owns {name(row.exotic.name)}"
    return f"{name(row.exotic.name)} is the rarest: {number(fewest)} of {number(len(members))} own it"


def rare(rows: Iterable[ExoticRow]) -> tuple[ExoticRow, ...]:
    """Those that someone owns but fewer than ten do, the rarest first."""
    return tuple(sorted((row for row in rows if is_few(row.owned)), key=lambda row: (row.owned, row.exotic.position)))


def rare_line(rows: Sequence[ExoticRow], members: int) -> str:
    """ "9 more are held by fewer than ten"; "" where none is, and in a clan of fewer than ten."""
    few, more = len(rare(rows)), any(not row.owners for row in rows)
    if not few or members < FEW:
        return ""
    one = "One more is" if more else "One is"
    several = f"{number(few)} more are" if more else f"{number(few)} are"
    return f"{one if few == 1 else several} held by fewer than ten"


def member_line(rows: Sequence[ExoticRow], member: Collector, name: Namer = plain_name) -> str:
    """ "Marrow lacks 9 of 36 weapons"; of whom nothing is known, so."""
    who, exotics = name(bare(member.name)), [row.exotic for row in rows]
    if member.read_at is None:
        return f"{who} has never shown collections"
    missing = len(lacking(rows, member))
    if not missing:
        return f"{who} owns all {number(len(rows))} {noun(exotics)}"
    return f"{who} lacks {number(missing)} of {number(len(rows))} {noun(exotics)}"


def lacking(rows: Iterable[ExoticRow], member: Collector) -> tuple[ExoticRow, ...]:
    """What that member lacks, in its place; nothing for whom nothing is known."""
    if member.read_at is None:
        return ()
    return tuple(row for row in rows if member.membership_id not in row.owners)


def catalysts_line(rows: Sequence[CatalystRow], members: int) -> str:
    """What the catalysts say, in one sentence without its full stop."""
    if not rows:
        return "No catalyst is known yet"
    if not any(row.owned + row.missing for row in rows):
        return "No triumphs have been read yet"
    nobody = sum(is_nobodys(row) for row in rows)
    if nobody:
        return f"{'One catalyst is' if nobody == 1 else f'{number(nobody)} catalysts are'} completed by nobody"
    if not any(row.missing for row in rows):
        return f"Everyone completed all {plural(len(rows), 'catalyst')}"
    rarest = min(rows, key=lambda row: row.owned)
    what = plain_name(rarest.catalyst.name, _LETTERS)
    return f"{what} is the rarest: {number(rarest.owned)} of {number(members)} completed it"


def exotic_line(detail: ExoticDetail, name: Namer = plain_name) -> str:
    """Who owns one exotic, in one sentence without its full stop."""
    what, owned, known = name(detail.exotic.name), len(detail.owners), len(detail.owners) + len(detail.lacking)
    if not known:
        return f"{NOT_READ}, so nobody knows who owns {what}"
    if not owned:
        return f"Nobody owns {what}"
    if owned == 1:
        return f"Only {name(bare(detail.owners[0].name))} owns {what}"
    if not detail.lacking:
        return f"All {number(owned)} whose collections are known own {what}"
    if len(detail.lacking) == 1:
        return f"Only {name(bare(detail.lacking[0].name))} lacks {what}"
    return f"{number(owned)} of {number(detail.members)} own {what}"


def owners_line(
    row: ExoticRow | CatalystRow, names: Mapping[int, str], name: Namer = plain_name, limit: int = 3
) -> str:
    """The first owners by name: "Tamsin, Quill and 4 more". `names`: of members by membership id."""
    found = sorted((bare(names[owner]) for owner in row.owners if owner in names), key=str.casefold)
    told = [name(each) for each in found[:limit]]
    rest = len(found) - len(told)
    return f"{', '.join(told)} and {number(rest)} more" if rest else ", ".join(told)


def private_line(member: Collector, name: Namer = plain_name) -> str:
    """What a member who is private now leaves us; "" for everyone else."""
    if not member.private:
        return ""
    who = name(bare(member.name))
    if member.read_at is None:
        return f"{who} keeps collections private, so nothing of theirs is counted"
    known = plural(member.owned, "exotic")
    return f"{who} keeps collections private now. Known until {date_text(member.read_at)}: {known}"


def by_slot(rows: Iterable[ExoticRow]) -> dict[str, list[ExoticRow]]:
    """Rows by slot, in the order of the collections; slots without any are left out."""
    found: dict[str, list[ExoticRow]] = {}
    for row in rows:
        found.setdefault(row.exotic.slot, []).append(row)
    order = list(SLOT_WORDS)
    return dict(sorted(found.items(), key=lambda each: order.index(each[0]) if each[0] in order else len(order)))


def average(rows: Sequence[ExoticRow | CatalystRow]) -> str:
    """How much of those rows is owned among members who are known: "45 %"; "" while nobody is."""
    owned, known = sum(row.owned for row in rows), sum(row.owned + row.missing for row in rows)
    return f"{100 * owned / known:.0f} %" if known else ""


def names_of(ownership: Ownership) -> dict[int, str]:
    return {member.membership_id: member.name for member in ownership.members}
