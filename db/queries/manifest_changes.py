"""The log of what each switch changed, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.manifest import KINDS, Change, DefinitionChange, HeldVersion, ShownChange, TableChanges
from db.pool import Connection
from db.queries.manifest import LOAD_SECONDS


async def insert_step(conn: Connection, version: str, language: str, now: datetime) -> int:
    """A switch to that version; its number."""
    step: int = await conn.fetchval(
        "insert into manifest_step (version, language, at) values ($1, $2, $3) returning step", version, language, now
    )
    return step


async def insert_changes(conn: Connection, step: int, tables: Sequence[str], *, same_language: bool) -> None:
    """Log how the incoming definitions of `tables` differ from the current ones, before they are merged.

    In another language every definition is another text: then only what came and went is known.
    """
    await conn.execute(
        """
        insert into manifest_change (step, table_name, hash, change, name, name_before, digest, digest_before)
        select $1::integer, i.table_name, i.hash, case when d.hash is null then 'added' else 'changed' end,
          i.name, d.name, i.digest, d.digest
        from incoming i
        left join definition d on d.table_name = i.table_name and d.hash = i.hash and d.version_removed is null
        where i.table_name = any ($2::text[]) and (d.hash is null or ($3 and d.digest <> i.digest))
        union all
        select $1::integer, d.table_name, d.hash, 'removed', d.name, d.name, null, d.digest
        from definition d
        where d.table_name = any ($2::text[]) and d.version_removed is null
          and not exists (select from incoming i where i.table_name = d.table_name and i.hash = d.hash)
        """,
        step,
        list(tables),
        same_language,
        timeout=LOAD_SECONDS,
    )


async def create_shown_before(conn: Connection) -> None:
    """Remember what is shown, to be compared once the new definitions are derived; gone with the transaction."""
    await conn.execute("create temporary table shown_before on commit drop as select * from manifest_shown")


async def insert_shown_changes(conn: Connection, step: int, *, same_language: bool) -> None:
    """Log which exotics, seals and weapons came, changed and went. The very first of a kind are no change."""
    await conn.execute(
        """
        insert into manifest_change (step, table_name, hash, change, name, name_before, digest, digest_before)
        select $1::integer, kind, hash,
          case when b.hash is null then 'added' when s.hash is null then 'removed' else 'changed' end,
          coalesce(s.name, b.name), b.name, s.digest, b.digest
        from manifest_shown s
        full join shown_before b using (kind, hash)
        where (b.hash is null or s.hash is null or ($2 and b.digest <> s.digest))
          and exists (select from shown_before any_before where any_before.kind = coalesce(s.kind, b.kind))
        """,
        step,
        same_language,
        timeout=LOAD_SECONDS,
    )


async def select_added_names(conn: Connection, step: int, kind: str, limit: int) -> tuple[str, ...]:
    """Names of the exotics, seals or weapons that a step added, each once: reissues bear the same."""
    rows = await conn.fetch(
        """
        select name from manifest_change where step = $1 and table_name = $2 and change = 'added' and name <> ''
        group by name order by min(hash) limit $3
        """,
        step,
        kind,
        limit,
    )
    return tuple(row["name"] for row in rows)


async def select_held_versions(conn: Connection) -> tuple[HeldVersion, ...]:
    """Every version that was current since changes are logged, the current one first."""
    rows = await conn.fetch(
        """
        select version, max(step) as step, max(at) as loaded_at from manifest_step group by version order by step desc
        """
    )
    return tuple(HeldVersion(**row) for row in rows)


async def select_tables_between(conn: Connection, from_step: int, to_step: int) -> tuple[TableChanges, ...]:
    """Counts for each table of definitions that differs between the manifest after one step and after another."""
    rows = await conn.fetch(
        """
        select table_name as "table", count(*) filter (where change = 'added') as added,
          count(*) filter (where change = 'changed') as changed, count(*) filter (where change = 'removed') as removed
        from manifest_between($1::integer, $2::integer)
        where table_name <> all ($3::text[])
        group by table_name order by table_name
        """,
        from_step,
        to_step,
        list(KINDS),
    )
    return tuple(TableChanges(**row) for row in rows)


async def select_shown_between(conn: Connection, from_step: int, to_step: int, limit: int) -> tuple[ShownChange, ...]:
    """The exotics, seals and weapons that came, changed and went, those that came first."""
    rows = await conn.fetch(
        """
        select b.table_name as kind, b.hash, b.change, b.name, b.name_before,
          coalesce(e.icon, s.icon, w.icon, '') as icon
        from manifest_between($1::integer, $2::integer) b
        left join exotic e on b.table_name = 'exotic' and e.collectible_hash = b.hash
        left join seal s on b.table_name = 'seal' and s.record_hash = b.hash
        left join weapon w on b.table_name = 'weapon' and w.hash = b.hash
        where b.table_name = any ($3::text[])
        order by array_position($3::text[], b.table_name), b.change = 'changed', b.change, b.name, b.hash
        limit $4
        """,
        from_step,
        to_step,
        list(KINDS),
        limit,
    )
    return tuple(ShownChange(**{**row, "change": Change(row["change"])}) for row in rows)


async def select_changes_between(
    conn: Connection, from_step: int, to_step: int, table: str | None, after: tuple[str, int], limit: int
) -> tuple[DefinitionChange, ...]:
    """What differs in a table of definitions, or in all of them, by table and hash, from behind `after` on."""
    rows = await conn.fetch(
        """
        select table_name as "table", hash, change, name, name_before
        from manifest_between($1::integer, $2::integer)
        where table_name <> all ($3::text[]) and ($4::text is null or table_name = $4)
          and (table_name, hash) > ($5, $6::bigint)
        order by table_name, hash limit $7
        """,
        from_step,
        to_step,
        list(KINDS),
        table,
        *after,
        limit,
    )
    return tuple(DefinitionChange(**{**row, "change": Change(row["change"])}) for row in rows)


async def select_loaded_tables(conn: Connection) -> tuple[str, ...]:
    """The tables of definitions that the current version was loaded with."""
    rows = await conn.fetch(
        """
        select jsonb_object_keys(paths) as "table" from manifest_version where is_current
        """
    )
    return tuple(sorted(row["table"] for row in rows))
