"""What is stored of reports: rows of match, report, match_player and weapon_kill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.match import MatchDetails
from bot.domain.mode import mode_bits
from db.pool import Connection
from db.queries.report_rows import KILL_COLUMNS, PLAYER_COLUMNS, MatchFacts, ReportRows, Row, modes_of
from db.queries.sums_lock import SUMS_LOCK


async def lock_matches(
    conn: Connection, ids: Sequence[int], people: Sequence[int]
) -> tuple[dict[int, datetime | None], frozenset[int]]:
    """When each was fetched, and who of the people are members; with a share in the sums.

    None at all where one of them is not recorded yet: those are to be recorded before anything is locked, or two that
    do so at once wait for each other in a circle. Nobody else stores these reports until the transaction ends. Until
    then plans are kept, since to make one takes as long as to carry it out, and the commit is not waited for: a server
    that breaks down forgets the last of them whole, with their jobs' end, so that they are done again.
    """
    rows = await conn.fetch(
        """
        with share as materialized (
          select pg_advisory_xact_lock_shared($3), set_config('plan_cache_mode', 'force_generic_plan', true),
            set_config('synchronous_commit', 'off', true)
        ), locked as (
          select instance_id, fetched_at from share cross join match
          where instance_id = any ($1::bigint[])
            and (select count(*) from match where instance_id = any ($1::bigint[])) = cardinality($1::bigint[])
          order by instance_id for update of match
        )
        select instance_id, fetched_at, null as membership_id from locked
        union all select null, null, membership_id from member where membership_id = any ($2::bigint[])
        """,
        ids,
        people,
        SUMS_LOCK,
    )
    return {row[0]: row[1] for row in rows if row[0]}, frozenset(row[2] for row in rows if row[2])


async def select_match_facts(conn: Connection, ids: Sequence[int]) -> dict[int, MatchFacts]:
    rows = await conn.fetch(
        """
        select instance_id, period, ends_at, mode, modes, mode_bits, activity_hash, reference_hash, is_private,
          membership_type, duration_seconds, starting_phase, from_beginning, player_count, teams
        from match where instance_id = any ($1::bigint[])
        """,
        ids,
    )
    return {row[0]: MatchFacts(*tuple(row)[1:]) for row in rows}


async def insert_unrecorded(conn: Connection, details: Iterable[MatchDetails], now: datetime) -> None:
    """Record matches that no history has listed; as the past's, since nobody waited for them."""
    await conn.executemany(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at)
        values ($1, $2, $2, $3, $4, $5, 'waiting', 'backfill', $6) on conflict do nothing
        """,
        [(d.instance_id, d.period, d.mode, modes_of(d), mode_bits(modes_of(d)), now) for d in details],
    )


async def select_players(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    rows = await conn.fetch(
        """
        select instance_id, membership_id, membership_type, name, character_id, class, light, clan_name, clan_tag,
          fireteam_id, team, standing, score, kills, deaths, assists, completed, completion_reason, start_seconds,
          seconds, entries, weapon_kills, precision_kills, grenade_kills, melee_kills, super_kills, ability_kills,
          tracked, period, mode_bits
        from match_player where instance_id = any ($1::bigint[]) order by instance_id, membership_id
        """,
        instance_ids,
    )
    return [tuple(row) for row in rows]


async def select_kills(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    rows = await conn.fetch(
        """
        select instance_id, membership_id, weapon_hash, period, mode_bits, class, kills, precision_kills
        from weapon_kill where instance_id = any ($1::bigint[]) order by instance_id, membership_id, weapon_hash
        """,
        instance_ids,
    )
    return [tuple(row) for row in rows]


async def delete_players(conn: Connection, instance_ids: Sequence[int]) -> None:
    await conn.execute("delete from match_player where instance_id = any ($1::bigint[])", instance_ids)


async def delete_kills(conn: Connection, instance_ids: Sequence[int]) -> None:
    await conn.execute("delete from weapon_kill where instance_id = any ($1::bigint[])", instance_ids)


async def copy_players(conn: Connection, rows: Sequence[Row]) -> None:
    """Rows that are not there: the lock on the match says so."""
    await conn.copy_records_to_table("match_player", records=rows, columns=PLAYER_COLUMNS)


async def copy_kills(conn: Connection, rows: Sequence[Row]) -> None:
    """Rows that are not there: the lock on the match says so."""
    await conn.copy_records_to_table("weapon_kill", records=rows, columns=KILL_COLUMNS)


async def store_matches(conn: Connection, reports: Sequence[ReportRows], now: datetime, *, whole: bool) -> None:
    """What a report tells of its match wins over what histories told; one that may still change is due once more.

    The raw report is kept, unless it is kept already. `whole`: people and kills, too, which is quicker than to copy
    them while reports are few. Their rows go by the order of the tables' columns.
    """
    await conn.executemany(
        """
        with told as (
          update match set state = 'done', period = $2, ends_at = $3::timestamptz, mode = $4, modes = $5,
            mode_bits = $6, activity_hash = $7, reference_hash = $8, is_private = $9, membership_type = $10,
            duration_seconds = $11, starting_phase = $12, from_beginning = $13, player_count = $14, teams = $15,
            fetched_at = $16, final = final or $17, stored_at = coalesce(stored_at, $18), error = null,
            again_at = case when final or $17 then null else $3::timestamptz + interval '1 hour' end
          where instance_id = $1
        ), body as (
          insert into report as held (instance_id, fetched_at, body)
          select $1, $16, $19::bytea where length($19::bytea) > 0
          on conflict (instance_id) do update set fetched_at = excluded.fetched_at, body = excluded.body
          where held.fetched_at < excluded.fetched_at
        ), player as (
          insert into match_player select * from unnest($20::match_player[])
        )
        insert into weapon_kill select * from unnest($21::weapon_kill[])
        """,
        [
            (*_match_row(rows, now), rows.fetched.body, *((rows.players, rows.kills) if whole else ((), ())))
            for rows in reports
        ],
    )


async def update_matches_seen(conn: Connection, reports: Sequence[ReportRows]) -> None:
    """Fetched again, and nothing new: that is all there is to note."""
    await conn.executemany(
        """
        update match set fetched_at = $2, final = final or $3, again_at = case when final or $3 then null
          else ends_at + interval '1 hour' end
        where instance_id = $1
        """,
        [(rows.instance_id, rows.fetched.fetched_at, rows.fetched.final) for rows in reports],
    )


def _match_row(rows: ReportRows, now: datetime) -> Row:
    told = (getattr(rows.match, name) for name in MatchFacts.__dataclass_fields__)
    return (rows.instance_id, *told, rows.fetched.fetched_at, rows.fetched.final, now)
