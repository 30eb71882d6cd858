"""Seals of members: how they are earned, who holds them since when, and how often they were gilded."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.reading import Gilding, SealState, SealTerms
from db.pool import Connection


async def select_seal_terms(conn: Connection) -> tuple[SealTerms, ...]:
    """How each seal of the current manifest is earned; empty before the first manifest."""
    rows = await conn.fetch(
        "select record_hash, gilding_record_hash, record_hashes from seal order by position, record_hash"
    )
    return tuple(SealTerms(r["record_hash"], r["gilding_record_hash"], tuple(r["record_hashes"])) for r in rows)


async def select_seal_states(conn: Connection, membership_id: int) -> dict[int, SealState]:
    """A member's seals by record hash."""
    rows = await conn.fetch(
        """
        select record_hash, held_since, quiet, gilded_times, gilded_this_season, done, "of"
        from member_seal where membership_id = $1
        """,
        membership_id,
    )
    return {row["record_hash"]: SealState(**dict(row)) for row in rows}


async def upsert_seal_states(conn: Connection, membership_id: int, seals: Sequence[SealState]) -> None:
    await conn.execute(
        """
        insert into member_seal as s (membership_id, record_hash, held_since, quiet, gilded_times, gilded_this_season,
          done, "of")
        select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::boolean[], $5::int[], $6::boolean[], $7::int[],
          $8::int[])
        on conflict (membership_id, record_hash) do update set (held_since, quiet, gilded_times, gilded_this_season,
          done, "of") = (coalesce(s.held_since, excluded.held_since), excluded.quiet,
          greatest(s.gilded_times, excluded.gilded_times), excluded.gilded_this_season, excluded.done, excluded."of")
        """,
        membership_id,
        [s.record_hash for s in seals],
        [s.held_since for s in seals],
        [s.quiet for s in seals],
        [s.gilded_times for s in seals],
        [s.gilded_this_season for s in seals],
        [s.done for s in seals],
        [s.of for s in seals],
    )


async def insert_gildings(conn: Connection, membership_id: int, gildings: Sequence[Gilding]) -> None:
    await conn.execute(
        """
        insert into member_gilding (membership_id, record_hash, times, seen_at, quiet)
        select $1, * from unnest($2::bigint[], $3::int[], $4::timestamptz[], $5::boolean[])
        on conflict do nothing
        """,
        membership_id,
        [g.record_hash for g in gildings],
        [g.times for g in gildings],
        [g.seen_at for g in gildings],
        [g.quiet for g in gildings],
    )
