"""Exotics and catalysts as the manifest lists them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.domain.collection import Catalyst
from bot.ingest.exotics import Found
from db.pool import Connection


async def select_unresolved(conn: Connection, table: str, limit: int) -> tuple[int, ...]:
    """Items of exotics of which slot or release is not known, unless the full item is here or was asked for today."""
    rows = await conn.fetch(
        """
        select e.item_hash from exotic e
        where e.is_current and e.item_hash is not null and (e.slot = 'unknown' or e.expansion is null)
          and not exists (select from definition d where d.table_name = $1 and d.hash = e.item_hash)
          and not exists (
            select from weapon_asked a where a.hash = e.item_hash and a.asked_at > now() - interval '1 day')
        order by e.position limit $2
        """,
        table,
        limit,
    )
    return tuple(row[0] for row in rows)


async def insert_item(conn: Connection, table: str, item_hash: int, item: Mapping[str, Any]) -> None:
    """Keep a single item beside the manifest's tables: it was asked for by itself."""
    await conn.execute(
        """
        insert into definition (table_name, hash, name, json, digest, version_added)
        select $1, $2, coalesce($3::jsonb #>> '{displayProperties,name}', ''), $3::jsonb, '', version
        from manifest_version where is_current
        on conflict do nothing
        """,
        table,
        item_hash,
        dict(item),
    )


async def select_exotic_hashes(conn: Connection) -> frozenset[int]:
    """Every exotic that was ever listed."""
    return frozenset(row[0] for row in await conn.fetch("select collectible_hash from exotic"))


async def retire_exotics(conn: Connection) -> None:
    """Before those of a new manifest: what it lacks keeps its row, since members own it."""
    await conn.execute("update exotic set is_current = false where is_current")


async def upsert_exotics(conn: Connection, found: Sequence[Found], introduced: str | None) -> None:
    """`introduced`: the version that those not yet stored came with; None: they were there from the first."""
    await conn.executemany(
        """
        insert into exotic (collectible_hash, item_hash, name, kind, slot, class, expansion, expansion_position, source,
          icon, damage, position, introduced, redacted, is_current)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, true)
        on conflict (collectible_hash) do update set item_hash = excluded.item_hash, name = excluded.name,
          kind = excluded.kind, slot = excluded.slot, class = excluded.class, expansion = excluded.expansion,
          expansion_position = excluded.expansion_position, source = excluded.source, icon = excluded.icon,
          damage = excluded.damage, position = excluded.position, redacted = excluded.redacted, is_current = true
        """,
        [
            (
                each.exotic.collectible_hash,
                each.exotic.item_hash,
                each.exotic.name,
                each.exotic.kind.value,
                each.exotic.slot,
                each.exotic.guardian and each.exotic.guardian.value,
                each.exotic.expansion,
                each.expansion_position,
                each.exotic.source,
                each.exotic.icon,
                each.exotic.damage,
                each.exotic.position,
                introduced,
                each.redacted,
            )
            for each in found
        ],
    )


async def retire_catalysts(conn: Connection) -> None:
    await conn.execute("update catalyst set is_current = false where is_current")


async def upsert_catalysts_listed(conn: Connection, catalysts: Sequence[Catalyst], introduced: str | None) -> None:
    """As upsert_exotics."""
    await conn.executemany(
        """
        insert into catalyst (record_hash, name, collectible_hash, icon, position, introduced, is_current)
        values ($1, $2, $3, $4, $5, $6, true)
        on conflict (record_hash) do update set name = excluded.name, collectible_hash = excluded.collectible_hash,
          icon = excluded.icon, position = excluded.position, is_current = true
        """,
        [
            (each.record_hash, each.name, each.collectible_hash, each.icon, each.position, introduced)
            for each in catalysts
        ],
    )


async def select_current_definitions(
    conn: Connection, tables: Collection[str], hashes: Collection[int]
) -> dict[int, dict[str, Any]]:
    """Definitions of several tables that tell of the same things, by hash; of the first table where both do."""
    rows = await conn.fetch(
        """
        select distinct on (hash) hash, json from definition
        where table_name = any ($1::text[]) and hash = any ($2::bigint[]) and version_removed is null
        order by hash, array_position($1::text[], table_name)
        """,
        list(tables),
        list(hashes),
    )
    return {row["hash"]: row["json"] for row in rows}
