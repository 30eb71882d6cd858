"""Rebuild the sums from the facts: piece by piece, writing only what differs, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from db.pool import Connection, Pool
from db.queries.clan_follow import follow_members
from db.queries.member_weapons import rebuild_member_weapons
from db.queries.sums_lock import PATIENCE_SECONDS, own_sums

_MEMBERS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Rows of the sums that were wrong. `members_followed`: whom the clans count had differed, too.

    `weapons`: of clans and of members.
    """

    member_stats: int
    weapons: int
    members_followed: bool

    @property
    def differed(self) -> bool:
        return bool(self.member_stats or self.weapons or self.members_followed)


async def recompute_weapons(pool: Pool, progress: Callable[[int, int], None]) -> Recomputed:
    """Make every sum what the facts come to. Nobody stores a report meanwhile; who reads sees the sums of before."""
    async with pool.acquire() as conn, conn.transaction():
        await own_sums(conn)
        await set_plenty_of_memory(conn)
        await clear_wanted(conn)
        followed = await follow_members(conn)
        members, months = await select_pieces(conn)
        total, done, stats, weapons = len(members) + len(months), 0, await delete_unowned_stats(conn), 0
        for chunk in [members[at : at + _MEMBERS_AT_ONCE] for at in range(0, len(members), _MEMBERS_AT_ONCE)]:
            stats += await rebuild_member_stats(conn, chunk)
            weapons += await rebuild_member_weapons(conn, chunk)
            progress(done := done + len(chunk), total)
        for group_id, month in months:
            weapons += await rebuild_clan_month(conn, group_id, month)
            progress(done := done + 1, total)
        weapons += await rebuild_clan_totals(conn)
    return Recomputed(stats, weapons, followed)


async def set_plenty_of_memory(conn: Connection) -> None:
    """For sorting a month's kills; until the transaction ends."""
    await conn.execute("set local work_mem = '64MB'")


async def clear_wanted(conn: Connection) -> None:
    """Before anything is read: a manifest that changes families meanwhile waits, and then wants it done again."""
    await conn.execute(
        """
        insert into match_chore (name, done_at) values ('weapons', now())
        on conflict (name) do update set done_at = excluded.done_at, wanted = false
        """
    )


async def select_pieces(conn: Connection) -> tuple[list[int], list[tuple[int, date]]]:
    """Every member, and every clan with each month that has kills or sums."""
    members = await conn.fetch("select membership_id from member order by membership_id")
    months = await conn.fetch(
        """
        with reach as (
          select group_id, min(period at time zone 'UTC')::date as first, max(period at time zone 'UTC')::date as last
          from clan_counted join weapon_kill using (membership_id) group by group_id
          union all
          select group_id, min(start), max(start) from clan_weapon where level in (0, 1, 3) group by group_id
        )
        select group_id, generate_series(date_trunc('month', min(first) at time zone 'UTC'),
          max(last) at time zone 'UTC', interval '1 month')::date as month
        from reach group by group_id order by group_id, month
        """
    )
    return [row[0] for row in members], [(row[0], row[1]) for row in months]


async def delete_unowned_stats(conn: Connection) -> int:
    """Drop sums of people who are no members; how many rows that were."""
    done = await conn.execute("delete from member_stat where membership_id not in (select membership_id from member)")
    return int(done.split()[1])


async def rebuild_member_stats(conn: Connection, members: Sequence[int]) -> int:
    """Rows of these members that were wrong, superfluous or missing."""
    wrong: int = await conn.fetchval(
        """
        with facts as materialized (
          select membership_id, mode, level::smallint, sum_start(level, day) as start, count(*)::integer as matches,
            sum(seconds) as seconds, sum(kills)::integer as kills, sum(deaths)::integer as deaths,
            sum(assists)::integer as assists, (count(*) filter (where won))::integer as wins,
            (count(*) filter (where completed))::integer as completions, sum(weapon_kills)::integer as weapon_kills,
            sum(precision_kills)::integer as precision_kills, sum(grenade_kills)::integer as grenade_kills,
            sum(melee_kills)::integer as melee_kills, sum(super_kills)::integer as super_kills
          from member_match cross join generate_series(0, 4) level where membership_id = any ($1::bigint[])
          group by membership_id, mode, level, start
        ), superfluous as (
          delete from member_stat stat where membership_id = any ($1::bigint[]) and not exists (
            select from facts where facts.membership_id = stat.membership_id and facts.mode = stat.mode
              and facts.level = stat.level and facts.start = stat.start)
          returning 1
        ), mended as (
          insert into member_stat
          select facts.* from facts left join member_stat stat using (membership_id, mode, level, start)
          where (facts.*) is distinct from (stat.*)
          on conflict (membership_id, mode, level, start) do update set matches = excluded.matches,
            seconds = excluded.seconds, kills = excluded.kills, deaths = excluded.deaths, assists = excluded.assists,
            wins = excluded.wins, completions = excluded.completions, weapon_kills = excluded.weapon_kills,
            precision_kills = excluded.precision_kills, grenade_kills = excluded.grenade_kills,
            melee_kills = excluded.melee_kills, super_kills = excluded.super_kills
          returning 1
        )
        select (select count(*) from superfluous) + (select count(*) from mended)
        """,
        members,
        timeout=PATIENCE_SECONDS,
    )
    return wrong


