"""What a person or a clan plays, in short, for the pages that are about more than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.mode import Mode
from bot.domain.weapon import StatRow, WeaponFilter, WeaponSpan, WeaponTable, WeaponTotals
from bot.presenters import spans
from dashboard.matches import Matches, MatchQuery, read_matches
from dashboard.weapons_query import Range
from db.pool import Connection
from db.queries.counted import select_counted
from db.queries.coverage import select_coverage
from db.queries.pieces import cut
from db.queries.stats import select_member_stats
from db.queries.totals import select_totals
from db.queries.weapons import select_weapon_table

MONTH_DAYS = 30
WEEK_DAYS = 7
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Play:
    """One member's: sums by mode of the last 30 days and of all time, their weapons in all modes, their last matches.

    The weapons are of `span`: the last 30 days, or all time where those have none.
    """

    month: Mapping[Mode, StatRow]
    ever: Mapping[Mode, StatRow]
    span: WeaponSpan
    table: WeaponTable
    matches: Matches


async def read_play(conn: Connection, membership_id: int, now: datetime) -> Play:
    month, ever = spans.last_days(MONTH_DAYS, now), spans.ALL_TIME
    span, table = month, await _weapons(conn, None, membership_id, month, now)
    if not table.rows:
        span, table = ever, await _weapons(conn, None, membership_id, ever, now)
    return Play(
        month={row.mode: row for row in await select_member_stats(conn, membership_id, month, now)},
        ever={row.mode: row for row in await select_member_stats(conn, membership_id, ever, now)},
        span=span,
        table=table,
        matches=await read_matches(conn, membership_id, MatchQuery(Range(days=0), Mode.ALL, _RECENT, None), now),
    )


@dataclass(frozen=True, slots=True)
class Week:
    """A clan's last seven days in all modes, and the totals of the seven before.

    `growing`: reports of those fourteen days are still missing.
    """

    table: WeaponTable
    before: WeaponTotals
    growing: bool


async def read_week(conn: Connection, group_id: int, now: datetime) -> Week:
    span = spans.last_days(WEEK_DAYS, now)
    earlier = spans.before(span, now)
    assert earlier is not None, "it has a beginning"
    table = await _weapons(conn, group_id, None, span, now)
    counted = await select_counted(conn, WeaponFilter(group_id, earlier, mode=Mode.ALL))
    before = await select_totals(conn, counted.ids, Mode.ALL, cut(earlier))
    return Week(table, before, (await select_coverage(conn, group_id, None, earlier.since)).growing)


async def _weapons(
    conn: Connection, group_id: int | None, membership_id: int | None, span: WeaponSpan, now: datetime
) -> WeaponTable:
    asked = WeaponFilter(group_id, span, mode=Mode.ALL, membership_id=membership_id, merge=True)
    return await select_weapon_table(conn, asked, now)
