"""All kills of some people, whatever they were made with."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponTotals
from db.pool import Connection
from db.queries.pieces import Pieces


async def select_totals(conn: Connection, ids: Sequence[int], mode: Mode, pieces: Pieces) -> WeaponTotals:
    """`matches` counts one for each of those memberships and matches."""
    row = await conn.fetchrow(
        """
        with part as (
          select s.matches, s.kills, s.weapon_kills, s.grenade_kills, s.melee_kills, s.super_kills
          from unnest($1::bigint[]) as m (id), unnest($3::smallint[], $4::date[], $5::date[]) as r (level, first, last)
          cross join lateral (
            select * from member_stat
            where membership_id = m.id and mode = $2 and level = r.level and start >= r.first and start < r.last
            offset 0  -- member by member, whatever the planner thinks how many days a span has
          ) s
          union all
          select 1, p.kills, p.weapon_kills, p.grenade_kills, p.melee_kills, p.super_kills
          from unnest($1::bigint[]) as m (id), unnest($6::timestamptz[], $7::timestamptz[]) as r (since, until)
          cross join lateral (
            select * from match_player
            where membership_id = m.id and tracked and period >= r.since and period < r.until
              and mode_bits & (1 << $2::int) <> 0
            offset 0
          ) p
        )
        select coalesce(sum(kills), 0)::bigint as kills, coalesce(sum(weapon_kills), 0)::bigint as weapon_kills,
               coalesce(sum(grenade_kills), 0)::bigint as grenade, coalesce(sum(melee_kills), 0)::bigint as melee,
               coalesce(sum(super_kills), 0)::bigint as super, coalesce(sum(matches), 0)::bigint as matches
        from part
        """,
        list(ids),
        mode.number,
        pieces.levels,
        pieces.firsts,
        pieces.ends,
        [since for since, _ in pieces.facts],
        [until for _, until in pieces.facts],
    )
    assert row is not None, "an aggregate has one row"
    return WeaponTotals(**dict(row))
