"""Seals of one member, triumph by triumph."""

from __future__ import annotations

from collections import defaultdict

from asyncpg import Record

from bot.domain.collection import CatalystProgress, MemberSeal, Triumph
from db.pool import Connection, one_moment
from db.queries.counted import select_person
from db.queries.exotics import catalyst_of


async def select_member_seals(
    conn: Connection, membership_id: int, *, all_triumphs: bool = False
) -> tuple[MemberSeal, ...]:
    """Every seal of the manifest in its place, held or not, and those held that left it, with what is left.

    Triumphs are those that are left of seals not held; with `all_triumphs` all of every seal. What no answer had is
    not complete.
    """
    async with one_moment(conn):
        ids = list(await select_person(conn, membership_id))
        seals = await select_seals_of(conn, ids)
        triumphs = await select_triumphs_of(conn, ids, all_triumphs)
    by_seal: dict[int, list[Triumph]] = defaultdict(list)
    for row in triumphs:
        by_seal[row["seal_hash"]].append(_triumph(row))
    return tuple(_seal(row, tuple(by_seal[row["record_hash"]])) for row in seals)


async def select_seals_of(conn: Connection, ids: list[int]) -> list[Record]:
    return await conn.fetch(
        """
        select seal.record_hash, seal.name, seal.title, seal.legacy, seal.position,
               min(s.held_since) as held_since,
               coalesce((array_agg(s.quiet order by s.held_since, s.quiet desc))[1], false) as quiet,
               coalesce(max(s.gilded_times), 0) as gilded_times,
               coalesce(bool_or(s.gilded_this_season), false) as gilded_this_season,
               (array_agg(s.done order by s.of - s.done))[1] as done, (array_agg(s.of order by s.of - s.done))[1] as of
        from seal left join member_seal s on s.record_hash = seal.record_hash and s.membership_id = any ($1::bigint[])
        group by seal.record_hash
        having seal.is_current or min(s.held_since) is not null
        order by seal.is_current desc, seal.position, seal.record_hash
        """,
        ids,
    )


async def select_triumphs_of(conn: Connection, ids: list[int], everything: bool) -> list[Record]:
    """One row a seal and triumph in the seal's order; `everything`: those done and those of seals held, too."""
    return await conn.fetch(
        """
        with held as (
          select distinct record_hash from member_seal
          where membership_id = any ($1::bigint[]) and held_since is not null
        ), mine as (
          select record_hash, bool_or(complete) as complete,
                 (array_agg(done order by complete desc, done desc nulls last))[1] as done,
                 (array_agg(t.of order by complete desc, done desc nulls last))[1] as of
          from member_triumph t where membership_id = any ($1::bigint[]) group by record_hash
        )
        select seal.record_hash as seal_hash, wanted.hash as record_hash,
               coalesce(nullif(d.name, ''), 'Unknown (' || wanted.hash || ')') as name,
               coalesce(d.json #>> '{displayProperties,description}', '') as description,
               coalesce(mine.complete, false) as complete, mine.done, mine.of
        from seal
        cross join unnest(seal.record_hashes) with ordinality as wanted (hash, place)
        left join mine on mine.record_hash = wanted.hash
        left join definition d on d.table_name = 'DestinyRecordDefinition' and d.hash = wanted.hash
        where (seal.is_current or seal.record_hash in (select record_hash from held))
          and ($2 or (seal.record_hash not in (select record_hash from held) and mine.complete is not true))
        order by seal.position, seal.record_hash, wanted.place
        """,
        ids,
        everything,
    )


async def select_member_catalysts(conn: Connection, membership_id: int) -> tuple[CatalystProgress, ...]:
    """Every catalyst of the manifest in its place, as far as this person has come."""
    rows = await conn.fetch(
        """
        select c.record_hash, c.name, c.collectible_hash, c.icon, c.position, mine.done_at, mine.done, mine.of
        from catalyst c
        left join (
          select m.record_hash, min(m.done_at) as done_at,
                 (array_agg(m.done order by m.done_at, m.done desc nulls last))[1] as done,
                 (array_agg(m.of order by m.done_at, m.done desc nulls last))[1] as of
          from member_catalyst m where m.membership_id = any ($1::bigint[]) group by m.record_hash
        ) mine on mine.record_hash = c.record_hash
        where c.is_current
        order by c.position, c.record_hash
        """,
        list(await select_person(conn, membership_id)),
    )
    return tuple(CatalystProgress(catalyst_of(row), row["done_at"], row["done"], row["of"]) for row in rows)


def _seal(row: Record, triumphs: tuple[Triumph, ...]) -> MemberSeal:
    return MemberSeal(
        record_hash=row["record_hash"],
        name=row["name"] or f"Unknown ({row['record_hash']})",
        title=row["title"] or f"Unknown ({row['record_hash']})",
        legacy=row["legacy"],
        position=row["position"],
        held_since=row["held_since"],
        quiet=row["quiet"],
        gilded_times=row["gilded_times"],
        gilded_this_season=row["gilded_this_season"],
        done=row["done"],
        of=row["of"],
        triumphs=triumphs,
    )


def _triumph(row: Record) -> Triumph:
    return Triumph(
        record_hash=row["record_hash"],
        name=row["name"],
        description=row["description"],
        complete=row["complete"],
        done=row["done"],
        of=row["of"],
    )