async def rebuild_clan_month(conn: Connection, group_id: int, month: date) -> int:
    """Rows of the month, its dekads and its days that were wrong, superfluous or missing."""
    wrong: int = await conn.fetchval(
        """
        with facts as materialized (
          select group_id, mode, level::smallint, sum_start(level, day) as start, weapon_hash,
            sum(kills)::integer as kills, sum(precision_kills)::integer as precision_kills,
            (count(*) filter (where first_of_weapon))::integer as matches,
            (count(*) filter (where first_of_family))::integer as family_matches,
            bit_or(set_bit(0::bit(256), slot, 1)) as players
          from (
            select * from clan_kill
            where group_id = $1 and period >= $2::date::timestamp at time zone 'UTC'
              and period < ($2::date + interval '1 month') at time zone 'UTC'
          ) of_month cross join unnest(array[0, 1, 3]) level
          group by group_id, mode, level, start, weapon_hash
        ), stored as materialized (
          select clan.* from generate_series(0, 10) mode cross join unnest(array[0, 1, 3]) level
          join clan_weapon clan on clan.group_id = $1 and clan.mode = mode.mode::smallint
            and clan.level = level.level::smallint and clan.start >= $2::date
            and clan.start < ($2::date + interval '1 month')::date
        ), superfluous as (
          delete from clan_weapon clan using stored left join facts using (group_id, mode, level, start, weapon_hash)
          where facts.kills is null and clan.group_id = stored.group_id and clan.mode = stored.mode
            and clan.level = stored.level and clan.start = stored.start and clan.weapon_hash = stored.weapon_hash
          returning 1
        ), mended as (
          insert into clan_weapon
          select facts.* from facts left join stored using (group_id, mode, level, start, weapon_hash)
          where (facts.*) is distinct from (stored.*)
          on conflict (group_id, mode, level, start, weapon_hash) do update set kills = excluded.kills,
            precision_kills = excluded.precision_kills, matches = excluded.matches,
            family_matches = excluded.family_matches, players = excluded.players
          returning 1
        )
        select (select count(*) from superfluous) + (select count(*) from mended)
        """,
        group_id,
        month,
        timeout=PATIENCE_SECONDS,
    )
    return wrong


async def rebuild_clan_totals(conn: Connection) -> int:
    """Rows of years and of all time that were wrong, superfluous or missing; the months are right by then."""
    wrong: int = await conn.fetchval(
        """
        with facts as materialized (
          select group_id, mode, longer.level, sum_start(longer.level, start) as start, weapon_hash,
            sum(kills)::integer as kills, sum(precision_kills)::integer as precision_kills,
            sum(matches)::integer as matches, sum(family_matches)::integer as family_matches,
            bit_or(players) as players
          from clan_weapon month cross join unnest('{2,4}'::smallint[]) as longer (level)
          where month.level = 1 group by group_id, mode, longer.level, 4, weapon_hash
        ), superfluous as (
          delete from clan_weapon clan where level in (2, 4) and not exists (
            select from facts where facts.group_id = clan.group_id and facts.mode = clan.mode
              and facts.level = clan.level and facts.weapon_hash = clan.weapon_hash and facts.start = clan.start)
          returning 1
        ), mended as (
          insert into clan_weapon
          select facts.* from facts left join clan_weapon clan using (group_id, mode, level, start, weapon_hash)
          where (facts.*) is distinct from (clan.*)
          on conflict (group_id, mode, level, start, weapon_hash) do update set kills = excluded.kills,
            precision_kills = excluded.precision_kills, matches = excluded.matches,
            family_matches = excluded.family_matches, players = excluded.players
          returning 1
        )
        select (select count(*) from superfluous) + (select count(*) from mended)
        """,
        timeout=PATIENCE_SECONDS,
    )
    return wrong
