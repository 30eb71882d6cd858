"""Reading profiles: the visits of one pass, a few at once, each stored by itself.

One transaction a member: what was read stays read, whatever happens to the next. Who could not be read stays due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.domain.collecting import CollectionReading
from bot.domain.profile import Profile
from bot.domain.reading import Reading, Subject
from bot.errors import BungieError, KeyRefused, Private, Throttled, Unavailable
from bot.ingest.collections import changes as collections
from bot.ingest.collections.due import COLLECTIBLES
from bot.ingest.roster.absorb import absorb, fail, hide
from bot.ingest.roster.due import Visit
from bot.ingest.roster.presence import plays_by_profile
from bot.jobs.profile_store import Ground, Told, store
from bot.services import Services
from db.pool import Connection
from db.queries.reading import lock_readings, select_readings

log = structlog.get_logger(__name__)

_AT_ONCE = 8
_DEFECT = "The answer could not be read."


@dataclass(slots=True)
class ProfilePass:
    """What one pass reads with, and what came of it. `rotating`: clans whose isOnline is not believed."""

    visits: Iterator[Visit]
    total: int
    ground: Ground
    rotating: frozenset[int] = frozenset()
    read: int = 0
    failed: int = 0
    events: int = 0
    stopped: str | None = None
    refused: KeyRefused | None = None
    compared: list[tuple[Subject, bool]] = field(default_factory=list)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


def start_pass(
    services: Services, visits: Sequence[Visit], ground: Ground, rotating: frozenset[int] = frozenset()
) -> ProfilePass:
    """A pass over these visits, nothing read yet."""
    services.bungie.breaker("profile").remember_good(
        visit.subject.membership_id
        for visit in visits
        if visit.subject.reading.read_at is not None and not visit.subject.reading.failures
    )
    services.progress(0, len(visits))
    return ProfilePass(iter(visits), len(visits), ground, rotating)


async def read_profiles(services: Services, made: ProfilePass) -> None:
    """Make all visits. Raises KeyRefused; everything else is told by the pass."""
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(_work(services, made))
    if made.refused is not None:
        raise made.refused


async def _work(services: Services, made: ProfilePass) -> None:
    """Take visits until there are none, or Bungie.net turns out to be down."""
    for visit in made.visits:
        if made.stopped or _is_down(services, made):
            return
        await _visit(services, visit, made)


def _is_down(services: Services, made: ProfilePass) -> bool:
    breaker = services.bungie.breaker("profile")
    if breaker.open:
        made.stopped = made.stopped or breaker.row.sentence or "Bungie.net does not answer for profiles."
    return breaker.open


async def _visit(services: Services, visit: Visit, made: ProfilePass) -> None:
    try:
        answer = await _ask(services, visit, made)
    except (KeyRefused, Throttled) as error:
        made.stopped = made.stopped or str(error)
        made.refused = error if isinstance(error, KeyRefused) else made.refused
        return
    if isinstance(answer, Unavailable) and _is_down(services, made):
        return  # an outage says nothing about this member
    trusted = visit.subject.is_online and not visit.subject.group_ids <= made.rotating
    async with made.writing, services.pool.acquire() as conn, conn.transaction():
        subject, now = await _known_now(conn, visit.subject), services.clock.now()
        after = _after(subject.reading, answer, now, is_online=trusted)
        collection = _collection(subject.collection, visit, answer, after, now)
        told = Told(after, collection, answer if isinstance(answer, Profile) else None)
        made.events += await store(conn, subject, told, made.ground)
    made.read += not after.failures
    made.failed += bool(after.failures)
    services.progress(made.read + made.failed, made.total)
    if after.read_at == now:
        made.compared.append((visit.subject, plays_by_profile(after, now)))


async def _known_now(conn: Connection, subject: Subject) -> Subject:
    """With what is known of the member by now: another loop's pass may have read them since this one was planned."""
    await lock_readings(conn, subject.membership_id)
    reading, collection = await select_readings(conn, subject.membership_id)
    return replace(subject, reading=reading, collection=collection)


async def _ask(services: Services, visit: Visit, made: ProfilePass) -> Profile | BungieError:
    """The profile, or the error that concerns this member alone.

    Raises KeyRefused and Throttled, which concern everyone. A defect of ours in one answer must not keep the others
    from being read: it is logged, and counts as a failed read.
    """
    subject, ground = visit.subject, made.ground
    try:
        return await services.bungie.get_profile(
            subject.membership_type,
            subject.membership_id,
            visit.components,
            wanted=ground.records,
            wanted_collectibles=frozenset(ground.catalog.exotics) if COLLECTIBLES in visit.components else frozenset(),
        )
    except (KeyRefused, Throttled):
        raise
    except BungieError as error:
        return error
    except Exception:
        log.exception("A profile could not be read", membership_id=subject.membership_id)
        return BungieError(_DEFECT)


def _after(reading: Reading, answer: Profile | BungieError, now: datetime, *, is_online: bool) -> Reading:
    match answer:
        case Profile():
            return absorb(reading, answer, now, is_online=is_online)
        case Private():
            return hide(reading, now)
        case _:
            return fail(reading, str(answer), now)


def _collection(
    seen: CollectionReading, visit: Visit, answer: Profile | BungieError, after: Reading, now: datetime
) -> CollectionReading:
    """The reading of the collections after this visit; the same one where it neither asked nor counts."""
    if COLLECTIBLES not in visit.components:
        return collections.passed_by(seen, playing=after.playing)
    if isinstance(answer, Profile):
        return collections.absorb(seen, answer, now)
    return collections.fail(seen, now)
