"""The sums of members by weapon, all time: what matches add to them, what a replaced report takes away."""

from __future__ import annotations

from collections.abc import Sequence

from db.pool import Connection
from db.queries.report_rows import Row


async def select_member_kills_counted(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    """What these matches, as stored, add to the sums: rows of member_kill."""
    rows = await conn.fetch("select * from member_kill where instance_id = any ($1::bigint[])", instance_ids)
    return [tuple(row) for row in rows]


async def delete_empty_member_weapons(conn: Connection, gone: Sequence[Row]) -> None:
    """Of the sums that `gone` was part of, those that count no match any more."""
    await conn.execute(
        """
        delete from member_weapon own
        using (select distinct weapon_hash, mode, membership_id from unnest($1::member_kill[])) touched
        where own.weapon_hash = touched.weapon_hash and own.mode = touched.mode
          and own.membership_id = touched.membership_id and own.matches = 0
        """,
        gone,
    )


async def rebuild_member_weapons(conn: Connection, members: Sequence[int]) -> int:
    """Rows of these members that were wrong, superfluous or missing."""
    wrong: int = await conn.fetchval(
        """
        with facts as materialized (
          select weapon_hash, mode, membership_id, sum(kills)::integer as kills,
            sum(precision_kills)::integer as precision_kills, count(*)::integer as matches,
            (count(*) filter (where first_of_family))::integer as family_matches,
            coalesce(sum(kills) filter (where class = 'titan'), 0)::integer as titan_kills,
            coalesce(sum(kills) filter (where class = 'hunter'), 0)::integer as hunter_kills,
            coalesce(sum(kills) filter (where class = 'warlock'), 0)::integer as warlock_kills
          from member_kill where membership_id = any ($1::bigint[])
          group by weapon_hash, mode, membership_id
        ), superfluous as (
          delete from member_weapon own where membership_id = any ($1::bigint[]) and not exists (
            select from facts where facts.weapon_hash = own.weapon_hash and facts.mode = own.mode
              and facts.membership_id = own.membership_id)
          returning 1
        ), mended as (
          insert into member_weapon
          select facts.* from facts left join member_weapon own using (weapon_hash, mode, membership_id)
          where (facts.*) is distinct from (own.*)
          on conflict (weapon_hash, mode, membership_id) do update set kills = excluded.kills,
            precision_kills = excluded.precision_kills, matches = excluded.matches,
            family_matches = excluded.family_matches, titan_kills = excluded.titan_kills,
            hunter_kills = excluded.hunter_kills, warlock_kills = excluded.warlock_kills
          returning 1
        )
        select (select count(*) from superfluous) + (select count(*) from mended)
        """,
        members,
    )
    return wrong
