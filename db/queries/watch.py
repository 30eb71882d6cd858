"""The membership protocol's memory of one clan, loaded whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import asyncpg

from bot.domain.watch import Absence, Elsewhere, Fact, Missing, Shortfall, Sighting, Watch, Whereabouts
from db.pool import Connection
from db.queries.stint import select_formers, select_names, select_stays

_LOCK = 0x4861_776D  # one decision about members at a time: a switch concerns two clans


async def lock_membership(conn: Connection) -> None:
    """Wait for any other decision about members; held until the transaction ends."""
    await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)


async def select_watch_row(conn: Connection, group_id: int) -> asyncpg.Record | None:
    return await conn.fetchrow(
        """
        select c.group_id, c.baseline_at, c.accepted_at, c.group_read_at, c.member_count, w.*
        from clan c left join membership_watch w using (group_id) where c.group_id = $1
        """,
        group_id,
    )


async def select_absences(conn: Connection, group_id: int) -> dict[int, Absence]:
    rows = await conn.fetch("select * from membership_absence where group_id = $1", group_id)
    return {row["membership_id"]: _absence(row) for row in rows}


def _absence(row: asyncpg.Record) -> Absence:
    values = {key: value for key, value in row.items() if key not in ("group_id", "membership_id")}
    answer = values["answer"]
    return Absence(**{**values, "answer": None if answer is None else Whereabouts(answer)})


async def select_sightings(conn: Connection, group_id: int) -> dict[tuple[int, str], Sighting]:
    rows = await conn.fetch("select * from membership_sighting where group_id = $1", group_id)
    return {(row["membership_id"], row["field"]): Sighting(row["value"], row["seen_at"]) for row in rows}


async def select_arrivals(conn: Connection, group_id: int) -> dict[int, datetime]:
    rows = await conn.fetch(
        """
        select membership_id, a.since from membership_arrival a join stint s using (group_id, membership_id)
        where group_id = $1 and s.left_at is null
        """,
        group_id,
    )
    return {row["membership_id"]: row["since"] for row in rows}


async def select_facts(conn: Connection, group_id: int) -> dict[str, Fact]:
    rows = await conn.fetch(
        "select distinct on (field) field, value, since from clan_fact where group_id = $1 order by field, since desc",
        group_id,
    )
    return {row["field"]: Fact(row["value"], row["since"]) for row in rows}


async def select_elsewhere(conn: Connection, group_id: int, ids: Iterable[int]) -> dict[int, tuple[Elsewhere, ...]]:
    """Open stints of these people in other tracked clans."""
    rows = await conn.fetch(
        """
        select s.membership_id, s.group_id, s.joined_at, a.since as waiting_since
        from stint s join clan c on c.group_id = s.group_id and c.state = 'tracked'
        left join membership_arrival a on a.group_id = s.group_id and a.membership_id = s.membership_id
        where s.group_id <> $1 and s.membership_id = any ($2::bigint[]) and s.left_at is null
        order by s.joined_at
        """,
        group_id,
        list(ids),
    )
    found: dict[int, tuple[Elsewhere, ...]] = {}
    for row in rows:
        stay = Elsewhere(row["group_id"], row["joined_at"], row["waiting_since"])
        found[row["membership_id"]] = (*found.get(row["membership_id"], ()), stay)
    return found


async def select_tracked(conn: Connection) -> frozenset[int]:
    rows = await conn.fetch("select group_id from clan where state = 'tracked'")
    return frozenset(row["group_id"] for row in rows)


async def load_watch(conn: Connection, group_id: int, polled: Iterable[int]) -> Watch:
    """All that is remembered of a clan that a poll with these ids concerns."""
    row = await select_watch_row(conn, group_id)
    assert row is not None, f"clan {group_id} is not stored"
    members = await select_stays(conn, group_id)
    concerned = {*polled, *members}
    return Watch(
        group_id=group_id,
        **_watch_values(row),
        facts=await select_facts(conn, group_id),
        members=members,
        absences=await select_absences(conn, group_id),
        sightings=await select_sightings(conn, group_id),
        arrivals=await select_arrivals(conn, group_id),
        formers=await select_formers(conn, group_id, concerned - members.keys()),
        elsewhere=await select_elsewhere(conn, group_id, concerned),
        names=await select_names(conn, concerned),
        tracked=await select_tracked(conn),
    )


def _watch_values(row: asyncpg.Record) -> dict[str, Any]:
    short = None
    if row["short_by"] is not None:
        short = Shortfall(row["short_by"], row["short_ids"], row["short_times"], row["short_at"])
    missing = None
    if row["missing_since"] is not None:
        missing = Missing(row["missing_since"], row["missing_times"], row["missing_at"])
    same = ("baseline_at", "accepted_at", "group_read_at", "member_count", "digest_of", "digest_until", "held_since")
    return {
        **{key: row[key] for key in same},
        "ids": frozenset(row["ids"] or ()),
        "short_offset": row["short_offset"] or 0,
        "shortfall": short,
        "missing": missing,
    }
