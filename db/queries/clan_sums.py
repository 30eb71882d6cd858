"""The sums of clans by weapon: what matches add to them, and what a report that is replaced takes away."""

from __future__ import annotations

from collections.abc import Sequence

from db.pool import Connection
from db.queries.report_rows import Row


async def select_clan_kills_counted(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    """What these matches, as stored, add to the sums: rows of clan_kill."""
    rows = await conn.fetch("select * from clan_kill where instance_id = any ($1::bigint[])", instance_ids)
    return [tuple(row) for row in rows]


async def clear_players(conn: Connection, gone: Sequence[Row]) -> None:
    """Of the players' bits that `gone` was reason for, those for which nothing else is."""
    await conn.execute(
        """
        with touched as (
          select distinct group_id, mode, level, sum_start(level, day) as start, weapon_hash, slot
          from unnest($1::clan_kill[]) cross join generate_series(0, 4) level
        ), cleared as (
          select group_id, mode, level, start, weapon_hash, bit_or(set_bit(0::bit(256), slot, 1)) as players
          from touched t
          where not exists (
            select from clan_counted c join weapon_kill k using (membership_id)
            where c.group_id = t.group_id and c.slot = t.slot and k.weapon_hash = t.weapon_hash
              and k.period >= t.start::timestamp at time zone 'UTC'
              and k.period < sum_end(t.level, t.start)::timestamp at time zone 'UTC'
              and (k.mode_bits >> t.mode) & 1 = 1)
          group by group_id, mode, level, start, weapon_hash
        )
        update clan_weapon clan set players = clan.players & ~cleared.players
        from cleared
        where clan.group_id = cleared.group_id and clan.mode = cleared.mode and clan.level = cleared.level
          and clan.start = cleared.start and clan.weapon_hash = cleared.weapon_hash
        """,
        gone,
    )


async def delete_empty_clan_weapons(conn: Connection, gone: Sequence[Row]) -> None:
    """Of the sums that `gone` was part of, those that count no match any more."""
    await conn.execute(
        """
        delete from clan_weapon clan
        using (
          select distinct group_id, mode, level, sum_start(level, day) as start, weapon_hash
          from unnest($1::clan_kill[]) cross join generate_series(0, 4) level
        ) touched
        where clan.group_id = touched.group_id and clan.mode = touched.mode and clan.level = touched.level
          and clan.start = touched.start and clan.weapon_hash = touched.weapon_hash and clan.matches = 0
        """,
        gone,
    )
