"""The sums of members: what matches add to them, and what a report that is replaced takes away."""

from __future__ import annotations

from collections.abc import Sequence

from db.pool import Connection
from db.queries.report_rows import Row


async def select_member_matches_counted(conn: Connection, instance_ids: Sequence[int]) -> list[Row]:
    """What these matches, as stored, add to the sums: rows of member_match."""
    rows = await conn.fetch("select * from member_match where instance_id = any ($1::bigint[])", instance_ids)
    return [tuple(row) for row in rows]


async def delete_empty_member_stats(conn: Connection, gone: Sequence[Row]) -> None:
    """Of the sums that `gone` was part of, those that count no match any more."""
    await conn.execute(
        """
        delete from member_stat stat
        using (
          select distinct membership_id, mode, level, sum_start(level, day) as start
          from unnest($1::member_match[]) cross join generate_series(0, 4) level
        ) touched
        where stat.membership_id = touched.membership_id and stat.mode = touched.mode and stat.level = touched.level
          and stat.start = touched.start and stat.matches = 0
        """,
        gone,
    )
