"""What the loops did, and which processes run."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot.domain.outcome import Outcome
from bot.domain.status import LoopStatus, Part
from db.pool import Connection


async def upsert_loop(conn: Connection, name: str, interval_seconds: int, next_at: datetime | None) -> None:
    await conn.execute(
        """
        insert into loop (name, interval_seconds, next_at) values ($1, $2, $3)
        on conflict (name) do update set interval_seconds = excluded.interval_seconds, next_at = excluded.next_at
        """,
        name,
        interval_seconds,
        next_at,
    )


async def upsert_loop_started(conn: Connection, name: str, interval_seconds: int, now: datetime) -> None:
    """Makes the row too: where only `sync` ever ran there is none yet, and its outcome has to be told."""
    await conn.execute(
        """
        insert into loop (name, interval_seconds, last_started_at) values ($1, $2, $3)
        on conflict (name) do update set last_started_at = excluded.last_started_at
        """,
        name,
        interval_seconds,
        now,
    )


async def update_loop_finished(
    conn: Connection, name: str, now: datetime, outcome: Outcome, error: str | None, next_at: datetime | None
) -> None:
    """Store how a run ended. `last_error` keeps the last one until a good run takes it away."""
    await conn.execute(
        """
        update loop set last_finished_at = $2, last_verdict = $3, last_sentence = $4, last_counts = $5,
          last_ok_at = case when $6 then $2 else last_ok_at end,
          last_error = case when $6 then null else coalesce($7, $4) end,
          next_at = coalesce($8, next_at)
        where name = $1
        """,
        name,
        now,
        outcome.verdict.value,
        outcome.sentence,
        outcome.counts,
        outcome.ok,
        error,
        next_at,
    )


async def select_loops(conn: Connection) -> tuple[LoopStatus, ...]:
    rows = await conn.fetch(
        """
        select name, interval_seconds, last_started_at, last_finished_at, last_ok_at, last_verdict, last_sentence,
          last_error, next_at
        from loop order by name
        """
    )
    return tuple(LoopStatus(**row) for row in rows)


async def try_loop_lock(conn: Connection, name: str) -> bool:
    """Whether this connection now holds the lock under which one run of that loop works, among all processes."""
    return bool(await conn.fetchval("select pg_try_advisory_lock(hashtextextended('hawthorne loop ' || $1, 0))", name))


async def upsert_process(
    conn: Connection, process_id: UUID, parts: list[str], version: str, started_at: datetime, now: datetime, leads: bool
) -> None:
    await conn.execute(
        """
        insert into process (id, parts, version, started_at, seen_at, leads) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do update set seen_at = excluded.seen_at, leads = excluded.leads
        """,
        process_id,
        parts,
        version,
        started_at,
        now,
        leads,
    )


async def delete_processes(conn: Connection, process_id: UUID, silent_since: datetime) -> None:
    """Take away one process's row, and those of processes that have not been heard of since."""
    await conn.execute("delete from process where id = $1 or seen_at < $2", process_id, silent_since)


async def select_parts(conn: Connection, alive_since: datetime) -> tuple[Part, ...]:
    """One row a part and process that said something since then, in the order of their start."""
    rows = await conn.fetch(
        """
        select part as name, version, seen_at, leads and part = 'ingest' as leads
        from process, unnest(parts) part where seen_at >= $1 order by started_at, part
        """,
        alive_since,
    )
    return tuple(Part(**row) for row in rows)
