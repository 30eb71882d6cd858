"""From unpacked tables to the current manifest: loaded, checked and switched in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.event import EventKind, NewEvent
from bot.domain.manifest import Changes, ManifestRead, Seal, SettingsRead, StoredManifest
from bot.domain.outcome import Outcome, Verdict
from bot.errors import Unavailable
from bot.ingest.manifest import ACTIVE_ROOT, LEGACY_ROOT, children_of, doubts, is_current, seals_of
from bot.jobs.exotics import derive as derive_exotics
from bot.jobs.manifest_changes import begin
from bot.jobs.weapons import derive as derive_weapons
from bot.services import Services
from db.pool import Connection
from db.queries import manifest as queries
from db.queries.event import insert_events

_NODES, _RECORDS = "DestinyPresentationNodeDefinition", "DestinyRecordDefinition"


async def switch(services: Services, chosen: ManifestRead, settings: SettingsRead, folder: Path) -> Outcome:
    """Make `chosen` current from the COPY files in `folder`.

    Raises Unavailable when the tables are not to be trusted; then nothing has changed.
    """
    async with services.pool.acquire() as conn, conn.transaction():
        await queries.lock_switch(conn)
        stored = await queries.select_current(conn)
        if is_current(stored, chosen, chosen.paths):
            return Outcome(Verdict.DONE, f"Manifest {chosen.version} is current already.")
        await _load(conn, chosen.paths, folder)
        now = services.clock.now()
        await queries.upsert_version(conn, chosen.version, chosen.language, chosen.paths, now)
        diary = await begin(conn, stored, chosen, now)
        changes = await _merge(conn, chosen)
        seals = await _derive_seals(conn, settings)
        weapons = await derive_weapons(conn)
        exotics = await derive_exotics(conn)
        news = await diary.end(conn)
        events = await insert_events(conn, _events(stored, chosen, news, now), now)
    made = {"seals": len(seals), "weapons": weapons, "exotics": exotics, "events": len(events)}
    return _outcome(stored, chosen, changes, made)


async def _load(conn: Connection, tables: Collection[str], folder: Path) -> None:
    await queries.create_incoming(conn)
    for table in tables:
        await queries.copy_incoming(conn, table, folder / f"{table}.copy")
    await queries.index_incoming(conn)
    if doubt := doubts(await queries.select_counts(conn, list(tables))):
        raise Unavailable(f"The manifest is not accepted: {doubt}")


async def _merge(conn: Connection, chosen: ManifestRead) -> Changes:
    returned = await queries.restore_definitions(conn, chosen.version)
    changed = await queries.update_definitions(conn, chosen.version)
    added = await queries.insert_definitions(conn, chosen.version)
    removed = await queries.remove_definitions(conn, chosen.version, list(chosen.paths))
    changes = Changes(added + returned, changed, removed)
    await queries.update_changes(conn, chosen.version, changes)
    return changes


async def _derive_seals(conn: Connection, settings: SettingsRead) -> tuple[Seal, ...]:
    """Store the seals under the roots; where a manifest shows none, those of the last one stay."""
    active = settings.active_seals_root or ACTIVE_ROOT
    legacy = settings.legacy_seals_root or LEGACY_ROOT
    nodes = await queries.select_definitions(conn, _NODES, {active, legacy})
    nodes |= await queries.select_definitions(conn, _NODES, {c for root in nodes.values() for c in children_of(root)})
    records = await queries.select_definitions(conn, _RECORDS, _records_under(nodes))
    seals = seals_of(nodes, records, active, legacy)
    if seals:
        await queries.retire_seals(conn)
        await queries.upsert_seals(conn, seals)
    return seals


def _records_under(nodes: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """The completion records of the nodes, and the records beneath them."""
    completion = {node["completionRecordHash"] for node in nodes.values() if node.get("completionRecordHash")}
    children = (child for node in nodes.values() for child in (node.get("children") or {}).get("records") or [])
    return completion | {child["recordHash"] for child in children}


def _events(
    stored: StoredManifest | None, chosen: ManifestRead, news: Mapping[str, Any], now: datetime
) -> tuple[NewEvent, ...]:
    """The event of a new version; the very first is no news, nor is other content of the same one."""
    if stored is None or stored.version == chosen.version:
        return ()
    detail = {"version": chosen.version, "from": stored.version, **news}
    return (NewEvent(EventKind.MANIFEST_UPDATED, None, None, chosen.version, now, detail=detail),)


def _outcome(stored: StoredManifest | None, chosen: ManifestRead, changes: Changes, made: Mapping[str, int]) -> Outcome:
    """Whoever waited for the first names is woken."""
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed, **made}
    words = f"Manifest {chosen.version} is current now, with {made['seals']} seals and {made['weapons']:,} weapons."
    return Outcome(Verdict.DONE, words, counts, wake=("roster", "collections") if stored is None else ())
