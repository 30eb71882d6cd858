"""The roster loop: read the profiles that are due, and store what each of them changes.

One transaction a member: what was read stays read, whatever happens to the next. Who could not be read stays due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from bot.domain.outcome import Outcome, Verdict
from bot.domain.profile import Profile
from bot.domain.reading import LoginLag, Reading, SealTerms, Subject
from bot.errors import BungieError, KeyRefused, Private, Throttled, Unavailable
from bot.ingest.roster.absorb import absorb, fail, hide
from bot.ingest.roster.due import Visit, plan_visits
from bot.ingest.roster.online_check import compare, distrusted
from bot.ingest.roster.presence import plays_by_profile
from bot.ingest.roster.seals import wanted_records
from bot.jobs.loop import Loop
from bot.jobs.manifest import wanted_by_names
from bot.jobs.roster_store import store
from bot.presenters.text import number, plural, span
from bot.services import Services
from db.pool import Connection
from db.queries import online_check as checks
from db.queries.member_seal import select_seal_terms
from db.queries.reading import select_subjects
from db.queries.setting import delete_setting, upsert_setting

log = structlog.get_logger(__name__)

_AT_ONCE = 8
_NOTE = "note:roster"
_DEFECT = "The answer could not be read."


@dataclass(slots=True)
class _Pass:
    """What one pass reads with, and what came of it."""

    visits: Iterator[Visit]
    total: int
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
        lag = await _measure(conn, made, services.clock.now())
        wake = await wanted_by_names(conn, services.clock.now())
    return replace(_outcome(made, lag), wake=wake)


async def _prepare(services: Services) -> _Pass:
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        subjects = await select_subjects(conn)
        terms = await select_seal_terms(conn)
        rotating = await _rotating(conn, now)
    services.bungie.breaker("profile").remember_good(
        s.membership_id for s in subjects if s.reading.read_at is not None and not s.reading.failures
    )
    visits = plan_visits(subjects, now, rotating=rotating, readable=bool(terms))
    services.progress(0, len(visits))
    return _Pass(iter(visits), len(visits), terms, wanted_records(terms), rotating)


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
        profile = answer if isinstance(answer, Profile) else None
        await store(conn, visit.subject, after, profile, made.terms)
    made.read += not after.failures
    made.failed += bool(after.failures)
    services.progress(made.read + made.failed, made.total)
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


async def _rotating(conn: Connection, now: datetime) -> frozenset[int]:
    """The clans whose isOnline most profiles of the last hour contradict."""
    rows = sorted(await checks.select_online_checks(conn), key=lambda check: (check.group_id, check.at))
    by_group = {group: list(of) for group, of in groupby(rows, key=lambda check: check.group_id)}
    return frozenset(group for group, rows in by_group.items() if distrusted(rows, rows[0].at, now))


async def _measure(conn: Connection, made: _Pass, now: datetime) -> LoginLag:
    """Note whom isOnline was right about and say on /status where it can't be believed; how soon logins show."""
    if made.compared:
        await checks.insert_online_checks(conn, compare(made.compared, now))
        await checks.delete_online_checks(conn, now)
        await checks.delete_logins(conn, now)
    names = await checks.select_clan_names(conn, made.rotating)
    if names:
        await upsert_setting(conn, _NOTE, _doubt(names), now)
    else:
        await delete_setting(conn, _NOTE)
    return await checks.select_login_lag(conn, now)


def _doubt(names: Iterable[str]) -> str:
    clans = ", ".join(names)
    return f"Bungie.net's list of who is online contradicts the profiles in {clans}: members are read in turn."


def _outcome(made: _Pass, lag: LoginLag) -> Outcome:
    counts = {"read": made.read, "failed": made.failed}
    if made.stopped:
        return Outcome(Verdict.PARTIAL if made.read else Verdict.SKIPPED, made.stopped, counts)
    if made.failed:
        sentence = f"{made.failed} of {made.read + made.failed} profiles could not be read; they stay due."
        return Outcome(Verdict.PARTIAL, sentence, counts)
    return Outcome(Verdict.DONE, f"{plural(made.read, 'profile')} read.{_soon(lag)}", counts)


def _soon(lag: LoginLag) -> str:
    if lag.seconds is None:
        return ""
    within = span(timedelta(seconds=lag.seconds))
    return f" Logins show within {within} (95 % of {number(lag.logins)} in 24 h)."


LOOP = Loop("roster", "roster_seconds", run, follows=True)
