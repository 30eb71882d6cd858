"""What matches add to the sums, and what reports that are replaced take away: all of it in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.pool import Connection
from db.queries.clan_sums import clear_players, delete_empty_clan_weapons, select_clan_kills_counted
from db.queries.member_weapons import delete_empty_member_weapons, select_member_kills_counted
from db.queries.report_rows import Row
from db.queries.report_sums import delete_empty_member_stats, select_member_matches_counted


@dataclass(frozen=True, slots=True)
class Share:
    """What some matches are of the sums: rows of member_match, member_kill and clan_kill."""

    matches: Sequence[Row] = ()
    own_kills: Sequence[Row] = ()
    clan_kills: Sequence[Row] = ()


async def select_share(conn: Connection, instance_ids: Sequence[int]) -> Share:
    """Of these matches as stored."""
    return Share(
        await select_member_matches_counted(conn, instance_ids),
        await select_member_kills_counted(conn, instance_ids),
        await select_clan_kills_counted(conn, instance_ids),
    )


async def clear_emptied(conn: Connection, gone: Share) -> None:
    """After `upsert_sums`: of what `gone` was part of, the sums that count no match and the players that have none."""
    await delete_empty_member_stats(conn, gone.matches)
    await delete_empty_member_weapons(conn, gone.own_kills)
    await clear_players(conn, gone.clan_kills)
    await delete_empty_clan_weapons(conn, gone.clan_kills)


async def upsert_sums(conn: Connection, instance_ids: Sequence[int], gone: Share) -> None:
    """Add what these matches are now and take away `gone`, which no longer is, but for players' bits.

    Each table in the order of its key, so that two that add at once never wait for each other in a circle; all of them
    in one statement, since there and back takes a report by itself as long as what is done there.
    """
    await conn.execute(
        """
        with own as (
          insert into member_weapon as own (weapon_hash, mode, membership_id, kills, precision_kills, matches,
            family_matches, titan_kills, hunter_kills, warlock_kills)
          select weapon_hash, mode, membership_id, sum(sign * kills), sum(sign * precision_kills), sum(sign),
            coalesce(sum(sign) filter (where first_of_family), 0),
            coalesce(sum(sign * kills) filter (where class = 'titan'), 0),
            coalesce(sum(sign * kills) filter (where class = 'hunter'), 0),
            coalesce(sum(sign * kills) filter (where class = 'warlock'), 0)
          from (
            select 1 as sign, * from member_kill where instance_id = any ($1::bigint[])
            union all select -1, * from unnest($3::member_kill[])
          ) counted
          group by weapon_hash, mode, membership_id
          order by weapon_hash, mode, membership_id
          on conflict (weapon_hash, mode, membership_id) do update set kills = own.kills + excluded.kills,
            precision_kills = own.precision_kills + excluded.precision_kills, matches = own.matches + excluded.matches,
            family_matches = own.family_matches + excluded.family_matches,
            titan_kills = own.titan_kills + excluded.titan_kills,
            hunter_kills = own.hunter_kills + excluded.hunter_kills,
            warlock_kills = own.warlock_kills + excluded.warlock_kills
        ), clan as (
          insert into clan_weapon as clan (group_id, mode, level, start, weapon_hash, kills, precision_kills, matches,
            family_matches, players)
          select group_id, mode, level, sum_start(level, day) as start, weapon_hash, sum(kills), sum(precision_kills),
            sum(matches), sum(family_matches), bit_or(players)
          from (  -- fewer rows by far than kills, where many matches are stored at once
            select group_id, mode, day, weapon_hash, sum(sign * kills) as kills,
              sum(sign * precision_kills) as precision_kills,
              coalesce(sum(sign) filter (where first_of_weapon), 0) as matches,
              coalesce(sum(sign) filter (where first_of_family), 0) as family_matches, bit_or(players) as players
            from (
              select 1 as sign, set_bit(0::bit(256), slot, 1) as players, *
              from clan_kill where instance_id = any ($1::bigint[])
              union all select -1, 0::bit(256), * from unnest($4::clan_kill[])
            ) counted
            group by group_id, mode, day, weapon_hash
          ) of_day cross join generate_series(0, 4) level
          group by group_id, mode, level, start, weapon_hash
          order by group_id, mode, level, start, weapon_hash
          on conflict (group_id, mode, level, start, weapon_hash) do update set kills = clan.kills + excluded.kills,
            precision_kills = clan.precision_kills + excluded.precision_kills,
            matches = clan.matches + excluded.matches, family_matches = clan.family_matches + excluded.family_matches,
            players = clan.players | excluded.players
        )
        insert into member_stat as stat (membership_id, mode, level, start, matches, seconds, kills, deaths, assists,
          wins, completions, weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills)
        select membership_id, mode, level, sum_start(level, day) as start, sum(sign), sum(sign * seconds),
          sum(sign * kills), sum(sign * deaths), sum(sign * assists),
          coalesce(sum(sign) filter (where won), 0), coalesce(sum(sign) filter (where completed), 0),
          sum(sign * weapon_kills), sum(sign * precision_kills), sum(sign * grenade_kills), sum(sign * melee_kills),
          sum(sign * super_kills)
        from (
          select 1 as sign, * from member_match where instance_id = any ($1::bigint[])
          union all select -1, * from unnest($2::member_match[])
        ) counted cross join generate_series(0, 4) level
        group by membership_id, mode, level, start
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
        gone.matches,
        gone.own_kills,
        gone.clan_kills,
    )
