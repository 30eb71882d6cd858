"""Matches as histories name them, and what becomes of their reports until they are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from asyncpg import Record

from bot.domain.history import Fate
from bot.domain.match import HistoryRow, MatchDetails, MatchState
from bot.domain.mode import SOCIAL, mode_bits
from bot.domain.queue import MatchTask, Unqueued
from bot.ingest.matches.walk import ends_at
from db.pool import Connection
from db.queries.report_rows import modes_of


async def insert_matches(
    conn: Connection, rows: Sequence[HistoryRow], states: Mapping[int, MatchState], found_by: str, now: datetime
) -> frozenset[int]:
    """Record the matches of these rows, each in its state; the instances that were not known.

    In the order of their ids: two walks that find the same matches must not wait for each other.
    """
    ordered = _in_order(rows)
    details = [row.details for row in ordered]
    found = await conn.fetch(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, activity_hash, reference_hash,
          is_private, membership_type, state, found_by, found_at)
        select instance_id, period, ends_at, mode, string_to_array(modes, ',')::smallint[], bits,
          activity_hash, reference_hash, is_private, membership_type, state, $12, $13
        from unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::smallint[], $5::text[], $6::integer[],
          $7::bigint[], $8::bigint[], $9::boolean[], $10::smallint[], $11::text[])
          as found (instance_id, period, ends_at, mode, modes, bits, activity_hash, reference_hash, is_private,
            membership_type, state)
        on conflict (instance_id) do nothing
        returning instance_id
        """,
        [each.instance_id for each in details],
        [each.period for each in details],
        [ends_at(row.details.period, row.duration_seconds) for row in ordered],
        [each.mode for each in details],
        [",".join(map(str, modes_of(each))) for each in details],
        [mode_bits(modes_of(each)) for each in details],
        [each.activity_hash for each in details],
        [each.reference_hash for each in details],
        [each.is_private for each in details],
        [each.membership_type for each in details],
        [states[each.instance_id].value for each in details],
        found_by,
        now,
    )
    return frozenset(row["instance_id"] for row in found)


def _in_order(rows: Sequence[HistoryRow]) -> list[HistoryRow]:
    once = {row.details.instance_id: row for row in rows}
    return [once[instance_id] for instance_id in sorted(once)]


async def upsert_history_entries(
    conn: Connection, membership_id: int, character_id: int, rows: Sequence[HistoryRow]
) -> None:
    """What one character's history says of these matches, which are recorded; a later reading counts."""
    ordered = _in_order(rows)
    await conn.execute(
        """
        insert into history_entry as entry (membership_id, character_id, instance_id, period, mode_bits, kills, deaths,
          assists, score, standing, completed, seconds)
        select $1, $2, * from unnest($3::bigint[], $4::timestamptz[], $5::integer[], $6::integer[], $7::integer[],
          $8::integer[], $9::integer[], $10::integer[], $11::boolean[], $12::integer[])
        on conflict (membership_id, instance_id, character_id) do update set period = excluded.period,
          mode_bits = excluded.mode_bits, kills = excluded.kills, deaths = excluded.deaths, assists = excluded.assists,
          score = excluded.score, standing = excluded.standing, completed = excluded.completed,
          seconds = excluded.seconds
        where (entry.period, entry.mode_bits, entry.kills, entry.deaths, entry.assists, entry.score, entry.standing,
            entry.completed, entry.seconds)
          is distinct from (excluded.period, excluded.mode_bits, excluded.kills, excluded.deaths, excluded.assists,
            excluded.score, excluded.standing, excluded.completed, excluded.seconds)
        """,
        membership_id,
        character_id,
        [row.details.instance_id for row in ordered],
        [row.details.period for row in ordered],
        [mode_bits(modes_of(row.details)) for row in ordered],
        [row.kills for row in ordered],
        [row.deaths for row in ordered],
        [row.assists for row in ordered],
        [row.score for row in ordered],
        [row.standing for row in ordered],
        [row.completed for row in ordered],
        [row.seconds for row in ordered],
    )


async def select_tasks(conn: Connection, instance_ids: Collection[int]) -> dict[int, MatchTask]:
    """What a worker has to know of these matches before it asks for their reports."""
    rows = await conn.fetch(
        """
        select m.instance_id, m.state, m.ends_at, m.fetched_at, m.final, m.missing, m.failures,
          r.instance_id is not null as held
        from match m left join report r on r.instance_id = m.instance_id
        where m.instance_id = any ($1::bigint[])
        """,
        list(instance_ids),
    )
    return {row["instance_id"]: MatchTask(**{**row, "state": MatchState(row["state"])}) for row in rows}


