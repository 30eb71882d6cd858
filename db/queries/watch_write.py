"""The membership protocol's memory of one clan, stored: each kind of doubt is replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.watch import Absence, Fact, Sighting, Watch
from db.pool import Connection


async def upsert_watch(conn: Connection, watch: Watch) -> None:
    short, missing = watch.shortfall, watch.missing
    await conn.execute(
        """
        insert into membership_watch (group_id, ids, short_offset, short_by, short_ids, short_times, short_at,
          missing_since, missing_at, missing_times, digest_of, digest_until, held_since)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        on conflict (group_id) do update set ids = excluded.ids, short_offset = excluded.short_offset,
          short_by = excluded.short_by, short_ids = excluded.short_ids, short_times = excluded.short_times,
          short_at = excluded.short_at, missing_since = excluded.missing_since, missing_at = excluded.missing_at,
          missing_times = excluded.missing_times, digest_of = excluded.digest_of,
          digest_until = excluded.digest_until, held_since = excluded.held_since
        """,
        watch.group_id,
        sorted(watch.ids),
        watch.short_offset,
        short.by if short else None,
        short.ids if short else None,
        short.times if short else 0,
        short.seen_at if short else None,
        missing.since if missing else None,
        missing.last_at if missing else None,
        missing.times if missing else 0,
        watch.digest_of,
        watch.digest_until,
        watch.held_since,
    )


async def delete_absences(conn: Connection, group_id: int) -> None:
    await conn.execute("delete from membership_absence where group_id = $1", group_id)


async def insert_absences(conn: Connection, group_id: int, absences: Iterable[tuple[int, Absence]]) -> None:
    await conn.executemany(
        """
        insert into membership_absence (group_id, membership_id, since, times, last_at, asks, asked_at, answer,
          answered_at, to_group_id, to_name, held, discarded)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        [
            (
                group_id,
                membership_id,
                a.since,
                a.times,
                a.last_at,
                a.asks,
                a.asked_at,
                a.answer.value if a.answer else None,
                a.answered_at,
                a.to_group_id,
                a.to_name,
                a.held,
                a.discarded,
            )
            for membership_id, a in absences
        ],
    )


async def delete_sightings(conn: Connection, group_id: int) -> None:
    await conn.execute("delete from membership_sighting where group_id = $1", group_id)


async def insert_sightings(
    conn: Connection, group_id: int, sightings: Iterable[tuple[tuple[int, str], Sighting]]
) -> None:
    await conn.executemany(
        "insert into membership_sighting (group_id, membership_id, field, value, seen_at) values ($1, $2, $3, $4, $5)",
        [(group_id, membership_id, field, s.value, s.seen_at) for (membership_id, field), s in sightings],
    )


async def delete_arrivals(conn: Connection, group_id: int) -> None:
    await conn.execute("delete from membership_arrival where group_id = $1", group_id)


async def delete_arrival(conn: Connection, group_id: int, membership_id: int) -> None:
    await conn.execute(
        "delete from membership_arrival where group_id = $1 and membership_id = $2", group_id, membership_id
    )


async def insert_arrivals(conn: Connection, group_id: int, arrivals: Iterable[tuple[int, datetime]]) -> None:
    await conn.executemany(
        "insert into membership_arrival (group_id, membership_id, since) values ($1, $2, $3) on conflict do nothing",
        [(group_id, membership_id, since) for membership_id, since in arrivals],
    )


async def insert_facts(conn: Connection, group_id: int, facts: Iterable[tuple[str, Fact]]) -> None:
    await conn.executemany(
        """
        insert into clan_fact (group_id, field, since, value) values ($1, $2, $3, $4) on conflict do nothing
        """,
        [(group_id, field, fact.since, fact.value) for field, fact in facts],
    )
