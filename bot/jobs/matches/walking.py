"""Live walks: of everyone who has played, as far back as the last walk that was done, and 72 hours more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.domain.history import Walk, WalkSubject
from bot.domain.match import HistoryPage, HistoryRow
from bot.errors import BungieError, KeyRefused, NotThere, Private, Throttled
from bot.failpoints import reach
from bot.ingest.matches.due import OVERLAP, private_since
from bot.ingest.matches.walk import LIVE_COUNT, MOST_PAGES, step
from bot.jobs.recording import BACKFILL_FOUND, LIVE_FOUND, record
from bot.services import Services
from db.pool import DATABASE_AWAY, Connection
from db.queries import history as queries

log = structlog.get_logger(__name__)

AT_ONCE = 8
_DEFECT = "A page could not be read."
_ENDLESS = "The history has no end."


@dataclass(slots=True)
class Walked:
    """What the walks of one pass came to. `stopped`: why the rest was left for the next one."""

    total: int
    weekly: Counter[int]
    done: int = 0
    failed: int = 0
    private: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    stopped: str | None = None
    refused: KeyRefused | None = None

    @property
    def tried(self) -> int:
        return self.done + self.failed


async def walk_all(services: Services, walks: list[Walk]) -> Walked:
    """Make these walks, a few at a time. Who could not be walked stays due."""
    made = Walked(len(walks), Counter(walk.subject.membership_id for walk in walks if walk.weekly))
    services.progress(0, made.total)
    waiting = iter(walks)
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(_work(services, waiting, made))
    return made


async def _work(services: Services, walks: Iterator[Walk], made: Walked) -> None:
    for walk in walks:
        if made.stopped or _is_down(services, made):
            return
        await _walk(services, walk, made)
        services.progress(made.tried, made.total)


def _is_down(services: Services, made: Walked) -> bool:
    breaker = services.bungie.breaker("history")
    if breaker.open:
        made.stopped = made.stopped or breaker.row.sentence or "Bungie.net does not answer for histories."
    return breaker.open


async def _walk(services: Services, walk: Walk, made: Walked) -> None:
    """A walk that ends done moves the mark to its start; whatever else leaves the mark where it is."""
    started = services.clock.now()
    try:
        await _read(services, walk, made)
    except (KeyRefused, Throttled) as error:
        made.stopped = made.stopped or str(error)
        made.refused = error if isinstance(error, KeyRefused) else made.refused
    except BungieError as error:
        if not _is_down(services, made):  # an outage says nothing about this character
            await _note(services, walk, error, started, made)
    else:
        await _done(services, walk, started, made)


async def _read(services: Services, walk: Walk, made: Walked) -> None:
    """Page after page until one reaches far enough back, each stored with the jobs for what is new on it."""
    subject, seen = walk.subject, set[int]()
    for number in range(MOST_PAGES):
        page = await _page(services, walk, number)
        found = step(page, walk.floor, seen)
        seen.update(row.details.instance_id for row in found.rows)
        async with services.pool.acquire() as conn, conn.transaction():
            new = await _record(conn, services, subject, found.rows)
            reach("walk_recorded")
        made.new |= new  # here, where no other walk comes between reading and writing it
        reach("walk_committed")
        if found.ended:
            return
    raise BungieError(_ENDLESS)


async def _record(
    conn: Connection, services: Services, subject: WalkSubject, rows: Sequence[HistoryRow]
) -> frozenset[int]:
    """Which matches are new. Of a character's first walk only the last days are news, the rest is of the past."""
    now, character = services.clock.now(), (subject.membership_id, subject.character_id)
    news = [row for row in rows if subject.walked_at is not None or row.details.period >= now - OVERLAP]
    past = [row for row in rows if row not in news]
    new = await record(conn, services.config, character, news, LIVE_FOUND, now)
    return new | await record(conn, services.config, character, past, BACKFILL_FOUND, now)


async def _page(services: Services, walk: Walk, number: int) -> HistoryPage:
    """Raises a BungieError also for an answer that shows a defect of ours: it must not end the walks of others."""
    subject = walk.subject
    try:
        return await services.bungie.get_history(
            subject.membership_type, subject.membership_id, subject.character_id, page=number, count=LIVE_COUNT
        )
    except (BungieError, *DATABASE_AWAY):
        raise
    except Exception as error:
        log.exception("history_unreadable", membership_id=subject.membership_id, page=number)
        raise BungieError(_DEFECT) from error


async def _done(services: Services, walk: Walk, started: datetime, made: Walked) -> None:
    """`weekly_at` moves when all of the member's weekly walks of this pass are done."""
    subject = walk.subject
    member = subject.membership_id
    made.weekly[member] -= walk.weekly
    async with services.pool.acquire() as conn, conn.transaction():
        await queries.update_walk_done(conn, member, subject.character_id, started)
        await queries.update_hidden(conn, member, 0, None)
        if walk.weekly and not made.weekly[member]:
            await queries.update_weekly(conn, member, started)
    made.done += 1


async def _note(services: Services, walk: Walk, error: BungieError, started: datetime, made: Walked) -> None:
    """Why a walk did not end done. A private history is no failure, nor is a character that has been deleted."""
    subject = walk.subject
    async with services.pool.acquire() as conn, conn.transaction():
        match error:
            case Private():
                await queries.update_walk_hidden(conn, subject.membership_id, subject.character_id, started)
                await _hide(conn, subject.membership_id, started, made)
            case NotThere():
                await queries.update_character_deleted(conn, subject.membership_id, subject.character_id)
            case _:
                await queries.update_walk_failed(conn, subject.membership_id, subject.character_id, str(error), started)
                made.failed += 1


async def _hide(conn: Connection, membership_id: int, now: datetime, made: Walked) -> None:
    """One more walk in a row was answered 1665; the characters of one pass count once."""
    if membership_id in made.private:
        return
    made.private.add(membership_id)
    walks, since = await queries.select_hidden(conn, membership_id)
    await queries.update_hidden(conn, membership_id, walks + 1, private_since(walks + 1, since, now))
