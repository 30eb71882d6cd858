"""A clan of 100 with years of matches, made by set-based SQL: what tests.bench.queries asks about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db.pool import Connection, Pool
from tests.weapon_sums import MEMBER_WEAPONS

NOW = datetime(2026, 5, 20, 15, 4, 5, tzinfo=UTC)
YEARS = timedelta(days=1461)
CLAN = 881267
MEMBERS = 100
HASHES = 1000
FIRST_MEMBER = 4611686018467000001
FIRST_HASH = 2_000_000_001
_FRESH = timedelta(days=3)


async def build(pool: Pool, matches: int) -> None:
    """So many matches, 2.5 members in each and 4 weapons for each of them, evenly over four years before NOW.

    People outside the clan are left out: no question here reads them. The last three days come after the vacuum, as
    what was stored today is not yet vacuumed in life.
    """
    fresh = matches - int(matches * (_FRESH / YEARS))
    async with pool.acquire() as conn:
        await conn.execute("set synchronous_commit = off; set work_mem = '128MB'; set maintenance_work_mem = '512MB'")
        await conn.execute("select setseed(0.42)")
        await _add_people(conn)
        await _add_weapons(conn)
        indexes = await _drop_indexes(conn)
        await _add_matches(conn, 1, fresh, matches)
        await conn.execute("vacuum match, match_player, weapon_kill")
        await _add_matches(conn, fresh + 1, matches, matches)
        await _sum_up(conn)
        for definition in indexes:
            await conn.execute(definition)
        await conn.execute("vacuum member_stat, clan_weapon, member_weapon")
        await conn.execute("analyze")
        await conn.execute("checkpoint")


async def _drop_indexes(conn: Connection) -> list[str]:
    """Those of the big tables but for the facts' keys, which come in order; the statements that make them again."""
    keys = await conn.fetch(
        """select format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
          format('alter table %s add %s', conrelid::regclass, pg_get_constraintdef(oid)) as again
        from pg_constraint where contype = 'p' and conrelid::regclass::text = any ($1::text[])""",
        ["member_stat", "member_weapon"],
    )
    rest = await conn.fetch(
        """select format('drop index %I', i.indexname) as away, i.indexdef as again
        from pg_indexes i
        where i.tablename = any ($1::text[]) and not exists (select from pg_constraint where conname = i.indexname)
          and not exists (select from pg_inherits where inhrelid = i.indexname::regclass)""",
        ["match_player", "weapon_kill", "clan_weapon", "clan_weapon_day", "clan_weapon_month", "member_weapon"],
    )
    for row in (*rest, *keys):
        await conn.execute(row["away"])
    return [row["again"].replace(" ON ONLY ", " ON ") for row in (*rest, *keys)]


async def _add_people(conn: Connection) -> None:
    await conn.execute(
        "insert into clan (group_id, state, name, added_at) values ($1, 'tracked', 'Clan', $2)", CLAN, NOW
    )
    await conn.execute(
        """insert into member (membership_id, membership_type, name, first_seen_at)
        select $1::bigint + n, 3, 'Member ' || n || '#0042', $2 from generate_series(0, $3::int - 1) n""",
        FIRST_MEMBER,
        NOW,
        MEMBERS,
    )
    await conn.execute(
        """insert into stint (group_id, membership_id, joined_at, role)
        select $1, membership_id, first_seen_at, 'member' from member""",
        CLAN,
    )
    await conn.execute(
        """insert into clan_counted
        select $1, membership_id, membership_id, (membership_id - $2::bigint)::int from member""",
        CLAN,
        FIRST_MEMBER,
    )
    await conn.execute(
        """insert into history_member (membership_id, account_read_at)
        select membership_id, first_seen_at from member"""
    )
    await conn.execute(
        """insert into history (membership_id, character_id, found_at, backfill_until, backfilled_at)
        select membership_id, n, first_seen_at, first_seen_at, first_seen_at from member, generate_series(1, 3) n"""
    )


