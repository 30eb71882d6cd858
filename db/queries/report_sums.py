"""The sums of members: what matches add to them, and what a report that is replaced takes away."""

from __future__ import annotations

from collections.abc import Sequence

from db.pool import Connection
from db.queries.report_rows import Row


async def select_member_matches_counted(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    """What these matches, as stored, add to the sums: rows of member_match."""
    rows = await conn.fetch("select * from member_match where instance_id = any ($1::bigint[])", instance_ids)
    return [tuple(row) for row in rows]


async def upsert_member_stats(conn: Connection, instance_ids: Sequence[int], gone: Sequence[Row]) -> None:
    """Add what these matches are now and take away `gone`, rows of member_match that no longer are.

    In the order of the key, as everywhere, so that two that add at once never wait for each other in a circle.
    """
    await conn.execute(
        """
        insert into member_stat as stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists,
          wins, completions, weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
        select membership_id, mode, grouping(day, month) - 1 as level, coalesce(day, month, date '1970-01-01') as start,
          sum(sign), sum(sign * seconds), sum(sign * kills), sum(sign * deaths), sum(sign * assists),
          coalesce(sum(sign) filter (where won), 0), coalesce(sum(sign) filter (where completed), 0),
          sum(sign * weapon_kills), sum(sign * precision_kills), sum(sign * grenade_kills), sum(sign * melee_kills),
          sum(sign * super_kills)
        from (
          select 1 as sign, * from member_match where instance_id = any ($1::bigint[])
          union all select -1, * from unnest($2::member_match[])
        ) counted
        group by membership_id, mode, grouping sets (day, month, ())
        order by membership_id, mode, level, start
        on conflict (membership_id, mode, level, start) do update set matches = stat.matches + excluded.matches,
          seconds = stat.seconds + excluded.seconds, kills = stat.kills + excluded.kills,
          deaths = stat.deaths + excluded.deaths, assists = stat.assists + excluded.assists,
          wins = stat.wins + excluded.wins, completions = stat.completions + excluded.completions,
          weapon_kills = stat.weapon_kills + excluded.weapon_kills,
          precision_kills = stat.precision_kills + excluded.precision_kills,
          grenade_kills = stat.grenade_kills + excluded.grenade_kills,
          melee_kills = stat.melee_kills + excluded.melee_kills, super_kills = stat.super_kills + excluded.super_kills
        """,
        instance_ids,
        gone,
    )


async def delete_empty_member_stats(conn: Connection, gone: Sequence[Row]) -> None:
    """Of the sums that `gone` was part of, those that count no match any more."""
    await conn.execute(
        """
        delete from member_stat stat
        using (
          select membership_id, mode, grouping(day, month) - 1 as level,
            coalesce(day, month, date '1970-01-01') as start
          from unnest($1::member_match[]) group by membership_id, mode, grouping sets (day, month, ())
        ) touched
        where stat.membership_id = touched.membership_id and stat.mode = touched.mode and stat.level = touched.level
          and stat.start = touched.start and stat.matches = 0
        """,
        gone,
    )
