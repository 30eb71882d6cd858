"""What only the page of one weapon asks: in which modes it is used, and for whom it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from asyncpg import Record

from bot.domain.mode import BY_NUMBER, Mode
from bot.domain.weapon import WeaponSpan
from db.pool import Connection
from db.queries.counted import Counted
from db.queries.pieces import Pieces, cut

_NUMBERS = [mode.number for mode in Mode]


async def select_weapon_modes(
    conn: Connection, counted: Counted, hashes: Sequence[int], span: WeaponSpan
) -> dict[Mode, int]:
    """Kills by mode word of whoever is counted; a match counts for every word that it belongs to. None: left out.

    From the clans' sums where those hold everyone once, else from single matches.
    """
    if counted.beside or counted.again or not counted.group_ids:
        rows = await select_fact_modes(conn, counted.ids, hashes, span)
    elif span.since is None and span.until is None:
        rows = await select_total_modes(conn, counted.group_ids, hashes)
    else:
        rows = await select_day_modes(conn, counted, hashes, cut(span))
    return {BY_NUMBER[row["mode"]]: row["kills"] for row in rows}


async def select_fact_modes(
    conn: Connection, ids: Sequence[int], hashes: Sequence[int], span: WeaponSpan
) -> list[Record]:
    return await conn.fetch(
        """
        select word.mode, sum(k.kills)::bigint as kills
        from (
          select k.mode_bits, sum(k.kills) as kills
          from weapon_kill k
          where k.membership_id = any ($1::bigint[]) and k.weapon_hash = any ($2::bigint[])
            and k.period >= coalesce($3::timestamptz, '-infinity')
            and k.period < coalesce($4::timestamptz, 'infinity')
          group by k.mode_bits
        ) k
        join unnest($5::int[]) as word (mode) on k.mode_bits & (1 << word.mode) <> 0
        group by word.mode
        """,
        list(ids),
        list(hashes),
        span.since,
        span.until,
        _NUMBERS,
    )


async def select_total_modes(conn: Connection, group_ids: Sequence[int], hashes: Sequence[int]) -> list[Record]:
    """Of all time."""
    return await conn.fetch(
        """
        select cw.mode, sum(cw.kills)::bigint as kills
        from clan_weapon cw
        where cw.group_id = any ($1::bigint[]) and cw.mode = any ($3::smallint[]) and cw.level = 2
          and cw.start = '1970-01-01' and cw.weapon_hash = any ($2::bigint[])
        group by cw.mode
        """,
        list(group_ids),
        list(hashes),
        _NUMBERS,
    )


async def select_day_modes(conn: Connection, counted: Counted, hashes: Sequence[int], pieces: Pieces) -> list[Record]:
    """Of whole days from their sums, which an index gives by weapon; of cut days from single matches."""
    return await conn.fetch(
        """
        select part.mode, sum(part.kills)::bigint as kills
        from (
          select cw.mode, cw.kills
          from clan_weapon cw
          where cw.group_id = any ($1::bigint[]) and cw.mode = any ($8::smallint[])
            and cw.weapon_hash = any ($3::bigint[]) and cw.level = 0 and cw.start >= $4 and cw.start < $5
          union all
          select word.mode, k.kills
          from unnest($6::timestamptz[], $7::timestamptz[]) as r (since, until)
          join weapon_kill k on k.membership_id = any ($2::bigint[]) and k.weapon_hash = any ($3::bigint[])
            and k.period >= r.since and k.period < r.until
          join unnest($8::smallint[]) as word (mode) on k.mode_bits & (1 << word.mode) <> 0
        ) part
        group by part.mode
        """,
        list(counted.group_ids),
        counted.ids,
        list(hashes),
        min(pieces.firsts, default=date.max),
        max(pieces.ends, default=date.max),
        [since for since, _ in pieces.facts],
        [until for _, until in pieces.facts],
        _NUMBERS,
    )


async def select_signatures(
    conn: Connection, people: Mapping[int, int], mode: Mode, span: WeaponSpan, weapon_hash: int
) -> frozenset[int]:
    """Those of these people (membership -> person) who made more kills with it than with any other weapon.

    Reissues count as one. Reads every kill of theirs in that span.
    """
    rows = await conn.fetch(
        """
        with used as (
          select p.person_id, coalesce(w.family, k.weapon_hash) as family, sum(k.kills) as kills
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          join weapon_kill k on k.membership_id = p.membership_id
            and k.period >= coalesce($4::timestamptz, '-infinity') and k.period < coalesce($5::timestamptz, 'infinity')
          left join weapon w on w.hash = k.weapon_hash
          where k.mode_bits & (1 << $3::int) <> 0
          group by 1, 2
        ), first as (
          select distinct on (person_id) person_id, family from used order by person_id, kills desc, family
        )
        select person_id from first
        where family = coalesce((select family from weapon where hash = $6), $6)
        """,
        list(people),
        list(people.values()),
        mode.number,
        span.since,
        span.until,
        weapon_hash,
    )
    return frozenset(row["person_id"] for row in rows)
