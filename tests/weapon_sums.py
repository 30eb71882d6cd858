"""The sums of matches and weapons made in plain SQL from the facts, apart from the code that keeps them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time

from db.pool import Connection
from tests.db.match_make import spans

LEVELS = range(5)


async def sum_up(conn: Connection, levels: Collection[int] = LEVELS) -> None:
    """Make the sums anew: the days from the facts, all longer spans of these levels from the days."""
    await conn.execute("truncate member_stat, clan_weapon, member_weapon")
    await conn.execute(MEMBER_WEAPONS)
    await conn.execute(_MEMBER_DAYS)
    await conn.execute(_CLAN_DAYS)
    longer = await _longer(conn, levels)
    await conn.execute(_MEMBER_SPANS, *longer)
    await conn.execute(_CLAN_SPANS, *longer)


async def _longer(conn: Connection, levels: Collection[int]) -> tuple[list[date], list[int], list[date]]:
    """Side by side: a day that has sums, a level above the day, and the start of its span that the day lies in."""
    days = await conn.fetch("select start from member_stat union select start from clan_weapon")
    rows = [
        (day, *span)
        for (day,) in days
        for span in spans(datetime.combine(day, time(), UTC))
        if span[0] in levels and span[0] > 0
    ]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


_MEMBER_DAYS = """
insert into member_stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists, wins, completions,
  weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
select p.membership_id, word, 0, (p.period at time zone 'UTC')::date, count(*), sum(p.seconds), sum(p.kills),
  sum(p.deaths), sum(p.assists),
  count(*) filter (
    where (p.completed or p.completion_reason not in (0, 255)) and p.standing = 0 and m.teams <> '[]'),
  count(*) filter (where p.completed), sum(p.weapon_kills), sum(p.precision_kills), sum(p.grenade_kills),
  sum(p.melee_kills), sum(p.super_kills)
from match_player p
join match m on m.instance_id = p.instance_id
join generate_series(0, 10) as word on p.mode_bits & (1 << word) <> 0
where p.tracked
group by 1, 2, 4
"""

_MEMBER_SPANS = """
insert into member_stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists, wins, completions,
  weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
select membership_id, mode, longer.level, longer.start, sum(matches), sum(seconds), sum(kills), sum(deaths),
  sum(assists), sum(wins), sum(completions), sum(weapon_kills), sum(precision_kills), sum(grenade_kills),
  sum(melee_kills), sum(super_kills)
from member_stat
join unnest($1::date[], $2::int[], $3::date[]) as longer (day, level, start) on longer.day = member_stat.start
where member_stat.level = 0
group by 1, 2, 3, 4
"""

_CLAN_DAYS = """
insert into clan_weapon (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches, family_matches,
  players)
with used as (
  select cc.group_id, cc.slot, k.mode_bits, (k.period at time zone 'UTC')::date as day, k.weapon_hash, k.kills,
    k.precision_kills,
    row_number() over (partition by cc.group_id, cc.person_id, k.instance_id, k.weapon_hash) = 1 as first_of_hash,
    row_number() over (partition by cc.group_id, cc.person_id, k.instance_id, coalesce(w.family, k.weapon_hash)
      order by k.weapon_hash) = 1 as first_of_family
  from weapon_kill k
  join clan_counted cc on cc.membership_id = k.membership_id
  left join weapon w on w.hash = k.weapon_hash
)
select u.group_id, word, 0, u.day, u.weapon_hash, sum(u.kills), sum(u.precision_kills),
  count(*) filter (where u.first_of_hash), count(*) filter (where u.first_of_family),
  bit_or(set_bit(0::bit(256), u.slot, 1))
from used u
join generate_series(0, 10) as word on u.mode_bits & (1 << word) <> 0
group by 1, 2, 4, 5
"""

_CLAN_SPANS = """
insert into clan_weapon (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches, family_matches,
  players)
select group_id, mode, longer.level, longer.start, weapon_hash, sum(kills), sum(precision_kills), sum(matches),
  sum(family_matches), bit_or(players)
from clan_weapon
join unnest($1::date[], $2::int[], $3::date[]) as longer (day, level, start) on longer.day = clan_weapon.start
where clan_weapon.level = 0
group by 1, 2, 3, 4, 5
"""

MEMBER_WEAPONS = """
insert into member_weapon
select weapon_hash, word, membership_id, sum(kills), sum(precision_kills), count(*),
  count(*) filter (where first_of_family), coalesce(sum(kills) filter (where class = 'titan'), 0),
  coalesce(sum(kills) filter (where class = 'hunter'), 0), coalesce(sum(kills) filter (where class = 'warlock'), 0)
from (
  select k.*, row_number() over (partition by k.instance_id, k.membership_id, coalesce(w.family, k.weapon_hash)
    order by k.weapon_hash) = 1 as first_of_family
  from weapon_kill k left join weapon w on w.hash = k.weapon_hash
) k
join generate_series(0, 10) as word on k.mode_bits & (1 << word) <> 0
group by weapon_hash, word, membership_id
"""
