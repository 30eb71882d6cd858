"""What a version of the manifest changed, in groups: what people look for first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.manifest import Change, DefinitionChange, HeldVersion, ShownChange, TableChanges
from bot.presenters.manifest_words import version_words
from bot.presenters.text import number, plural
from dashboard import links
from dashboard.manifests import ACTIVITIES, ManifestChanges
from dashboard.show import times

PATH = "/manifest/changes"
_HEADINGS = {"exotic": "Exotics", "seal": "Seals", "weapon": "Weapons"}
_WORDS = {Change.ADDED: "new", Change.CHANGED: "changed", Change.REMOVED: "gone"}
_CSS = {Change.ADDED: "up", Change.REMOVED: "down"}
_UNNAMED = "without a name"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that came, changed or went. `was`: its name before, where that was another. `href`: its own page."""

    name: str
    word: str
    css: str
    was: str
    icon: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """`kind` is that of its pictures, "" where there are none. `more` leads to all of them where some are left out."""

    heading: str
    kind: str
    told: str
    items: tuple[Item, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """`name` without the words that all have in common."""

    name: str
    href: str
    added: str
    changed: str
    removed: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version that is held, with the way to what it changed."""

    version: str
    at: times.When
    href: str
    current: bool


def takeaway(found: ManifestChanges, *, whole: bool) -> tuple[str, str]:
    """`whole`: the page of the current version, and not of two that were asked for."""
    if found.end is None:
        return "No manifest has been read yet", "; the first comes within minutes of the start."
    first = f"Version {version_words(found.end.version)}"
    if found.start is None or found.start.step == found.end.step:
        rest = " is the only one so far. What the next one changes stands here then." if whole else ": the same twice."
        return first, rest
    return first, f" {'brought' if whole else 'beside ' + version_words(found.start.version) + ':'} {_sum(found)}."


def _sum(found: ManifestChanges) -> str:
    came = [
        plural(sum(each.kind == kind and each.change is Change.ADDED for each in found.shown), f"new {kind}")
        for kind in _HEADINGS
    ]
    told = [words for words in came if not words.startswith("0 ")]
    if told:
        return ", ".join(told)
    total = sum(table.added + table.changed + table.removed for table in found.tables)
    return f"{plural(total, 'change')}, no new exotic, seal or weapon"


def groups(found: ManifestChanges, activities: Sequence[DefinitionChange]) -> list[Group]:
    """Exotics, seals, weapons, then activities; those that nothing happened to are left out."""
    more = _more(found, len(activities))
    shown = [
        Group(heading, kind, "", tuple(_shown(found, each) for each in found.shown if each.kind == kind))
        for kind, heading in _HEADINGS.items()
    ]
    named = tuple(_item(each) for each in activities if each.name)
    made = [*shown, Group("Activities", "", "", named, more)]
    return [Group(g.heading, g.kind, _told(g.items), g.items, g.more) for g in made if g.items]


def _more(found: ManifestChanges, told: int) -> str:
    """The way to all activities, where there are more than are told."""
    table = next((each for each in found.tables if each.table == ACTIVITIES), None)
    if table is None or table.added + table.changed + table.removed <= told or not found.start or not found.end:
        return ""
    return table_link(found.start, found.end, ACTIVITIES)


def _told(items: Sequence[Item]) -> str:
    counts = ((word, sum(item.word == word for item in items)) for word in _WORDS.values())
    return ", ".join(f"{number(count)} {word}" for word, count in counts if count)


def rows(found: ManifestChanges) -> tuple[Item, ...]:
    """The part of one table that was asked for."""
    return tuple(_item(row) for row in found.rows)


def _shown(found: ManifestChanges, row: ShownChange) -> Item:
    """With its picture, and its page as long as it is there now."""
    today = found.end == found.versions[0] and row.change is not Change.REMOVED and bool(found.frame.clans)
    href = f"{found.frame.base}/{row.kind}s/{row.hash}" if today else ""
    return replace(_item(row), icon=row.icon, href=href)


def _item(row: DefinitionChange | ShownChange) -> Item:
    renamed = row.name_before if row.change is Change.CHANGED and row.name_before != row.name else ""
    return Item(row.name or _UNNAMED, _WORDS[row.change], _CSS.get(row.change, ""), renamed or "")


def tables(changed: Sequence[TableChanges], start: HeldVersion, end: HeldVersion) -> list[TableRow]:
    """Those that something happened to, the most first."""
    busy = [table for table in changed if table.added + table.changed + table.removed]
    busy.sort(key=lambda table: (-(table.added + table.changed + table.removed), table.table))
    return [
        TableRow(
            short(table.table),
            table_link(start, end, table.table),
            number(table.added),
            number(table.changed),
            number(table.removed),
        )
        for table in busy
    ]


def table_link(start: HeldVersion, end: HeldVersion, table: str) -> str:
    return links.link(PATH, {"from": start.version, "to": end.version, "table": table})


def versions(found: ManifestChanges, now: datetime) -> list[VersionRow]:
    """Each with the way to what it changed in the one before it."""
    before = (*found.versions[1:], None)
    return [
        VersionRow(
            version_words(each.version),
            times.ago(each.loaded_at, now),
            links.link(PATH, {"from": past.version, "to": each.version}) if past else "",
            found.end is not None and each.step == found.end.step,
        )
        for each, past in zip(found.versions, before, strict=True)
    ]


def short(table: str) -> str:
    """ "DestinyInventoryItemDefinition" -> "InventoryItem"."""
    return table.removeprefix("Destiny").removesuffix("Definition")