async def _add_weapons(conn: Connection) -> None:
    """As many again that nobody uses; every third weapon of the used ones is a reissue of the one before."""
    await conn.execute(
        """insert into weapon (hash, name, type, slot, damage, tier, icon, position, family)
        select $1::bigint + n, 'Weapon ' || n / 3,
          (array['Hand Cannon', 'Pulse Rifle', 'Auto Rifle', 'Shotgun', 'Sniper Rifle', 'Rocket Launcher', 'Sword',
            'Glaive', 'Fusion Rifle', 'Bow'])[n / 3 % 10 + 1],
          (array['kinetic', 'energy', 'power'])[n % 3 + 1],
          (array['kinetic', 'arc', 'solar', 'void', 'stasis', 'strand'])[n % 6 + 1],
          (array['legendary', 'legendary', 'legendary', 'exotic'])[n % 4 + 1], '/common/destiny2/icon.jpg', n,
          $1::bigint + case when n % 3 = 0 then n + 1 else n end
        from generate_series(0, 2 * $2::int - 1) n""",
        FIRST_HASH,
        HASHES,
    )


async def _add_matches(conn: Connection, first: int, last: int, matches: int) -> None:
    """mode_bits as bot.domain.mode numbers them: what share of the matches is of which kind.

    Weapons go by Zipf's law, others in the Crucible than elsewhere: the first makes a tenth of the kills of its place.
    A third of the members have favourites of their own. Seven times in ten someone keeps to what they took that day.
    """
    await conn.execute(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at, final,
          stored_at, fetched_at, duration_seconds, teams)
        select 8000000000 + n, at, at + interval '10 minutes', 5, '{5}',
          (array[3, 3, 3, 3, 3, 3, 19, 11, 7, 33, 193, 193, 193, 193, 449, 449, 577, 577, 1089,
            65])[1 + (random() * 19)::int],
          'done', 'backfill', at, true, at, at, 600, '[{"team": 17}]'
        from (select n, $3::timestamptz - $4::interval * (1 - (n - random()) / $5::float8) as at
              from generate_series($1::int, $2::int) n) as spread
        """,
        first,
        last,
        NOW,
        YEARS,
        matches,
    )
    await conn.execute(
        """
        insert into match_player (instance_id, membership_id, membership_type, name, character_id, class, kills, deaths,
          assists, completed, standing, seconds, weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills,
          tracked, period, mode_bits)
        select distinct on (m.instance_id, who) m.instance_id, $3::bigint + who, 3, 'Member', 1,
          (array['titan', 'hunter', 'warlock'])[1 + (random() * 2)::int], 20, 9, 4, true, (random() * 1)::int, 600, 14,
          5, 2, 2, 1, true, m.period, m.mode_bits
        from match m
        cross join lateral generate_series(1, 2 + (m.instance_id % 2)::int) as seat
        cross join lateral (select floor(power(random(), 1.5) * $4::int)::int as who where seat > 0) as drawn
        where m.instance_id between 8000000000 + $1::int and 8000000000 + $2::int
        order by m.instance_id, who
        """,
        first,
        last,
        FIRST_MEMBER,
        MEMBERS,
    )
    await conn.execute(
        """
        insert into weapon_kill (instance_id, membership_id, weapon_hash, period, mode_bits, class, kills,
          precision_kills)
        select instance_id, membership_id, $3::bigint + nth, min(period), min(mode_bits), min(class), sum(kills),
          sum(kills) / 3
        from (
          select p.*, 1 + (random() * random() * 9)::int as kills,
            (floor(exp(luck * ln($4::int)))::int - 1
              + case when p.membership_id % 3 = 0 then (p.membership_id % 100)::int * 7 else 0 end
              + case when p.mode_bits & 2 = 0 then $4::int / 2 else 0 end) % $4::int as nth
          from (select instance_id, membership_id, period, mode_bits, class from match_player
                where instance_id between 8000000000 + $1::int and 8000000000 + $2::int) p
          cross join lateral generate_series(1, 5) as draw
          cross join lateral (
            select case when random() < 0.7 then (hashint8extended(p.membership_id,
              extract(epoch from p.period)::bigint / 86400 * 10 + draw) & 2147483647) / 2147483648.0
              else random() end as luck
          ) as drawn
        ) used
        group by instance_id, membership_id, nth
        order by instance_id, membership_id, nth
        """,
        first,
        last,
        FIRST_HASH,
        HASHES,
    )


async def _sum_up(conn: Connection) -> None:
    """Month by month, as they are stored in life: what is of one time beside each other in no order."""
    months = await conn.fetch(
        """select min(instance_id) as first, max(instance_id) as last
        from match group by date_trunc('month', period at time zone 'UTC') order by 1"""
    )
    for row in months:
        await conn.execute(_CLAN_MONTH, row["first"], row["last"])
        await conn.execute(_MEMBER_MONTH, row["first"], row["last"])
    await conn.execute(
        """
        insert into clan_weapon
        select group_id, mode, longer, sum_start(longer, start), weapon_hash, sum(kills), sum(precision_kills),
          sum(matches), sum(family_matches), bit_or(players)
        from clan_weapon cross join unnest(array[2, 4]) longer
        where level = 1 group by group_id, mode, longer, 4, weapon_hash order by longer, 4, random()
        """
    )
    await conn.execute(MEMBER_WEAPONS)
    await conn.execute(
        """
        insert into member_stat
        select membership_id, mode, longer, sum_start(longer, start), sum(matches), sum(seconds), sum(kills),
          sum(deaths), sum(assists), sum(wins), sum(completions), sum(weapon_kills), sum(precision_kills),
          sum(grenade_kills), sum(melee_kills), sum(super_kills)
        from member_stat cross join unnest(array[2, 4]) longer
        where level = 1 group by membership_id, mode, longer, 4
        """
    )


_CLAN_MONTH = """
insert into clan_weapon
with used as materialized (
  select cc.group_id, cc.slot, k.mode_bits, (k.period at time zone 'UTC')::date as day, k.weapon_hash, k.kills,
    k.precision_kills, row_number() over (partition by k.instance_id, k.membership_id,
      coalesce(w.family, k.weapon_hash) order by k.weapon_hash) = 1 as first_of_family
  from weapon_kill k
  join clan_counted cc on cc.membership_id = k.membership_id
  left join weapon w on w.hash = k.weapon_hash
  where k.instance_id between $1 and $2
), by_day as (
  select u.group_id, word, u.day, u.weapon_hash, sum(u.kills) as kills, sum(u.precision_kills) as precision_kills,
    count(*) as matches, count(*) filter (where u.first_of_family) as family_matches,
    bit_or(set_bit(0::bit(256), u.slot, 1)) as players
  from used u join generate_series(0, 10) as word on u.mode_bits & (1 << word) <> 0
  group by u.group_id, word, u.day, u.weapon_hash
)
select group_id, word, level, sum_start(level, day), weapon_hash, sum(kills), sum(precision_kills), sum(matches),
  sum(family_matches), bit_or(players)
from by_day cross join unnest(array[0, 1, 3]) level
group by group_id, word, level, 4, weapon_hash order by random()
"""

_MEMBER_MONTH = """
insert into member_stat
select p.membership_id, word, level, sum_start(level, (p.period at time zone 'UTC')::date), count(*),
  sum(p.seconds), sum(p.kills), sum(p.deaths), sum(p.assists), count(*) filter (where p.standing = 0),
  count(*) filter (where p.completed), sum(p.weapon_kills), sum(p.precision_kills), sum(p.grenade_kills),
  sum(p.melee_kills), sum(p.super_kills)
from match_player p
join generate_series(0, 10) as word on p.mode_bits & (1 << word) <> 0
cross join unnest(array[0, 1, 3]) level
where p.tracked and p.instance_id between $1 and $2
group by p.membership_id, word, level, 4 order by random()
"""
