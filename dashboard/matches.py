"""Matches read: one member's list, and one report as stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.match import MatchLine, MatchState, StoredMatch
from bot.domain.mode import Mode
from bot.domain.weapon import Coverage
from bot.errors import UnknownThing
from dashboard import asking, cursor
from dashboard.weaponry import span_of
from dashboard.weapons_query import RANGE_PARAMETERS, Range, read_mode, read_range
from db.pool import Connection
from db.queries.coverage import select_coverage
from db.queries.match import select_match
from db.queries.matches import select_member_matches

PARAMETERS = ("mode", *RANGE_PARAMETERS, "limit", "cursor")


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """What was asked. `before`: the oldest match already seen, as (period, instance id)."""

    range: Range
    mode: Mode
    limit: int
    before: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True)
class Matches:
    """Newest first."""

    rows: tuple[MatchLine, ...]
    coverage: Coverage
    next_cursor: str | None


def read(asked: Mapping[str, str], limit: int = asking.LIMIT) -> MatchQuery:
    """Raises BadParameter for any value that isn't known."""
    return MatchQuery(read_range(asked), read_mode(asked), asking.limit(asked, limit), cursor.before(asked))


async def read_matches(conn: Connection, membership_id: int, query: MatchQuery, now: datetime) -> Matches:
    """Raises BadParameter for a season that isn't known."""
    span = await span_of(conn, query.range, now)
    found = await select_member_matches(
        conn,
        membership_id,
        mode=query.mode,
        before=query.before,
        limit=query.limit + 1,
        since=span.since,
        until=span.until,
    )
    rows = found[: query.limit]
    last = rows[-1] if len(found) > query.limit else None
    return Matches(
        rows,
        await select_coverage(conn, None, membership_id),
        cursor.of_time(last.period, last.instance_id) if last else None,
    )


async def read_match(conn: Connection, instance: str) -> StoredMatch:
    """Raises BadParameter and UnknownThing."""
    instance_id = asking.number_id(instance, "instance_id", "a report's id is the number in its address")
    found = await select_match(conn, instance_id)
    if found is None:
        raise UnknownThing(f"No match has the id {instance_id}, as far as the histories of members say.")
    return found


def why_unsettled(found: StoredMatch) -> str | None:
    """Why a report is not there, or may still change; None once it stands."""
    if found.state is MatchState.DONE:
        return (
            None if found.final else "Fetched within an hour of the match's end: once more after it, for late entries."
        )
    return {
        MatchState.WAITING: "Its report has not been fetched yet; it is asked for by itself.",
        MatchState.GONE: "Bungie.net no longer has its report.",
        MatchState.FAILED: "Bungie.net failed to give its report eight times; `queue retry` asks again.",
        MatchState.SKIPPED: "Reports of its mode are not fetched here: see matches.modes.",
    }[found.state]
