"""What one member has of all there is to collect, and what they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.collection import CatalystProgress, ExoticRow, ExoticShow
from bot.presenters import exotic_words as words
from bot.presenters.text import number
from dashboard import links
from dashboard.collecting import OwnCollection
from dashboard.collections_query import ExoticTab
from dashboard.show.exotics import TAB_WORDS
from dashboard.show.roster import Choice

_CLASSES = (ExoticTab.TITAN, ExoticTab.HUNTER, ExoticTab.WARLOCK)
_CLASS_HEADINGS = {f"{TAB_WORDS[tab].lower()} armor": f"{TAB_WORDS[tab]} armor" for tab in _CLASSES}
_SHOW_WORDS = {ExoticShow.MISSING: "Missing", ExoticShow.OWNED: "Owned", ExoticShow.ALL: "All"}


@dataclass(frozen=True, slots=True)
class Item:
    """One exotic or catalyst. `beside`: how many could lend advice, or how far it is."""

    href: str
    name: str
    has: bool
    beside: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things below a heading, and how many of them the member has."""

    heading: str
    told: str
    items: list[Item]


def fits(has: bool, show: ExoticShow) -> bool:
    return show is ExoticShow.ALL or has is (show is ExoticShow.OWNED)


def shelves(found: OwnCollection, show: ExoticShow, base: str) -> list[Shelf]:
    """Weapons by slot, armor by class. `base`: where the pages of single exotics begin."""
    owners = {row.exotic.collectible_hash: row.owned for row in found.clan.exotics}
    weapons = [row for row in found.own.exotics if ExoticTab.WEAPONS.holds(row)]
    parts = [(f"{words.SLOT_WORDS.get(slot, slot)} weapons", rows) for slot, rows in words.by_slot(weapons).items()]
    armor = [(f"{TAB_WORDS[tab]} armor", [row for row in found.own.exotics if tab.holds(row)]) for tab in _CLASSES]
    return [_shelf(heading, rows, show, base, owners) for heading, rows in (*parts, *armor) if rows]


def _shelf(heading: str, rows: Sequence[ExoticRow], show: ExoticShow, base: str, owners: Mapping[int, int]) -> Shelf:
    items = [_item(row, base, owners.get(row.exotic.collectible_hash)) for row in rows if fits(bool(row.owners), show)]
    return Shelf(heading, f"{number(sum(bool(row.owners) for row in rows))} of {number(len(rows))}", items)


def _item(row: ExoticRow, base: str, owners: int | None) -> Item:
    key = row.exotic.collectible_hash
    beside = "" if owners is None else "nobody here has it" if not owners else f"{number(owners)} here have it"
    return Item(f"{base}/{key}", row.exotic.name, bool(row.owners), beside if owners != 1 else "1 here has it")


def catalysts(rows: Sequence[CatalystProgress], show: ExoticShow, base: str) -> Shelf | None:
    """None before the first manifest."""
    if not rows:
        return None
    items = [_catalyst(row, base) for row in rows if fits(row.done_at is not None, show)]
    done = sum(row.done_at is not None for row in rows)
    return Shelf("Catalysts", f"{number(done)} of {number(len(rows))}", items)


def _catalyst(row: CatalystProgress, base: str) -> Item:
    weapon = row.catalyst.collectible_hash
    beside = f"{number(row.done or 0)} of {number(row.of)}" if row.of and row.done and row.done_at is None else ""
    return Item(f"{base}/{weapon}" if weapon else "", row.catalyst.name, row.done_at is not None, beside)


def emptied(shelves: Sequence[Shelf], show: ExoticShow) -> str:
    """What is not listed since nothing of it fits: "Nothing is missing of kinetic weapons and Titan armor."."""
    headings = [shelf.heading[0].lower() + shelf.heading[1:] for shelf in shelves if not shelf.items]
    named = [_CLASS_HEADINGS.get(heading, heading) for heading in headings]
    if not named:
        return ""
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Nothing is {'owned' if show is ExoticShow.OWNED else 'missing'} of {listed}."


def segments(path: str, found: OwnCollection, show: ExoticShow) -> list[Choice]:
    has = sum(bool(row.owners) for row in found.own.exotics)
    counts = {ExoticShow.MISSING: len(found.own.exotics) - has, ExoticShow.OWNED: has}
    return [
        Choice(
            text,
            links.link(path, show=None if each is ExoticShow.MISSING else each),
            each is show,
            counts.get(each, len(found.own.exotics)),
        )
        for each, text in _SHOW_WORDS.items()
    ]


def sentence(found: OwnCollection) -> tuple[str, str]:
    """What is lacking of weapons; of armor and catalysts."""
    weapons = [row for row in found.own.exotics if ExoticTab.WEAPONS.holds(row)]
    armor = [row for row in found.own.exotics if not ExoticTab.WEAPONS.holds(row)]
    if not found.own.exotics or found.you.read_at is None:
        return f"{words.member_line(found.own.exotics, found.you)}.", ""
    first = words.member_line(weapons, found.you) if weapons else ""
    rest = words.member_line(armor, found.you) if armor else ""
    done = sum(row.done_at is not None for row in found.catalysts)
    tail = f" {number(done)} of {number(len(found.catalysts))} catalysts are completed." if found.catalysts else ""
    return f"{first or rest}.", f"{f' {rest}.' if first and rest else ''}{tail}"


@dataclass(frozen=True, slots=True)
class Sum:
    """How many of a kind a member has."""

    word: str
    has: str
    of: str
    bar: str


def sums(found: OwnCollection) -> list[Sum]:
    """Weapons, armor and catalysts, as far as they were ever readable."""
    weapons = [bool(row.owners) for row in found.own.exotics if ExoticTab.WEAPONS.holds(row)]
    armor = [bool(row.owners) for row in found.own.exotics if not ExoticTab.WEAPONS.holds(row)]
    exotics = [("Exotic weapons", weapons), ("Exotic armor", armor)] if found.you.read_at else []
    catalysts = [row.done_at is not None for row in found.catalysts] if found.member.records_read_at else []
    return [_sum(word, has) for word, has in (*exotics, ("Catalysts", catalysts)) if has]


def _sum(word: str, has: Sequence[bool]) -> Sum:
    return Sum(word, number(sum(has)), number(len(has)), f"{100 * sum(has) / len(has):.0f}%")
