"""One job of a report: fetched, or read from what is held, or an error and what it means."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from bot.bungie.budget import Lane
from bot.bungie.decode_report import report as decode_report
from bot.bungie.raw import pack, unpack
from bot.domain.bungie import BreakerState
from bot.domain.history import Wanted
from bot.domain.match import FetchedReport, MatchState, Report
from bot.domain.queue import Job, JobKind, MatchTask
from bot.errors import BungieError, Unavailable
from bot.ingest.matches.meaning import fate, is_final, second_ask
from bot.ingest.matches.walk import ends_at
from bot.jobs.reports.result import Result
from bot.jobs.reports.storing import is_passing
from bot.services import Services
from db.queries.report import select_report_body

_SOON = timedelta(seconds=10)


async def fetch(services: Services, job: Job, match: MatchTask | None) -> Result:
    """What becomes of this job. Raises what nobody has foreseen: a defect, or an answer that makes one show."""
    if match is None or match.state not in (MatchState.WAITING, MatchState.DONE):
        return Result(job)  # skipped, failed or gone since it was queued
    try:
        fetched = await _held(services, match) or await _ask(services, job, match)
    except BungieError as error:
        outage = services.bungie.breaker("reports").row.state is not BreakerState.CLOSED
        return _not_come(job, match, error, services.clock.now(), outage=outage)
    except Exception as error:
        if is_passing(error):  # the budget is a row of the database
            return Result(job, match, delay=_SOON)
        raise
    again = None if fetched.final else second_ask(_end_of(fetched.report), fetched.fetched_at)
    return Result(job, match, fetched, delay=max(again - fetched.fetched_at, _SOON) if again else None)


def spoiled(job: Job, match: MatchTask | None, error: Exception, now: datetime) -> Result:
    """A report that we can't read or store: a failure of its own, which may pass when a version mends it."""
    if match is None:
        return Result(job)
    return _not_come(job, match, BungieError(f"It can't be read or stored: {error!r:.200}"), now, outage=False)


def _not_come(job: Job, match: MatchTask, error: BungieError, now: datetime, *, outage: bool) -> Result:
    wanted = Wanted(match.ends_at, match.missing, match.failures, stored=match.state is MatchState.DONE)
    found = fate(error, wanted, now, outage=outage)
    return Result(job, match, fate=found, reason=str(error), delay=found.ask_at - now if found.ask_at else None)


async def _ask(services: Services, job: Job, match: MatchTask) -> FetchedReport:
    lane = Lane.LOOPS if job.kind is JobKind.REPORT else Lane.BACKFILL
    raw, report = await services.bungie.get_report(match.instance_id, lane=lane)
    now = services.clock.now()
    return FetchedReport(report, pack(raw), now, final=match.final or is_final(_end_of(report), now))


async def _held(services: Services, match: MatchTask) -> FetchedReport | None:
    """The report as it is kept, where it is final: someone in it has become a member since it was stored."""
    if not (match.final and match.held and match.fetched_at):
        return None
    async with services.pool.acquire() as conn:
        body = await select_report_body(conn, match.instance_id)
    try:
        raw = unpack(body or b"")
        return FetchedReport(
            decode_report(msgspec.Raw(raw), match.instance_id, services.clock.now()),
            body or b"",
            match.fetched_at,
            True,
        )
    except (ValueError, Unavailable):  # damaged, or of a time when more was believed: Bungie.net has another
        return None


def _end_of(report: Report) -> datetime:
    return ends_at(report.details.period, report.duration_seconds)
