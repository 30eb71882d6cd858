"""Sums of matches read: a clan's by member and by mode, or one member's by mode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.mode import Mode
from bot.domain.weapon import Coverage, StatRow
from dashboard.frame import Frame, read_frame
from dashboard.weaponry import read_scope, span_of
from dashboard.weapons_query import RANGE_PARAMETERS, Range
from db.pool import Connection
from db.queries.coverage import select_coverage
from db.queries.stats import select_member_stats, select_stats

SUM_PARAMETERS = ("mode", *RANGE_PARAMETERS)


@dataclass(frozen=True, slots=True)
class Sums:
    """`by_member` is () for a person's own."""

    frame: Frame
    by_member: tuple[StatRow, ...]
    by_mode: tuple[StatRow, ...]
    coverage: Coverage


async def read_clan_sums(conn: Connection, group_id: int | None, asked: Range, mode: Mode, now: datetime) -> Sums:
    """By member in that mode, most matches first, and by every mode. Raises BadParameter and UnknownThing."""
    frame, _ = await read_scope(conn, group_id, now)
    by_member, by_mode = await select_stats(conn, group_id, await span_of(conn, asked, now), mode, now)
    ordered = sorted(by_member, key=lambda row: (-row.matches, row.membership_id or 0))
    return Sums(frame, tuple(ordered), by_mode, await select_coverage(conn, group_id, None))


async def read_member_sums(conn: Connection, membership_id: int, asked: Range, mode: Mode, now: datetime) -> Sums:
    """By mode: every one for `all`, else that one. Raises BadParameter."""
    rows = await select_member_stats(conn, membership_id, await span_of(conn, asked, now), now)
    kept = tuple(row for row in rows if mode in (Mode.ALL, row.mode))
    return Sums(await read_frame(conn, now), (), kept, await select_coverage(conn, None, membership_id))
