"""The sums of matches and weapons made in plain SQL from the facts, apart from the code that keeps them."""

from __future__ import annotations

from db.pool import Connection


async def sum_up(conn: Connection) -> None:
    """Make member_stat and clan_weapon anew."""
    await conn.execute("truncate member_stat, clan_weapon")
    await conn.execute(_MEMBER_STAT)
    await conn.execute(_CLAN_WEAPON)


_MEMBER_STAT = """
insert into member_stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists, wins, completions,
  weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
select p.membership_id, word, span.level,
  coalesce(date_trunc(span.unit, p.period at time zone 'UTC')::date, '1970-01-01'),
  count(*), sum(p.seconds), sum(p.kills), sum(p.deaths), sum(p.assists),
  count(*) filter (where p.completed and p.standing = 0 and m.teams <> '[]'), count(*) filter (where p.completed),
  sum(p.weapon_kills), sum(p.precision_kills), sum(p.grenade_kills), sum(p.melee_kills), sum(p.super_kills)
from match_player p
join match m on m.instance_id = p.instance_id
cross join (values (0, 'day'), (1, 'month'), (2, null)) as span (level, unit)
cross join generate_series(0, 10) as word
where p.tracked and p.mode_bits & (1 << word) <> 0
group by 1, 2, 3, 4
order by 1, 2, 3, 4
"""

_CLAN_WEAPON = """
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
select u.group_id, word, span.level, coalesce(date_trunc(span.unit, u.day)::date, '1970-01-01'), u.weapon_hash,
  sum(u.kills), sum(u.precision_kills), count(*) filter (where u.first_of_hash),
  count(*) filter (where u.first_of_family), bit_or(set_bit(0::bit(256), u.slot, 1))
from used u
cross join (values (0, 'day'), (1, 'month'), (2, null)) as span (level, unit)
cross join generate_series(0, 10) as word
where u.mode_bits & (1 << word) <> 0
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
"""
