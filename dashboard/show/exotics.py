"""The matrix of exotics: rows in groups, the sentence above them, the filter bar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.collection import CatalystRow, Collector, ExoticRow, ExoticShow
from bot.presenters import exotic_words as words
from bot.presenters.text import number, plain_name, plural
from dashboard import links
from dashboard.collecting import Collections
from dashboard.collections_query import ExoticOrder, ExoticTab
from dashboard.show.matrix import Grid, Strip, strip
from dashboard.show.names import name_parts
from dashboard.show.roster import Choice
from dashboard.show.weapon_filters import Menu, member_menu

TAB_WORDS = {
    ExoticTab.WEAPONS: "Weapons",
    ExoticTab.TITAN: "Titan",
    ExoticTab.HUNTER: "Hunter",
    ExoticTab.WARLOCK: "Warlock",
}
ORDER_WORDS = {ExoticOrder.SLOT: "By slot", ExoticOrder.EXPANSION: "By expansion", ExoticOrder.OWNED: "Most owned"}
_SHOW_WORDS = {
    ExoticShow.ALL: "all",
    ExoticShow.MISSING: "missing",
    ExoticShow.OWNED: "owned",
    ExoticShow.NOBODY: "nobody’s",
    ExoticShow.RARE: "fewer than ten",
}
_NAMED, _LETTERS = 3, 64


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `lacks`: whether the chosen member lacks it, None where that is not asked or not known."""

    href: str
    name: str
    owned: str
    told: str
    bar: str
    nobody: bool
    lacks: bool | None
    strip: Strip


@dataclass(frozen=True, slots=True)
class Group:
    """Rows below a heading; "" where there is just one group."""

    heading: str
    told: str
    lines: list[Line]


def groups(rows: Sequence[ExoticRow], order: ExoticOrder, base: str, grid: Grid, you: Collector | None) -> list[Group]:
    """`base`: where the pages of single exotics begin."""
    if order is ExoticOrder.OWNED:
        return [_group("", _most_owned(rows), base, grid, you)] if rows else []
    if order is ExoticOrder.SLOT:
        by_slot = words.by_slot(rows).items()
        return [
            _group(words.SLOT_WORDS.get(slot, slot), _most_owned(found), base, grid, you) for slot, found in by_slot
        ]
    return [_group(heading, found, base, grid, you) for heading, found in _by_expansion(rows).items()]


def _by_expansion(rows: Iterable[ExoticRow]) -> dict[str, list[ExoticRow]]:
    """In order of release; what nothing tells comes last."""
    found: dict[str, list[ExoticRow]] = {}
    for row in rows:
        found.setdefault(row.exotic.expansion or "", []).append(row)
    untold = found.pop("", [])
    return {**found, **({"Expansion not known": untold} if untold else {})}


def _most_owned(rows: Iterable[ExoticRow]) -> list[ExoticRow]:
    return sorted(rows, key=lambda row: (-row.owned, row.exotic.position))


def _group(heading: str, rows: Sequence[ExoticRow], base: str, grid: Grid, you: Collector | None) -> Group:
    lines = [_line(row, f"{base}/{row.exotic.collectible_hash}", row.exotic.name, "own it", grid, you) for row in rows]
    what = words.noun((row.exotic for row in rows), len(rows))
    return Group(heading, _told(rows, f"{number(len(rows))} {what}", "owned"), lines)


def _told(rows: Sequence[ExoticRow | CatalystRow], many: str, verb: str) -> str:
    average = words.average(rows)
    return f"{many}, {average} {verb} on average" if average else many


def catalyst_groups(
    rows: Sequence[CatalystRow], order: ExoticOrder, base: str, grid: Grid, you: Collector | None
) -> list[Group]:
    """One group, in the game's order or the most completed first. Each leads to the page of its weapon."""
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: -row.owned) if order is ExoticOrder.OWNED else rows
    lines = [_line(row, _weapon(row, base), row.catalyst.name, "completed it", grid, you) for row in ordered]
    return [Group("", _told(rows, plural(len(rows), "catalyst"), "completed"), lines)]


