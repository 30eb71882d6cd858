"""The weapon table: derived at each switch of the manifest, and item by item for hashes that it does not tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.weapon_definition import WeaponDefinition
from bot.errors import BungieError, KeyRefused, Throttled, Unavailable
from bot.ingest.weapons import LITE, is_weapon, plan_weapons, weapon_of
from bot.services import Services
from db.pool import Connection
from db.queries import weapon_write as queries

CHORE = "weapons"
"""The chore of rebuilding the sums: wanted when weapons with kills belong together otherwise than before."""
_SOON = timedelta(hours=1)


async def derive(conn: Connection) -> int:
    """The weapons of the tables that are being switched to, in that transaction; how many the manifest tells."""
    items = queries.select_incoming_items(conn, LITE)
    told = [weapon_of(found, item, position) async for found, position, item in items if is_weapon(item)]
    await store(conn, told)
    return len(told)


async def store(conn: Connection, told: Sequence[WeaponDefinition]) -> None:
    """Add what was told to what is held, in the caller's transaction."""
    await queries.lock_weapons(conn)
    held = await queries.select_held_weapons(conn)
    used = await queries.select_used_hashes(conn)
    plan = await asyncio.to_thread(plan_weapons, held, used, told)
    if plan.regrouped:
        await queries.upsert_chore_wanted(conn, CHORE)
    await queries.upsert_weapons(conn, plan.weapons, plan.family)
    await queries.update_families(conn, plan.family)


async def resolve(services: Services, limit: int = 20) -> int:
    """Ask Bungie.net for up to `limit` items that have kills and are not known wholly; how many it told of.

    Each is asked for once a day at most, after an hour where it got no answer: one that never gets any must not keep
    the others waiting.
    """
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        used = await queries.select_used_hashes(conn)
        hashes = await queries.select_weapons_to_ask(conn, list(used), now, limit)
    asked = await _ask(services, hashes)
    told = [weapon for weapon in asked.told.values() if weapon is not None]
    async with services.pool.acquire() as conn, conn.transaction():
        if told:
            await store(conn, told)
        await queries.upsert_weapons_asked(conn, {found: item is not None for found, item in asked.told.items()}, now)
        await queries.upsert_weapons_asked(conn, dict.fromkeys(asked.silent, False), now - queries.ASK_AGAIN + _SOON)
    return len(told)


@dataclass(frozen=True, slots=True)
class Asked:
    """Hash -> what Bungie.net told, None: it knows no such item. `silent`: hashes that it did not answer for."""

    told: dict[int, WeaponDefinition | None] = field(default_factory=dict)
    silent: list[int] = field(default_factory=list)


async def _ask(services: Services, hashes: Iterable[int]) -> Asked:
    asked = Asked()
    for weapon_hash in hashes:
        if services.bungie.breaker("manifest").open:
            break
        try:
            asked.told[weapon_hash] = weapon_of(weapon_hash, await services.bungie.get_item(weapon_hash))
        except (Throttled, KeyRefused):
            break
        except Unavailable:
            asked.silent.append(weapon_hash)
        except BungieError:
            asked.told[weapon_hash] = None
    return asked
