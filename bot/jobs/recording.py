"""What a page of a history leaves in the database, with the jobs for what is new, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.config import Config
from bot.domain.match import HistoryRow, MatchState
from bot.domain.mode import Mode
from bot.domain.queue import JobKind, NewJob, Unqueued
from bot.ingest.matches.due import OVERLAP
from bot.ingest.matches.meaning import first_ask
from bot.ingest.matches.priority import LIVE, report_priority
from bot.ingest.matches.walk import ends_at, wanted_state
from db.pool import Connection
from db.queries.match_write import insert_matches, upsert_history_entries
from db.queries.queue import insert_jobs

LIVE_FOUND, BACKFILL_FOUND = "live", "backfill"


def wanted_modes(config: Config) -> tuple[Mode, ...]:
    return tuple(Mode(word) for word in config.matches.modes)


async def record(
    conn: Connection,
    config: Config,
    character: tuple[int, int],
    rows: Sequence[HistoryRow],
    found_by: str,
    now: datetime,
) -> frozenset[int]:
    """Record these rows of a character (membership id, character id); which of their matches were not known."""
    if not rows:
        return frozenset()
    modes = wanted_modes(config)
    states = {row.details.instance_id: wanted_state(row.details, modes) for row in rows}
    new = await insert_matches(conn, rows, states, found_by, now)
    await upsert_history_entries(conn, *character, rows)
    wanted = {
        row.details.instance_id: Unqueued(
            row.details, ends_at(row.details.period, row.duration_seconds), None, found_by
        )
        for row in rows
        if row.details.instance_id in new and states[row.details.instance_id] is MatchState.WAITING
    }
    await queue_reports(conn, config, wanted.values(), now)
    return new


async def queue_reports(conn: Connection, config: Config, wanted: Iterable[Unqueued], now: datetime) -> int:
    """A job for each of these reports; how many had none."""
    return await insert_jobs(conn, [_job(each, config.matches.settle_seconds, now) for each in wanted])


def _job(wanted: Unqueued, settle_seconds: int, now: datetime) -> NewJob:
    """What is older than the overlap of walks is news only after a long outage: it comes first among the past then."""
    priority = report_priority(wanted.details, now, live=wanted.found_by == LIVE_FOUND)
    at = wanted.again_at or first_ask(wanted.ends_at, now, settle_seconds)
    kind = JobKind.REPORT if priority >= LIVE and now - wanted.ends_at <= OVERLAP else JobKind.BACKFILL
    return NewJob(kind, (wanted.details.instance_id,), priority, max(at - now, at - at))
