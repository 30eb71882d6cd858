"""The roster loop: read the profiles that are due, and store what each of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.outcome import Outcome, Verdict
from bot.domain.reading import LoginLag
from bot.ingest.roster.due import plan_visits
from bot.ingest.roster.online_check import compare, distrusted
from bot.jobs.loop import Loop
from bot.jobs.manifest import wanted_by_names
from bot.jobs.profile_store import read_ground
from bot.jobs.profiles import ProfilePass, read_profiles, start_pass
from bot.presenters.text import number, plural, span
from bot.services import Services
from db.pool import Connection
from db.queries import online_check as checks
from db.queries.reading import select_subjects
from db.queries.setting import delete_setting, upsert_setting

_NOTE = "note:roster"


async def run(services: Services) -> Outcome:
    """One pass over everyone who is due.

    A first poll of a clan and a first manifest wake this loop, so that a new clan's roster does not wait for its turn.
    """
    made = await _prepare(services)
    await read_profiles(services, made)
    async with services.pool.acquire() as conn:
        lag = await _measure(conn, made, services.clock.now())
        wake = await wanted_by_names(conn, services.clock.now())
    return replace(_outcome(made, lag), wake=wake)


async def _prepare(services: Services) -> ProfilePass:
    now = services.clock.now()
    async with services.pool.acquire() as conn:
        subjects = await select_subjects(conn)
        ground = await read_ground(conn)
        rotating = await _rotating(conn, now)
    visits = plan_visits(
        subjects, now, rotating=rotating, readable=bool(ground.terms), collecting=bool(ground.catalog.exotics)
    )
    return start_pass(services, visits, ground, rotating)


async def _rotating(conn: Connection, now: datetime) -> frozenset[int]:
    """The clans whose isOnline most profiles of the last hour contradict."""
    rows = sorted(await checks.select_online_checks(conn), key=lambda check: (check.group_id, check.at))
    by_group = {group: list(of) for group, of in groupby(rows, key=lambda check: check.group_id)}
    return frozenset(group for group, rows in by_group.items() if distrusted(rows, rows[0].at, now))


async def _measure(conn: Connection, made: ProfilePass, now: datetime) -> LoginLag:
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


def _outcome(made: ProfilePass, lag: LoginLag) -> Outcome:
    counts = {"read": made.read, "failed": made.failed, "events": made.events}
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
