"""The collections loop: what members own and have earned, of whoever played since it was read last.

What is on the shelves comes from the manifest; what an exotic's item does not tell there is asked for by itself.
"""

from __future__ import annotations

import structlog

from bot.domain.outcome import Outcome, Verdict
from bot.domain.reading import Subject
from bot.errors import BungieError, KeyRefused
from bot.ingest.collections.due import COLLECTIBLES, is_due
from bot.ingest.roster.due import BASIC, RECORDS, Visit
from bot.jobs.exotics import resolve
from bot.jobs.loop import Loop
from bot.jobs.profile_store import read_ground
from bot.jobs.profiles import ProfilePass, read_profiles, start_pass
from bot.presenters.text import plural
from bot.services import Services
from db.queries.reading import select_subjects

log = structlog.get_logger(__name__)

_COMPONENTS = BASIC | {COLLECTIBLES, RECORDS}


async def run(services: Services) -> Outcome:
    """One pass over everyone whose collections are due."""
    await _learn(services)
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        subjects = await select_subjects(conn)
        ground = await read_ground(conn)
    if not ground.catalog.exotics:
        return Outcome(Verdict.IDLE, "No manifest lists exotics yet; collections are read once it does.")
    due = sorted((subject for subject in subjects if is_due(subject, now)), key=_longest_unread)
    visits = [Visit(subject, _COMPONENTS) for subject in due]
    made = start_pass(services, visits, ground)
    await read_profiles(services, made)
    return _outcome(made)


def _longest_unread(subject: Subject) -> tuple[bool, float, int]:
    """Those never read first, then by when they were."""
    read_at = subject.collection.read_at
    return read_at is not None, read_at.timestamp() if read_at else 0.0, subject.membership_id


async def _learn(services: Services) -> None:
    """Slots and releases of exotics that the manifest's light items don't tell; failing that, the next pass tries."""
    try:
        await resolve(services)
    except KeyRefused:
        raise
    except BungieError as error:
        log.info("exotics_unresolved", error=str(error))


def _outcome(made: ProfilePass) -> Outcome:
    counts = {"read": made.read, "failed": made.failed, "events": made.events}
    if made.stopped:
        return Outcome(Verdict.PARTIAL if made.read else Verdict.SKIPPED, made.stopped, counts)
    if made.failed:
        sentence = f"{made.failed} of {made.read + made.failed} collections could not be read; they stay due."
        return Outcome(Verdict.PARTIAL, sentence, counts)
    return Outcome(Verdict.DONE, f"{plural(made.read, 'collection')} read.", counts)


LOOP = Loop("collections", "collections_seconds", run, follows=True)
