"""Exotics, catalysts, seals and triumphs as the API and the CSV show them. Pure; the keys' order is the columns'."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.collection import CatalystRow, Closest, ExoticRow, Holder, MemberSeal, SealRow, Triumph
from dashboard.api.shapes import Shape, time

EXOTIC_COLUMNS = (
    "collectible_hash",
    "item_hash",
    "name",
    "slot",
    "kind",
    "class",
    "expansion",
    "icon",
    "owners",
    "owned",
    "missing",
    "unknown",
)
SEAL_COLUMNS = ("record_hash", "name", "title", "legacy", "holders", "closest")


def exotic(row: ExoticRow) -> Shape:
    found = row.exotic
    return {
        "collectible_hash": found.collectible_hash,
        "item_hash": found.item_hash,
        "name": found.name,
        "slot": found.slot,
        "kind": found.kind.value,
        "class": found.guardian,
        "expansion": found.expansion,
        "icon": found.icon or None,
        **_counted(row),
    }


def catalyst(row: CatalystRow) -> Shape:
    found = row.catalyst
    return {
        "record_hash": found.record_hash,
        "name": found.name,
        "collectible_hash": found.collectible_hash,
        "icon": found.icon or None,
        **_counted(row),
    }


def _counted(row: ExoticRow | CatalystRow) -> Shape:
    return {
        "owners": [str(owner) for owner in row.owners],
        "owned": row.owned,
        "missing": row.missing,
        "unknown": row.unknown,
    }


def seal(row: SealRow) -> Shape:
    return {
        "record_hash": row.record_hash,
        "name": row.name,
        "title": row.title,
        "legacy": row.legacy,
        "holders": [holder(each) for each in row.holders],
        "closest": [closest(each) for each in row.closest],
    }


def holder(row: Holder) -> Shape:
    return {
        "membership_id": str(row.membership_id),
        "gilded": row.gilded,
        "gilded_times": row.gilded_times,
        "gilded_this_season": row.gilded_this_season,
    }


def closest(row: Closest) -> Shape:
    return {"membership_id": str(row.membership_id), "done": row.done, "of": row.of}


def title(row: MemberSeal) -> Shape:
    """A seal as one member has it, with the triumphs that are left."""
    return {
        "record_hash": row.record_hash,
        "name": row.name,
        "title": row.title,
        "legacy": row.legacy,
        "held": row.held_since is not None,
        "seen_at": time(row.held_since),
        "held_before": row.held_since is not None and row.quiet,
        "gilded": row.gilded_times >= 1,
        "gilded_times": row.gilded_times,
        "gilded_this_season": row.gilded_this_season,
        "done": row.done,
        "of": row.of,
        "left": [{"record_hash": each.record_hash, "name": each.name} for each in row.triumphs if not each.complete],
    }


def triumphs(seals: Iterable[MemberSeal]) -> list[Shape]:
    """Every triumph of those seals once, with the seals that need it."""
    found: dict[int, tuple[Triumph, list[int]]] = {}
    for each in seals:
        for triumph in each.triumphs:
            found.setdefault(triumph.record_hash, (triumph, []))[1].append(each.record_hash)
    return [_triumph(triumph, needed) for triumph, needed in found.values()]


def _triumph(row: Triumph, seals: list[int]) -> Shape:
    return {
        "record_hash": row.record_hash,
        "name": row.name,
        "description": row.description,
        "complete": row.complete,
        "done": row.done,
        "of": row.of,
        "seals": seals,
    }
