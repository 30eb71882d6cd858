"""One pass of the loop: accounts, walks, chores, and what /status says of them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.outcome import Outcome, Verdict
from bot.ingest.matches.due import plan_walks
from bot.jobs.loop import Loop
from bot.jobs.matches.accounts import read_accounts
from bot.jobs.matches.chores import after_walks, before_walks
from bot.jobs.matches.telling import tell
from bot.jobs.matches.walking import Walked, walk_all
from bot.presenters.backlog import walked_sentence
from bot.presenters.text import plural
from bot.services import Services
from db.queries.history import insert_history_characters, insert_history_members, select_walk_subjects
from db.queries.queue_state import select_queue_status


async def run(services: Services) -> Outcome:
    """One pass over everyone in a tracked clan. What histories name anew is queued; workers fetch it."""
    async with services.pool.acquire() as conn, conn.transaction():
        await insert_history_members(conn)
    await before_walks(services)
    unread = await read_accounts(services)
    walked = await _walk(services)
    if walked.refused is not None:
        raise walked.refused
    wake = await after_walks(services)
    return replace(await _outcome(services, walked, unread), wake=wake, found=frozenset(walked.new))


async def _walk(services: Services) -> Walked:
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        await insert_history_characters(conn, now)
        subjects = await select_walk_subjects(conn, now)
    services.bungie.breaker("history").remember_good(
        subject.membership_id for subject in subjects if subject.walked_at is not None and not subject.failures
    )
    return await walk_all(services, plan_walks(subjects, now))


async def _outcome(services: Services, walked: Walked, unread: int) -> Outcome:
    async with services.pool.acquire() as conn:
        waiting = (await select_queue_status(conn)).waiting
        said = await tell(conn, services.clock.now())
    counts = {
        "walked": walked.done,
        "new": len(walked.new),
        "failed": walked.failed,
        "unread": unread,
        "waiting": waiting,
    }
    if walked.stopped:
        return Outcome(Verdict.PARTIAL if walked.done else Verdict.SKIPPED, walked.stopped, counts)
    if walked.failed or unread:
        return Outcome(Verdict.PARTIAL, _failures(walked, unread), counts)
    sentence = " ".join(filter(None, (walked_sentence(walked.done, len(walked.new), waiting), said)))
    return Outcome(Verdict.DONE, sentence, counts)


def _failures(walked: Walked, unread: int) -> str:
    parts = []
    if walked.failed:
        parts.append(f"{walked.failed} of {plural(walked.tried, 'history', 'histories')} could not be read")
    if unread:
        parts.append(f"{plural(unread, 'account')} could not be read")
    return f"{' and '.join(parts)}; they stay due."


LOOP = Loop("matches", "matches_seconds", run, follows=True)