def _weapon(row: CatalystRow, base: str) -> str:
    return f"{base}/{row.catalyst.collectible_hash}" if row.catalyst.collectible_hash else ""


def _line(row: ExoticRow | CatalystRow, href: str, name: str, verb: str, grid: Grid, you: Collector | None) -> Line:
    members = len(grid.columns)
    lacks = None if you is None or you.read_at is None else you.membership_id not in row.owners
    return Line(
        href=href,
        name=name,
        owned=number(row.owned),
        told=f"of {number(members)} {verb}",
        bar=f"{100 * row.owned / max(members, 1):.0f}%",
        nobody=words.is_nobodys(row),
        lacks=lacks,
        strip=strip(grid, row.owners),
    )


def sentence(rows: Sequence[ExoticRow], members: Sequence[Collector], you: Collector | None) -> tuple[str, str]:
    """What nobody has, by name where that is few; how much is rare; what the chosen member lacks."""
    nobody = [plain_name(row.exotic.name, _LETTERS) for row in rows if words.is_nobodys(row)]
    named = f": {', '.join(nobody)}" if 0 < len(nobody) <= _NAMED else ""
    rest = [words.rare_line(rows, len(members)), words.member_line(rows, you) if you and rows else ""]
    return f"{words.takeaway(rows, members)}{named}.", "".join(f" {each}." for each in rest if each)


def catalyst_sentence(rows: Sequence[CatalystRow], members: int, you: Collector | None) -> tuple[str, str]:
    rest = ""
    if you and you.read_at and rows:
        done = sum(you.membership_id in row.owners for row in rows)
        rest = f" {plain_name(name_parts(you.name).bare)} completed {number(done)} of {number(len(rows))}."
    return f"{words.catalysts_line(rows, members)}.", rest


def tabs(base: str, asked: Mapping[str, str], found: Collections, current: ExoticTab | None) -> list[Choice]:
    """`current` None: catalysts."""
    counts = {tab: sum(tab.holds(row) for row in found.clan.exotics) for tab in ExoticTab}
    chosen = [
        Choice(
            TAB_WORDS[tab],
            links.link(f"{base}/exotics", asked, kind=None if tab is ExoticTab.WEAPONS else tab),
            tab is current,
            counts[tab],
        )
        for tab in ExoticTab
    ]
    catalysts = links.link(f"{base}/catalysts", asked, kind=None)
    return [*chosen, Choice("Catalysts", catalysts, current is None, len(found.clan.catalysts))]


def orders(path: str, asked: Mapping[str, str], current: ExoticOrder, usual: ExoticOrder) -> list[Choice]:
    return [
        Choice(words, links.link(path, asked, order=None if order is usual else order), order is current)
        for order, words in ORDER_WORDS.items()
    ]


def catalyst_orders(path: str, asked: Mapping[str, str], current: ExoticOrder) -> list[Choice]:
    by_owners = current is ExoticOrder.OWNED
    return [
        Choice("In the game’s order", links.link(path, asked, order=None), not by_owners),
        Choice("Most completed", links.link(path, asked, order=ExoticOrder.OWNED), by_owners),
    ]


def menus(path: str, asked: Mapping[str, str], found: Collections) -> list[Menu]:
    """Whom it is about, and what to show; missing and owned are offered where they tell something."""
    people = sorted(
        ((each.membership_id, each.name) for each in found.clan.members), key=lambda each: each[1].casefold()
    )
    you, show = found.you, found.query.show
    choices = [
        Choice(
            _SHOW_WORDS[each].capitalize(),
            links.link(path, asked, show=None if each is ExoticShow.ALL else each),
            each is show,
        )
        for each in ExoticShow
    ]
    return [
        member_menu(path, asked, people, you.membership_id if you else None, you.name if you else ""),
        Menu("Show", _SHOW_WORDS[show], choices, show is not ExoticShow.ALL),
    ]
