"""The weapon table: derived at each switch of the manifest, and item by item for hashes that it does not tell."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from bot.domain.weapon_definition import WeaponDefinition
from bot.errors import BungieError, KeyRefused, Throttled, Unavailable
from bot.ingest.weapons import LITE, is_weapon, plan_weapons, weapon_of
from bot.services import Services
from db.pool import Connection
from db.queries import weapon_write as queries

CHORE = "weapons"
"""The chore of rebuilding the sums: wanted when weapons with kills belong together otherwise than before."""


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

    Each is asked for once a day at most; what could not be answered is asked for again in the next pass.
    """
    async with services.pool.acquire() as conn:
        used = await queries.select_used_hashes(conn)
        hashes = await queries.select_weapons_to_ask(conn, list(used), services.clock.now(), limit)
    answers = await _ask(services, hashes)
    if answers:
        async with services.pool.acquire() as conn, conn.transaction():
            await store(conn, [weapon for weapon in answers.values() if weapon is not None])
            found = {weapon_hash: weapon is not None for weapon_hash, weapon in answers.items()}
            await queries.upsert_weapons_asked(conn, found, services.clock.now())
    return sum(weapon is not None for weapon in answers.values())


async def _ask(services: Services, hashes: Iterable[int]) -> dict[int, WeaponDefinition | None]:
    """Hash -> what Bungie.net tells, None where it knows no such item; those that it did not answer are left out."""
    answers: dict[int, WeaponDefinition | None] = {}
    for weapon_hash in hashes:
        try:
            answers[weapon_hash] = weapon_of(weapon_hash, await services.bungie.get_item(weapon_hash))
        except (Throttled, KeyRefused):
            break
        except Unavailable:
            continue  # that one's trouble, or the breaker opens and the others cost nothing
        except BungieError:
            answers[weapon_hash] = None
    return answers
