"""Kills by weapon, from the clans' sums or from single matches: the parts that a table of weapons is added from.

A match counts once for each person and weapon, and once for each person and family where reissues are joined. The sums
are kept so; of single matches `again` takes off what one person did with two reissues, or under two memberships.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from asyncpg import Record

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponSpan
from db.pool import Connection
from db.queries.pieces import Pieces


async def select_clan_part(conn: Connection, group_id: int, mode: Mode, pieces: Pieces) -> list[Record]:
    """By weapon: the sums of whole days and longer, and the matches of cut days. A person is a bit in `players`."""
    return await conn.fetch(
        """
        with fact as materialized (
          select cc.person_id, cc.slot, cc.membership_id <> cc.person_id as moved, k.instance_id, k.weapon_hash,
                 k.kills, k.precision_kills
          from unnest($6::timestamptz[], $7::timestamptz[]) as r (since, until)
          join clan_counted cc on cc.group_id = $1
          cross join lateral (
            select * from weapon_kill
            where membership_id = cc.membership_id and period >= r.since and period < r.until
              and mode_bits & (1 << $2::int) <> 0
            offset 0  -- member by member, whatever the planner thinks how many matches a day has
          ) k
        ), used as (
          select cw.weapon_hash, cw.kills, cw.precision_kills, cw.matches, cw.players
          from unnest($3::smallint[], $4::date[], $5::date[]) as r (level, first, last)
          cross join lateral (
            select * from clan_weapon
            where group_id = $1 and mode = $2 and level = r.level and start >= r.first and start < r.last
            offset 0
          ) cw
          union all
          select weapon_hash, kills, precision_kills, 1, set_bit(0::bit(256), slot, 1) from fact
        ), again as (
          select weapon_hash, sum(more) as more from (
            select weapon_hash, (count(*) - 1)::int as more
            from fact where person_id in (select person_id from fact where moved)
            group by person_id, instance_id, weapon_hash having count(*) > 1
          ) twice group by weapon_hash
        )
        select s.key, s.kills, s.precision_kills, s.matches - coalesce(a.more, 0) as matches, s.players,
               null::bigint[] as hashes, null::bigint[] as version_kills,
               w.name, w.type, w.slot, w.damage, w.tier, w.icon
        from (
          select weapon_hash as key, sum(kills) as kills, sum(precision_kills) as precision_kills,
                 sum(matches) as matches, bit_count(bit_or(players))::int as players
          from used group by weapon_hash
        ) s
        left join again a on a.weapon_hash = s.key
        left join weapon w on w.hash = s.key
        """,
        group_id,
        mode.number,
        *_ranges(pieces),
    )


async def select_clan_families(conn: Connection, group_id: int, mode: Mode, pieces: Pieces) -> list[Record]:
    """The same by the newest of each family, with its versions."""
    return await conn.fetch(
        """
        with fact as materialized (
          select cc.person_id, cc.slot, cc.membership_id <> cc.person_id as moved, k.instance_id, k.weapon_hash,
                 k.kills, k.precision_kills
          from unnest($6::timestamptz[], $7::timestamptz[]) as r (since, until)
          join clan_counted cc on cc.group_id = $1
          cross join lateral (
            select * from weapon_kill
            where membership_id = cc.membership_id and period >= r.since and period < r.until
              and mode_bits & (1 << $2::int) <> 0
            offset 0
          ) k
        ), used as (
          select s.*, coalesce(w.family, s.weapon_hash) as key
          from (
            select weapon_hash, sum(kills)::int as kills, sum(precision_kills)::int as precision_kills,
                   sum(matches)::int as matches, bit_or(players) as players
            from (
              select cw.weapon_hash, cw.kills, cw.precision_kills, cw.family_matches as matches, cw.players
              from unnest($3::smallint[], $4::date[], $5::date[]) as r (level, first, last)
              cross join lateral (
                select * from clan_weapon
                where group_id = $1 and mode = $2 and level = r.level and start >= r.first and start < r.last
                offset 0
              ) cw
              union all
              select weapon_hash, kills, precision_kills, 1, set_bit(0::bit(256), slot, 1) from fact
            ) part group by weapon_hash
          ) s left join weapon w on w.hash = s.weapon_hash
        ), again as (
          select key, sum(more) as more from (
            select coalesce(w.family, f.weapon_hash) as key, (count(*) - 1)::int as more
            from fact f left join weapon w on w.hash = f.weapon_hash
            where w.family in (select family from weapon group by family having count(*) > 1)
              or f.person_id in (select person_id from fact where moved)
            group by f.person_id, f.instance_id, 1 having count(*) > 1
          ) twice group by key
        )
        select s.key, s.kills, s.precision_kills, s.matches - coalesce(a.more, 0) as matches, s.players,
               s.hashes, s.version_kills, w.name, w.type, w.slot, w.damage, w.tier, w.icon
        from (
          select key, sum(kills) as kills, sum(precision_kills) as precision_kills, sum(matches) as matches,
                 bit_count(bit_or(players))::int as players,
                 array_agg(weapon_hash order by kills desc, weapon_hash) as hashes,
                 array_agg(kills order by kills desc, weapon_hash) as version_kills
          from used group by key
        ) s
        left join again a on a.key = s.key
        left join weapon w on w.hash = s.key
        """,
        group_id,
        mode.number,
        *_ranges(pieces),
    )


def _ranges(pieces: Pieces) -> tuple[list[int], list[date], list[date], list[datetime], list[datetime]]:
    """As unnest() takes them: levels, firsts and ends of sums; beginnings and ends of single matches."""
    since, until = [since for since, _ in pieces.facts], [until for _, until in pieces.facts]
    return pieces.levels, pieces.firsts, pieces.ends, since, until


async def select_people_part(
    conn: Connection, people: Mapping[int, int], mode: Mode, span: WeaponSpan, *, merge: bool
) -> list[Record]:
    """The same from single matches, for people by membership -> person."""
    return await conn.fetch(
        """
        with fact as materialized (
          select p.person_id, p.membership_id <> p.person_id as moved, k.instance_id, k.weapon_hash, k.kills,
                 k.precision_kills
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          cross join lateral (
            select * from weapon_kill
            where membership_id = p.membership_id and period >= coalesce($4::timestamptz, '-infinity')
              and period < coalesce($5::timestamptz, 'infinity') and mode_bits & (1 << $3::int) <> 0
            offset 0
          ) k
        ), used as (
          select f.person_id, f.weapon_hash, case when $6 then coalesce(w.family, f.weapon_hash) else f.weapon_hash end
                   as key,
                 f.kills, f.precision_kills, f.matches
          from (
            select person_id, weapon_hash, sum(kills)::int as kills, sum(precision_kills)::int as precision_kills,
                   count(*)::int as matches
            from fact group by person_id, weapon_hash
          ) f left join weapon w on $6 and w.hash = f.weapon_hash
        ), again as (
          select key, sum(more)::int as more from (
            select case when $6 then coalesce(w.family, f.weapon_hash) else f.weapon_hash end as key,
                   (count(*) - 1)::int as more
            from fact f left join weapon w on w.hash = f.weapon_hash
            where $6 and w.family in (select family from weapon group by family having count(*) > 1)
              or f.person_id in (select person_id from fact where moved)
            group by f.person_id, f.instance_id, 1 having count(*) > 1
          ) twice group by key
        ), joined as (
          select key, sum(kills) as kills, sum(precision_kills) as precision_kills, sum(matches) as matches,
                 count(*) as players
          from (
            select person_id, key, sum(kills)::int as kills, sum(precision_kills)::int as precision_kills,
                   sum(matches)::int as matches
            from used group by person_id, key
          ) by_person group by key
        ), version as (
          select key, array_agg(weapon_hash order by kills desc, weapon_hash) as hashes,
                 array_agg(kills order by kills desc, weapon_hash) as kills
          from (select key, weapon_hash, sum(kills) as kills from used where $6 group by key, weapon_hash) each
          group by key
        )
        select j.key, j.kills, j.precision_kills, j.matches - coalesce(a.more, 0) as matches,
               j.players::int, v.hashes, v.kills as version_kills,
               w.name, w.type, w.slot, w.damage, w.tier, w.icon
        from joined j
        left join again a on a.key = j.key
        left join version v on v.key = j.key
        left join weapon w on w.hash = j.key
        """,
        list(people),
        list(people.values()),
        mode.number,
        span.since,
        span.until,
        merge,
    )


async def select_people_sums(conn: Connection, people: Mapping[int, int], mode: Mode, *, merge: bool) -> list[Record]:
    """The same of all time, from the sums of people who have one membership only: two could be in one match."""
    return await conn.fetch(
        """
        with used as (
          select own.membership_id, own.weapon_hash,
                 case when $3 then coalesce(w.family, own.weapon_hash) else own.weapon_hash end as key,
                 own.kills, own.precision_kills,
                 case when $3 then own.family_matches else own.matches end as matches
          from member_weapon own left join weapon w on $3 and w.hash = own.weapon_hash
          where own.membership_id = any ($1::bigint[]) and own.mode = $2
        ), joined as (
          select key, sum(kills) as kills, sum(precision_kills) as precision_kills, sum(matches) as matches,
                 count(*)::int as players
          from (
            select membership_id, key, sum(kills)::int as kills, sum(precision_kills)::int as precision_kills,
                   sum(matches)::int as matches
            from used group by membership_id, key
          ) each group by key
        ), version as (
          select key, array_agg(weapon_hash order by kills desc, weapon_hash) as hashes,
                 array_agg(kills order by kills desc, weapon_hash) as kills
          from (select key, weapon_hash, sum(kills) as kills from used where $3 group by key, weapon_hash) each
          group by key
        )
        select j.key, j.kills, j.precision_kills, j.matches, j.players, v.hashes, v.kills as version_kills,
               w.name, w.type, w.slot, w.damage, w.tier, w.icon
        from joined j
        left join version v on v.key = j.key
        left join weapon w on w.hash = j.key
        """,
        list(people),
        mode.number,
        merge,
    )
