"""What a pass sees to beside the walks: reports without a job, the past of newcomers, and what is kept too long."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.queue import JobKind, NewJob
from bot.ingest.matches.priority import ADOPTED
from bot.jobs import weapons
from bot.jobs.backfill.page import walk_job
from bot.jobs.manifest import wanted_by_weapons
from bot.jobs.recording import queue_reports, wanted_modes
from bot.services import Services, unseen
from db.pool import Connection
from db.queries.backlog import update_waiting
from db.queries.chore import claim_chore, select_chore_wanted
from db.queries.history_backfill import select_to_read_again, select_unfinished
from db.queries.match_write import select_unqueued, update_wanted
from db.queries.queue import delete_job_log, insert_jobs
from db.queries.recompute import recompute_weapons
from db.queries.report import adoptable, delete_old_bodies
from db.queries.setting import select_setting, upsert_setting

_SOME = 5000
_ADOPTED = 1000
_OLD_BODIES = 2000
_HOURLY = timedelta(minutes=55)  # a little less, so that a pass each 5 minutes makes it an hour
_MODES = "matches:modes"


async def before_walks(services: Services) -> None:
    """A change of matches.modes reaches what is recorded already."""
    config, now = services.config, services.clock.now()
    async with services.pool.acquire() as conn, conn.transaction():
        known = await select_setting(conn, _MODES)
        words = sorted(config.matches.modes)
        if known == words:
            return
        if known is not None:
            wanted = await update_wanted(conn, sum({mode.bit for mode in wanted_modes(config)}))
            await queue_reports(conn, config, wanted, now)
        await upsert_setting(conn, _MODES, words, now)


async def after_walks(services: Services) -> tuple[str, ...]:
    """Jobs for all that needs one, counts, and what is to be done now and then; the loops to be woken for it."""
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        async with conn.transaction():
            await queue_past(conn, now)
            await insert_jobs(conn, [walk_job(subject) for subject in await select_to_read_again(conn, now)])
            await _adopt(conn)
            await _find_lost(conn, services.config, now)
            await update_waiting(conn, now)
        await _forget(conn, services.config, now)
        rebuild = await select_chore_wanted(conn, weapons.CHORE)
        wake = await wanted_by_weapons(conn, now)
    if not services.bungie.breaker("manifest").open:
        await weapons.resolve(services)
    if rebuild:
        await recompute_weapons(services.pool, unseen)
    return wake


async def queue_past(
    conn: Connection, now: datetime, group_id: int | None = None, since: datetime | None = None
) -> int:
    """A walk for every character whose past is to be read and that has none; how many."""
    unfinished = await select_unfinished(conn, now, group_id)
    return await insert_jobs(conn, [walk_job(subject, since) for subject in unfinished])


async def _adopt(conn: Connection) -> None:
    """Someone who is a member now plays in stored matches: their weapons are read out of the reports."""
    found = await adoptable(conn, _ADOPTED)
    await insert_jobs(conn, [NewJob(JobKind.BACKFILL, (instance_id,), ADOPTED) for instance_id in found])


async def _find_lost(conn: Connection, config: Config, now: datetime) -> None:
    await queue_reports(conn, config, await select_unqueued(conn, _SOME), now)


async def _forget(conn: Connection, config: Config, now: datetime) -> None:
    if await claim_chore(conn, "job_log", _HOURLY, now):
        await delete_job_log(conn, now)
    days = config.matches.keep_reports_days
    if days and await claim_chore(conn, "bodies", _HOURLY, now):
        while await delete_old_bodies(conn, now - timedelta(days=days), _OLD_BODIES) == _OLD_BODIES:
            pass