async def update_fates(conn: Connection, fates: Mapping[int, tuple[Fate, str]], now: datetime) -> None:
    """What asking for these reports came to, and the words of it.

    One that was to be fetched once more and will not be is final as it is.
    """
    if not fates:
        return
    order = sorted(fates)
    await conn.execute(
        """
        update match set missing = given.missing, failures = given.failures, error = given.error, asked_at = $1,
          state = case when match.state = 'waiting' then given.state else match.state end,
          final = match.final or (match.state = 'done' and given.again_at is null),
          again_at = case when match.state = 'done' then given.again_at end
        from unnest($2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::timestamptz[], $7::text[])
          as given (instance_id, state, missing, failures, again_at, error)
        where match.instance_id = given.instance_id
        """,
        now,
        order,
        [fates[instance_id][0].state.value for instance_id in order],
        [fates[instance_id][0].missing for instance_id in order],
        [fates[instance_id][0].failures for instance_id in order],
        [fates[instance_id][0].ask_at for instance_id in order],
        [fates[instance_id][1] for instance_id in order],
    )


async def update_failed_again(conn: Connection) -> tuple[Unqueued, ...]:
    """Failed reports wait again, what counted against them forgotten; those that were so."""
    rows = await conn.fetch(
        """
        update match set state = 'waiting', failures = 0, missing = 0, error = null where state = 'failed'
        returning instance_id, period, mode, modes, activity_hash, reference_hash, is_private, membership_type,
          ends_at, again_at, found_by
        """
    )
    return tuple(_unqueued(row) for row in rows)


async def update_preferred(
    conn: Connection, group_id: int | None, since: datetime | None, lift: int, below: int
) -> None:
    """Lift the queued reports of a clan's members of today, from `since` on, that are below `below`."""
    await conn.execute(
        """
        update pgqueuer job set priority = job.priority + $3
        from match m
        where job.entrypoint = 'report_backfill' and job.status = 'queued' and job.priority < $4
          and m.instance_id = substr(job.dedupe_key, 8)::bigint and ($2::timestamptz is null or m.period >= $2)
          and exists (select from history_entry e join stint s using (membership_id)
            where e.instance_id = m.instance_id and s.left_at is null and ($1::bigint is null or s.group_id = $1))
        """,
        group_id,
        since,
        lift,
        below,
    )


async def select_unqueued(conn: Connection, limit: int) -> tuple[Unqueued, ...]:
    """Reports that are waited for, or to be fetched once more, without a job.

    A job is made with the match, so there are none unless someone emptied the queue.
    """
    rows = await conn.fetch(
        """
        select m.instance_id, m.period, m.mode, m.modes, m.activity_hash, m.reference_hash, m.is_private,
          m.membership_type, m.ends_at, m.again_at, m.found_by
        from match m
        where (m.state = 'waiting' or m.again_at is not null)
          and not exists (
            select from pgqueuer j
            where j.dedupe_key = 'report:' || m.instance_id and j.status in ('queued', 'picked')
          )
        order by m.instance_id desc limit $1
        """,
        limit,
    )
    return tuple(_unqueued(row) for row in rows)


async def update_wanted(conn: Connection, wanted: int) -> tuple[Unqueued, ...]:
    """The modes whose reports are fetched have changed: what was skipped waits, and what waits is skipped, by them.

    Those that wait now.
    """
    rows = await conn.fetch(
        """
        update match set state = case state when 'skipped' then 'waiting' else 'skipped' end
        where (state = 'skipped' and mode_bits & $1 <> 0 and mode <> $2 and not $2 = any (modes))
          or (state = 'waiting' and mode_bits & $1 = 0)
        returning instance_id, period, mode, modes, activity_hash, reference_hash, is_private, membership_type,
          ends_at, again_at, found_by, state
        """,
        wanted,
        SOCIAL,
    )
    return tuple(_unqueued(row) for row in rows if row["state"] == MatchState.WAITING)


def _unqueued(row: Record) -> Unqueued:
    details = MatchDetails(
        instance_id=row["instance_id"],
        period=row["period"],
        mode=row["mode"],
        modes=tuple(row["modes"]),
        activity_hash=row["activity_hash"],
        reference_hash=row["reference_hash"],
        is_private=row["is_private"],
        membership_type=row["membership_type"],
    )
    return Unqueued(details, row["ends_at"], row["again_at"], row["found_by"])
