"""The weapon table, made from the manifest's items and, where those don't tell, from one item asked for by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from bot.domain.weapon import Damage, Slot, Tier
from bot.domain.weapon_definition import HeldWeapon, WeaponDefinition
from db.pool import Connection

ASK_AGAIN = timedelta(days=1)
_AT_ONCE = 100


async def select_incoming_items(conn: Connection, table: str) -> AsyncIterator[tuple[int, int, Mapping[str, Any]]]:
    """Hash, position and definition of a table that is about to be switched to (db.queries.manifest).

    A few at a time: thousands of definitions decoded at once would stall every answer.
    """
    rows = conn.cursor("select hash, position, json from incoming where table_name = $1", table, prefetch=_AT_ONCE)
    async for row in rows:
        yield row["hash"], row["position"], row["json"]


async def lock_weapons(conn: Connection) -> None:
    """One change of families at a time, until the transaction ends: the manifest's and that of single items."""
    await conn.execute("select pg_advisory_xact_lock(hashtext('hawthorne weapons'))")


async def select_held_weapons(conn: Connection) -> dict[int, HeldWeapon]:
    """Every stored weapon by its hash, within a transaction; a few at a time, likewise."""
    rows = conn.cursor(
        "select hash, name, type, slot, damage, tier, icon, position, redacted, family from weapon", prefetch=_AT_ONCE
    )
    return {row["hash"]: HeldWeapon(_definition(row), row["family"]) async for row in rows}


def _definition(row: asyncpg.Record) -> WeaponDefinition:
    return WeaponDefinition(
        weapon_hash=row["hash"],
        name=row["name"],
        type=row["type"],
        slot=Slot(row["slot"]) if row["slot"] else None,
        damage=Damage(row["damage"]) if row["damage"] else None,
        tier=Tier(row["tier"]) if row["tier"] else None,
        icon=row["icon"],
        position=row["position"],
        redacted=row["redacted"],
    )


async def upsert_weapons(conn: Connection, weapons: Sequence[WeaponDefinition], family: Mapping[int, int]) -> None:
    """Store weapons with their families; rows that would stay the same are left alone."""
    await conn.executemany(
        """
        insert into weapon as held (hash, name, type, slot, damage, tier, icon, position, redacted, family, complete)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (hash) do update set name = excluded.name, type = excluded.type, slot = excluded.slot,
          damage = excluded.damage, tier = excluded.tier, icon = excluded.icon, position = excluded.position,
          redacted = excluded.redacted, family = excluded.family, complete = excluded.complete
        where held is distinct from excluded
        """,
        [
            (
                weapon.weapon_hash,
                weapon.name,
                weapon.type,
                weapon.slot,
                weapon.damage,
                weapon.tier,
                weapon.icon,
                weapon.position,
                weapon.redacted,
                family[weapon.weapon_hash],
                weapon.complete,
            )
            for weapon in weapons
        ],
    )


async def update_families(conn: Connection, family: Mapping[int, int]) -> None:
    """The families of weapons that were not stored just now: a newer reissue renames those of older ones."""
    await conn.execute(
        """
        update weapon set family = told.family
        from unnest($1::bigint[], $2::bigint[]) as told (hash, family)
        where weapon.hash = told.hash and weapon.family <> told.family
        """,
        list(family),
        list(family.values()),
    )


async def upsert_chore_wanted(conn: Connection, name: str) -> None:
    """Ask the matches loop for a chore."""
    await conn.execute(
        "insert into match_chore (name, wanted) values ($1, true) on conflict (name) do update set wanted = true", name
    )


async def select_used_hashes(conn: Connection) -> frozenset[int]:
    """Every hash with kills: one probe of the index for each, instead of a walk over all kills."""
    rows = await conn.fetch(
        """
        with recursive used (hash) as (
          select min(weapon_hash) from weapon_kill
          union all
          select (select min(k.weapon_hash) from weapon_kill k where k.weapon_hash > used.hash)
          from used where used.hash is not null
        )
        select hash from used where hash is not null
        """
    )
    return frozenset(row["hash"] for row in rows)


async def select_unknown_weapons(conn: Connection, hashes: Sequence[int]) -> tuple[int, ...]:
    """Those of these hashes that have no row, and that were never asked for by themselves."""
    rows = await conn.fetch(
        """
        select used.hash from unnest($1::bigint[]) as used (hash)
        where not exists (select from weapon w where w.hash = used.hash)
          and not exists (select from weapon_asked a where a.hash = used.hash)
        """,
        hashes,
    )
    return tuple(row["hash"] for row in rows)


async def select_weapons_to_ask(conn: Connection, hashes: Sequence[int], now: datetime, limit: int) -> tuple[int, ...]:
    """Those of these hashes that are not known wholly, unless asked for within a day; never asked ones first."""
    rows = await conn.fetch(
        """
        select used.hash
        from unnest($1::bigint[]) as used (hash)
        left join weapon w on w.hash = used.hash
        left join weapon_asked a on a.hash = used.hash
        where not coalesce(w.complete, false) and coalesce(a.asked_at, '-infinity') <= $2::timestamptz - $3::interval
        order by a.asked_at nulls first, used.hash
        limit $4
        """,
        hashes,
        now,
        ASK_AGAIN,
        limit,
    )
    return tuple(row["hash"] for row in rows)


async def upsert_weapons_asked(conn: Connection, found: Mapping[int, bool], now: datetime) -> None:
    """Hash -> whether Bungie.net knew it."""
    await conn.execute(
        """
        insert into weapon_asked (hash, asked_at, found)
        select told.hash, $3, told.found from unnest($1::bigint[], $2::boolean[]) as told (hash, found)
        on conflict (hash) do update set asked_at = excluded.asked_at, found = excluded.found
        """,
        list(found),
        list(found.values()),
        now,
    )
