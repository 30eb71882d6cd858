"""Kills of one weapon or one family, by person, class, hash and day: from single matches, or from sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from asyncpg import Record

from bot.domain.mode import Mode
from bot.domain.weapon import WeaponSpan
from db.pool import Connection

PLAYER, DAY, CLASS, VERSION = 0b0111, 0b1011, 0b1101, 0b1110
"""What `kind` says of each row of select_kills."""


async def select_kills(
    conn: Connection, people: Mapping[int, int], hashes: Sequence[int], mode: Mode, span: WeaponSpan
) -> list[Record]:
    """From single matches, told apart by `kind`. A match counts once for each person."""
    return await conn.fetch(
        """
        with fact as materialized (
          select p.person_id, k.instance_id, k.weapon_hash, (k.period at time zone 'UTC')::date as day, k.class,
                 k.kills, k.precision_kills
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id), unnest($3::bigint[]) as w (hash)
          cross join lateral (
            select * from weapon_kill
            where weapon_hash = w.hash and membership_id = p.membership_id
              and period >= coalesce($5::timestamptz, '-infinity') and period < coalesce($6::timestamptz, 'infinity')
              and mode_bits & (1 << $4::int) <> 0
            offset 0  -- member by member, whatever the planner thinks how often a weapon is used
          ) k
        ), again as (
          select person_id, sum(more) as more from (
            select person_id, count(*) - 1 as more from fact
            where cardinality($3) > 1 or $7
            group by person_id, instance_id having count(*) > 1
          ) twice group by person_id
        )
        select s.*, (s.used - coalesce(a.more, 0))::int as matches
        from (
          select grouping(person_id, day, class, weapon_hash) as kind, person_id, day, class, weapon_hash,
                 sum(kills)::bigint as kills, sum(precision_kills)::bigint as precision_kills, count(*) as used
          from fact group by grouping sets (person_id, day, class, weapon_hash)
        ) s
        left join again a on a.person_id = s.person_id
        """,
        list(people),
        list(people.values()),
        list(hashes),
        mode.number,
        span.since,
        span.until,
        len(set(people.values())) < len(people),
    )


async def select_kill_sums(conn: Connection, ids: Sequence[int], hashes: Sequence[int], mode: Mode) -> list[Record]:
    """Of all time, by membership and hash; `family_matches` added up over hashes count a match once."""
    return await conn.fetch(
        """
        select membership_id, weapon_hash, kills, precision_kills, matches, family_matches, titan_kills, hunter_kills,
               warlock_kills
        from member_weapon
        where weapon_hash = any ($2::bigint[]) and mode = $3 and membership_id = any ($1::bigint[])
        """,
        list(ids),
        list(hashes),
        mode.number,
    )


async def select_clan_days(
    conn: Connection, group_ids: Sequence[int], hashes: Sequence[int], mode: Mode
) -> list[Record]:
    """Kills by day of all time, from the clans' sums."""
    return await conn.fetch(
        """
        select cw.start as day, sum(cw.kills)::bigint as kills
        from clan_weapon cw
        where cw.group_id = any ($1::bigint[]) and cw.mode = $3 and cw.weapon_hash = any ($2::bigint[])
          and cw.level = 0
        group by cw.start
        """,
        list(group_ids),
        list(hashes),
        mode.number,
    )
