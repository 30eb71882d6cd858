"""The roster loop: read the profiles that are due, and store what each of them changes.

One transaction a member: what was read stays read, whatever happens to the next. Who could not be read stays due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

import structlog

from bot.domain.outcome import Outcome, Verdict
from bot.domain.profile import Profile
from bot.domain.reading import Reading, SealTerms, Subject
from bot.errors import BungieError, KeyRefused, Private, Throttled, Unavailable
from bot.ingest.roster.absorb import absorb, fail, hide
from bot.ingest.roster.due import Visit, plan_visits
from bot.ingest.roster.online_check import compare, distrusted
from bot.ingest.roster.presence import plays_by_profile
from bot.ingest.roster.seals import is_baseline, seal_changes, wanted_records
from bot.jobs.loop import Loop
from bot.jobs.manifest import wanted_by_names
from bot.services import Services
from db.pool import Connection
from db.queries import reading as queries

log = structlog.get_logger(__name__)

_AT_ONCE = 8
_DEFECT = "The answer could not be read."


@dataclass(slots=True)
class _Pass:
    """What one pass reads with, and what came of it."""

    visits: Iterator[Visit]
    terms: tuple[SealTerms, ...]
    wanted: frozenset[int]
    rotating: frozenset[int]
    read: int = 0
    failed: int = 0
    stopped: str | None = None
    refused: KeyRefused | None = None
    compared: list[tuple[Subject, bool]] = field(default_factory=list)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


async def run(services: Services) -> Outcome:
    """One pass over everyone who is due.

    A first poll of a clan and a first manifest wake this loop, so that a new clan's roster does not wait for its turn.
    """
    made = await _prepare(services)
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(_work(services, made))
    if made.refused is not None:
        raise made.refused
    async with services.pool.acquire() as conn:
        await _keep_checks(conn, made, services.clock.now())
        names = await queries.select_clan_names(conn, made.rotating)
        wake = await wanted_by_names(conn, services.clock.now())
    return replace(_outcome(made, names), wake=wake)


async def _prepare(services: Services) -> _Pass:
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        subjects = await queries.select_subjects(conn)
        terms = await queries.select_seal_terms(conn)
        rotating = await _rotating(conn, now)
    services.bungie.breaker("profile").remember_good(
        s.membership_id for s in subjects if s.reading.read_at is not None and not s.reading.failures
    )
    visits = plan_visits(subjects, now, rotating=rotating, readable=bool(terms))
    return _Pass(iter(visits), terms, wanted_records(terms), rotating)


async def _work(services: Services, made: _Pass) -> None:
    """Take visits until there are none, or Bungie.net turns out to be down."""
    for visit in made.visits:
        if made.stopped or _is_down(services, made):
            return
        await _visit(services, visit, made)


def _is_down(services: Services, made: _Pass) -> bool:
    breaker = services.bungie.breaker("profile")
    if breaker.open:
        made.stopped = made.stopped or breaker.row.sentence or "Bungie.net does not answer for profiles."
    return breaker.open


async def _visit(services: Services, visit: Visit, made: _Pass) -> None:
    try:
        answer = await _ask(services, visit, made)
    except (KeyRefused, Throttled) as error:
        made.stopped = made.stopped or str(error)
        made.refused = error if isinstance(error, KeyRefused) else made.refused
        return
    if isinstance(answer, Unavailable) and _is_down(services, made):
        return  # an outage says nothing about this member
    trusted = visit.subject.is_online and not visit.subject.group_ids <= made.rotating
    now = services.clock.now()
    after = _after(visit.subject.reading, answer, now, is_online=trusted)
    async with made.writing, services.pool.acquire() as conn, conn.transaction():
        await _store(conn, visit.subject, after, answer, made.terms)
    made.read += not after.failures
    made.failed += bool(after.failures)
    if after.read_at == now:
        made.compared.append((visit.subject, plays_by_profile(after, now)))


async def _ask(services: Services, visit: Visit, made: _Pass) -> Profile | BungieError:
    """The profile, or the error that concerns this member alone.

    Raises KeyRefused and Throttled, which concern everyone. A defect of ours in one answer must not keep the others
    from being read: it is logged, and counts as a failed read.
    """
    subject = visit.subject
    try:
        return await services.bungie.get_profile(
            subject.membership_type, subject.membership_id, visit.components, wanted=made.wanted
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


async def _store(
    conn: Connection, subject: Subject, after: Reading, answer: Profile | BungieError, terms: Iterable[SealTerms]
) -> None:
    before, member = subject.reading, subject.membership_id
    assert after.tried_at is not None
    await queries.upsert_reading(conn, member, after)
    if after.portrait != before.portrait:
        await queries.insert_portrait(conn, member, after.portrait, after.tried_at)
    if after.characters:
        await queries.upsert_characters(conn, member, after.characters, after.tried_at)
    if isinstance(answer, Profile) and answer.records is not None and after.records_read_at == after.tried_at:
        stored = await queries.select_seal_states(conn, member)
        quiet = is_baseline(before, after.tried_at)
        seals, gildings = seal_changes(terms, answer.records.seals, stored, after.tried_at, baseline=quiet)
        await queries.upsert_seal_states(conn, member, seals)
        await queries.insert_gildings(conn, member, gildings)


async def _rotating(conn: Connection, now: datetime) -> frozenset[int]:
    """The clans whose isOnline most profiles of the last hour contradict."""
    checks = sorted(await queries.select_online_checks(conn), key=lambda check: (check.group_id, check.at))
    by_group = {group: list(rows) for group, rows in groupby(checks, key=lambda check: check.group_id)}
    return frozenset(group for group, rows in by_group.items() if distrusted(rows, rows[0].at, now))


async def _keep_checks(conn: Connection, made: _Pass, now: datetime) -> None:
    if made.compared:
        await queries.insert_online_checks(conn, compare(made.compared, now))
        await queries.delete_online_checks(conn, now)


def _outcome(made: _Pass, rotating: Iterable[str]) -> Outcome:
    counts = {"read": made.read, "failed": made.failed}
    told = [
        f"The clan list's isOnline contradicts the profiles in {name}: members are read in turn." for name in rotating
    ]
    if made.stopped:
        verdict = Verdict.PARTIAL if made.read else Verdict.SKIPPED
        return Outcome(verdict, " ".join([made.stopped, *told]), counts)
    if made.failed:
        told.insert(0, f"{made.failed} of {made.read + made.failed} profiles could not be read; they stay due.")
        return Outcome(Verdict.PARTIAL, " ".join(told), counts)
    return Outcome(Verdict.DONE, " ".join(told), counts)


LOOP = Loop("roster", "roster_seconds", run)
