"""The manifest as stored: versions, definitions and their names, the seals derived from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.manifest import Changes, Seal, StoredManifest, TableCount
from bot.domain.roster import SealColumn
from db.pool import Connection

LOAD_SECONDS = 600.0  # `all` tables of today's manifest take minutes on a slow disk


async def select_current(conn: Connection) -> StoredManifest | None:
    """The current version; None before the first."""
    row = await conn.fetchrow("select version, paths, language from manifest_version where is_current")
    return StoredManifest(**row) if row else None


async def select_names(conn: Connection, table: str, hashes: Collection[int]) -> dict[int, str]:
    """Names of those definitions that have one, of past versions too."""
    rows = await conn.fetch(
        "select hash, name from definition where table_name = $1 and hash = any ($2::bigint[]) and name <> ''",
        table,
        list(hashes),
    )
    return {row["hash"]: row["name"] for row in rows}


async def select_nameless(conn: Connection, since: datetime) -> frozenset[int]:
    """Activities and titles of profiles read since then that no manifest loaded so far knows."""
    rows = await conn.fetch(
        """
        select distinct shown.hash from profile p
        cross join lateral (values
          ('DestinyActivityDefinition', p.activity_hash),
          ('DestinyActivityDefinition', p.activity_playlist_hash),
          ('DestinyRecordDefinition', p.title_record_hash)
        ) as shown (table_name, hash)
        where p.read_at >= $1 and shown.hash <> 0
          and not exists (
            select from definition d where d.table_name = shown.table_name and d.hash = shown.hash
          )
        """,
        since,
    )
    return frozenset(row["hash"] for row in rows)


async def claim_check(conn: Connection, now: datetime, at_most_every: timedelta = timedelta(minutes=10)) -> bool:
    """Whether a missing hash may ask for a check out of turn: not within `at_most_every` of the last one."""
    claimed = await conn.fetchval(
        """
        update manifest_check set asked_at = $1
        where coalesce(greatest(checked_at, asked_at), '-infinity') <= $1::timestamptz - $2::interval
        returning true
        """,
        now,
        at_most_every,
    )
    return bool(claimed)


async def update_checked(conn: Connection, now: datetime) -> None:
    await conn.execute("update manifest_check set checked_at = $1", now)


async def lock_switch(conn: Connection) -> None:
    """One switch at a time among all processes, until the transaction ends; it may take LOAD_SECONDS."""
    await conn.execute(
        "select pg_advisory_xact_lock(hashtext('hawthorne manifest')), set_config('statement_timeout', $1, true)",
        f"{LOAD_SECONDS:.0f}s",
        timeout=LOAD_SECONDS,
    )


async def create_incoming(conn: Connection) -> None:
    """A place for the tables of one switch, gone with its transaction. COPY gives rows no table: the setting does."""
    await conn.execute(
        """
        create temporary table incoming (
          table_name text not null default current_setting('hawthorne.table'), hash bigint not null,
          name text not null, digest text not null, json jsonb not null, position integer not null
        ) on commit drop
        """
    )


async def copy_incoming(conn: Connection, table: str, path: Path) -> None:
    """Load one file of bot.bungie.unpack."""
    await conn.execute("select set_config('hawthorne.table', $1, true)", table)
    await conn.copy_to_table(
        "incoming", source=path, columns=["hash", "name", "digest", "json", "position"], timeout=LOAD_SECONDS
    )


async def index_incoming(conn: Connection) -> None:
    """When all is loaded: what follows joins by table and hash."""
    await conn.execute("alter table incoming add primary key (table_name, hash)", timeout=LOAD_SECONDS)
    await conn.execute("analyze incoming", timeout=LOAD_SECONDS)


async def select_counts(conn: Connection, tables: Sequence[str]) -> tuple[TableCount, ...]:
    """What is about to be loaded beside what is current, table by table."""
    rows = await conn.fetch(
        """
        select wanted.table_name as "table",
          (select count(*) from incoming i where i.table_name = wanted.table_name) as incoming,
          (select count(*) from definition d
            where d.table_name = wanted.table_name and d.version_removed is null) as present
        from unnest($1::text[]) as wanted (table_name)
        """,
        list(tables),
    )
    return tuple(TableCount(**row) for row in rows)


async def upsert_version(
    conn: Connection, version: str, language: str, paths: Mapping[str, str], now: datetime
) -> None:
    """Make a version current. The same one with new content keeps its row."""
    await conn.execute("update manifest_version set is_current = false where is_current and version <> $1", version)
    await conn.execute(
        """
        insert into manifest_version (version, language, paths, loaded_at, is_current, added, changed, removed)
        values ($1, $2, $3, $4, true, 0, 0, 0)
        on conflict (version) do update set language = excluded.language, paths = excluded.paths,
          loaded_at = excluded.loaded_at, is_current = true
        """,
        version,
        language,
        dict(paths),
        now,
    )


async def update_changes(conn: Connection, version: str, changes: Changes) -> None:
    await conn.execute(
        "update manifest_version set added = $2, changed = $3, removed = $4 where version = $1",
        version,
        changes.added,
        changes.changed,
        changes.removed,
    )


async def restore_definitions(conn: Connection, version: str) -> int:
    """Definitions that had left and are back; how many."""
    return _count(
        await conn.execute(
            """
            update definition d
            set version_removed = null, version_changed = $1, name = i.name, digest = i.digest, json = i.json
            from incoming i
            where i.table_name = d.table_name and i.hash = d.hash and d.version_removed is not null
            """,
            version,
            timeout=LOAD_SECONDS,
        )
    )


async def update_definitions(conn: Connection, version: str) -> int:
    """Definitions whose content is another; how many."""
    return _count(
        await conn.execute(
            """
            update definition d set version_changed = $1, name = i.name, digest = i.digest, json = i.json
            from incoming i
            where i.table_name = d.table_name and i.hash = d.hash and d.digest <> i.digest
            """,
            version,
            timeout=LOAD_SECONDS,
        )
    )


async def insert_definitions(conn: Connection, version: str) -> int:
    """Definitions that were never there; how many."""
    return _count(
        await conn.execute(
            """
            insert into definition (table_name, hash, name, json, digest, version_added)
            select i.table_name, i.hash, i.name, i.json, i.digest, $1 from incoming i
            where not exists (select from definition d where d.table_name = i.table_name and d.hash = i.hash)
            """,
            version,
            timeout=LOAD_SECONDS,
        )
    )


async def remove_definitions(conn: Connection, version: str, tables: Sequence[str]) -> int:
    """Definitions of these tables that the new version lacks; how many. Their rows stay."""
    return _count(
        await conn.execute(
            """
            update definition d set version_removed = $1
            where d.table_name = any ($2::text[]) and d.version_removed is null
              and not exists (select from incoming i where i.table_name = d.table_name and i.hash = d.hash)
            """,
            version,
            list(tables),
            timeout=LOAD_SECONDS,
        )
    )


def _count(tag: str) -> int:
    """The number at the end of a command tag ("UPDATE 12")."""
    return int(tag.rsplit(" ", 1)[1])


async def select_definitions(conn: Connection, table: str, hashes: Collection[int]) -> dict[int, dict[str, Any]]:
    """Current definitions as Bungie.net sent them."""
    rows = await conn.fetch(
        """
        select hash, json from definition
        where table_name = $1 and hash = any ($2::bigint[]) and version_removed is null
        """,
        table,
        list(hashes),
    )
    return {row["hash"]: row["json"] for row in rows}


async def retire_seals(conn: Connection) -> None:
    """Before the seals of a new manifest: those that it lacks keep their row, since members hold them."""
    await conn.execute("update seal set is_current = false where is_current")


async def upsert_seals(conn: Connection, seals: Sequence[Seal]) -> None:
    await conn.executemany(
        """
        insert into seal (record_hash, node_hash, name, title, gilding_record_hash, legacy, position, icon,
          record_hashes, is_current)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)
        on conflict (record_hash) do update set node_hash = excluded.node_hash, name = excluded.name,
          title = excluded.title, gilding_record_hash = excluded.gilding_record_hash, legacy = excluded.legacy,
          position = excluded.position, icon = excluded.icon, record_hashes = excluded.record_hashes, is_current = true
        """,
        [
            (
                seal.record_hash,
                seal.node_hash,
                seal.name,
                seal.title,
                seal.gilding_record_hash,
                seal.legacy,
                seal.position,
                seal.icon,
                list(seal.record_hashes),
            )
            for seal in seals
        ],
    )


async def select_seals(conn: Connection) -> tuple[SealColumn, ...]:
    """The seals of the current manifest in their fixed order: active ones, then legacy ones."""
    rows = await conn.fetch(
        """
        select record_hash, name, title, legacy, gilding_record_hash, icon from seal where is_current order by position
        """
    )
    return tuple(SealColumn(**row) for row in rows)
