"""Collections as they are read: what there is to collect, and what each member has. Rows only grow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.collecting import Acquired, Catalog, CatalystState, CollectionReading, TriumphState
from db.pool import Connection


async def select_catalog(conn: Connection) -> Catalog:
    """Everything that the current manifest lists; empty before the first one."""
    exotics = await conn.fetch(
        """
        select e.collectible_hash, e.name, v.loaded_at as introduced_at
        from exotic e left join manifest_version v on v.version = e.introduced where e.is_current
        """
    )
    catalysts = await conn.fetch("select record_hash from catalyst where is_current")
    return Catalog(
        exotics={row["collectible_hash"]: row["introduced_at"] for row in exotics},
        catalysts=frozenset(row["record_hash"] for row in catalysts),
        names={row["collectible_hash"]: row["name"] for row in exotics},
    )


async def select_titles(conn: Connection) -> dict[int, str]:
    """The titles that seals give, by completion record."""
    rows = await conn.fetch("select record_hash, title from seal where title <> ''")
    return {row["record_hash"]: row["title"] for row in rows}


async def select_member_name(conn: Connection, membership_id: int) -> str:
    """What a member is called now."""
    name: str = await conn.fetchval("select name from member where membership_id = $1", membership_id)
    return name


async def upsert_collection(conn: Connection, membership_id: int, reading: CollectionReading) -> None:
    """The whole reading in place of the stored one."""
    await conn.execute(
        """
        insert into collection (membership_id, tried_at, read_at, minted_at, older_since, hidden_reads, private,
          played_at, failures, reads_since)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (membership_id) do update set (tried_at, read_at, minted_at, older_since, hidden_reads, private,
          played_at, failures, reads_since) = ($2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        membership_id,
        reading.tried_at,
        reading.read_at,
        reading.stamp.minted_at,
        reading.stamp.older_since,
        reading.hidden_reads,
        reading.private,
        reading.played_at,
        reading.failures,
        reading.reads_since,
    )


async def select_owned(conn: Connection, membership_id: int) -> frozenset[int]:
    """The exotics that a member has ever been seen to own, by collectible hash."""
    rows = await conn.fetch("select collectible_hash from member_exotic where membership_id = $1", membership_id)
    return frozenset(row[0] for row in rows)


async def insert_owned(conn: Connection, membership_id: int, acquired: Sequence[Acquired], now: datetime) -> None:
    await conn.execute(
        """
        insert into member_exotic (membership_id, collectible_hash, quiet, seen_at)
        select $1, found.hash, found.quiet, $4 from unnest($2::bigint[], $3::boolean[]) as found (hash, quiet)
        on conflict do nothing
        """,
        membership_id,
        [each.collectible_hash for each in acquired],
        [each.quiet for each in acquired],
        now,
    )


async def select_catalysts(conn: Connection, membership_id: int) -> dict[int, CatalystState]:
    """A member's catalysts by record hash."""
    rows = await conn.fetch(
        'select record_hash, done_at, quiet, done, "of" from member_catalyst where membership_id = $1', membership_id
    )
    return {row["record_hash"]: CatalystState(**dict(row)) for row in rows}


async def upsert_catalysts(conn: Connection, membership_id: int, catalysts: Sequence[CatalystState]) -> None:
    await conn.execute(
        """
        insert into member_catalyst as c (membership_id, record_hash, done_at, quiet, done, "of")
        select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::boolean[], $5::int[], $6::int[])
        on conflict (membership_id, record_hash) do update set (done_at, quiet, done, "of") =
          (coalesce(c.done_at, excluded.done_at), excluded.quiet, excluded.done, excluded."of")
        """,
        membership_id,
        [each.record_hash for each in catalysts],
        [each.done_at for each in catalysts],
        [each.quiet for each in catalysts],
        [each.done for each in catalysts],
        [each.of for each in catalysts],
    )


async def select_triumphs(conn: Connection, membership_id: int) -> dict[int, TriumphState]:
    """How far a member has come with the triumphs of seals, by record hash."""
    rows = await conn.fetch(
        'select record_hash, complete, done, "of" from member_triumph where membership_id = $1', membership_id
    )
    return {row["record_hash"]: TriumphState(**dict(row)) for row in rows}


async def upsert_triumphs(conn: Connection, membership_id: int, triumphs: Sequence[TriumphState]) -> None:
    await conn.execute(
        """
        insert into member_triumph as t (membership_id, record_hash, complete, done, "of")
        select $1, * from unnest($2::bigint[], $3::boolean[], $4::int[], $5::int[])
        on conflict (membership_id, record_hash) do update set (complete, done, "of") =
          (t.complete or excluded.complete, excluded.done, excluded."of")
        """,
        membership_id,
        [each.record_hash for each in triumphs],
        [each.complete for each in triumphs],
        [each.done for each in triumphs],
        [each.of for each in triumphs],
    )
