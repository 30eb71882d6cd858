"""The exotics and catalysts of the current manifest: derived at each switch, and when an item told more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.errors import NotThere
from bot.ingest.exotics import (
    ARMOR_ROOT,
    CATALYST_ROOT,
    WEAPON_ROOT,
    catalysts_of,
    exotics_of,
    listed,
    roots_below,
)
from bot.ingest.manifest import children_of
from bot.ingest.weapons import FULL, LITE, slim_item
from bot.services import Services
from db.pool import Connection
from db.queries import exotic_write as queries
from db.queries.manifest import select_current, select_definitions
from db.queries.weapon_write import upsert_weapons_asked

NODES, COLLECTIBLES, RECORDS = (
    "DestinyPresentationNodeDefinition",
    "DestinyCollectibleDefinition",
    "DestinyRecordDefinition",
)
_ROOTS = (WEAPON_ROOT, ARMOR_ROOT, CATALYST_ROOT)
_AT_ONCE = 20
_DEEPEST = 6


async def derive(conn: Connection) -> int:
    """Store what the current tables list, in the caller's transaction; how many exotics. Where they list none, those
    of the last manifest stay."""
    nodes = await _nodes(conn)
    collectibles = await select_definitions(conn, COLLECTIBLES, set(_listed(nodes, "collectibles", "collectibleHash")))
    nodes |= await _badges(conn, collectibles)
    items = await queries.select_current_definitions(conn, (FULL, LITE), _items(collectibles))
    records = await select_definitions(conn, RECORDS, set(_listed(nodes, "records", "recordHash")))
    exotics = exotics_of(nodes, collectibles, items)
    catalysts = catalysts_of(nodes, records, [each.exotic for each in exotics])
    introduced = await _introduced(conn)
    if exotics:
        await queries.retire_exotics(conn)
        await queries.upsert_exotics(conn, exotics, introduced)
    if catalysts:
        await queries.retire_catalysts(conn)
        await queries.upsert_catalysts_listed(conn, catalysts, introduced)
    return len(exotics)


async def _nodes(conn: Connection) -> dict[int, dict[str, Any]]:
    """The three roots with all that lies below them."""
    nodes: dict[int, dict[str, Any]] = {}
    wanted = set(_ROOTS)
    for _ in range(_DEEPEST):
        nodes |= await select_definitions(conn, NODES, wanted)
        wanted = {child for node in nodes.values() for child in children_of(node)} - nodes.keys()
        if not wanted:
            break
    return nodes


async def _badges(conn: Connection, collectibles: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """The other nodes that exotics hang below, and those above them."""
    below = await select_definitions(conn, NODES, _parents(collectibles))
    return below | await select_definitions(conn, NODES, _parents(below))


def _parents(definitions: Mapping[int, Mapping[str, Any]]) -> set[int]:
    return {parent for one in definitions.values() for parent in one.get("parentNodeHashes") or ()}


def _listed(nodes: Mapping[int, Mapping[str, Any]], kind: str, key: str) -> Iterable[int]:
    for root in _ROOTS:
        for page in roots_below(nodes, root):
            yield from listed(nodes.get(page), kind, key)


def _items(collectibles: Mapping[int, Mapping[str, Any]]) -> Collection[int]:
    return {one["itemHash"] for one in collectibles.values() if one.get("itemHash")}


async def _introduced(conn: Connection) -> str | None:
    """The version that brings what is not stored yet; None for the very first exotics."""
    if not await queries.select_exotic_hashes(conn):
        return None
    current = await select_current(conn)
    return current.version if current else None


async def resolve(services: Services, limit: int = _AT_ONCE) -> int:
    """Ask for up to `limit` items of exotics whose slot or release nothing tells; how many were told of.

    Each is asked for once a day at most. Raises BungieError where Bungie.net does not answer at all.
    """
    async with services.pool.acquire() as conn:
        hashes = await queries.select_unresolved(conn, FULL, limit)
    told = 0
    for item_hash in hashes:
        item = await _ask(services, item_hash)
        async with services.pool.acquire() as conn, conn.transaction():
            await upsert_weapons_asked(conn, {item_hash: item is not None}, services.clock.now())
            if item is not None:
                await queries.insert_item(conn, FULL, item_hash, slim_item(item) or {})
                told += 1
    if told:
        async with services.pool.acquire() as conn, conn.transaction():
            await derive(conn)
    return told


async def _ask(services: Services, item_hash: int) -> Mapping[str, Any] | None:
    try:
        return await services.bungie.get_item(item_hash)
    except NotThere:
        return None
