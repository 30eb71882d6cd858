"""What a question about weapons costs over years of matches, uncached, and against a tenth of them."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import asyncpg

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Season, Slot, WeaponFilter, WeaponSpan
from bot.presenters.spans import span_of
from db.embedded import embedded
from db.migrate import migrate
from db.pool import Connection, open_pool
from db.queries.weapon_detail import select_weapon_detail
from db.queries.weapons import select_weapon_table
from tests.bench import query_data as data
from tests.bench.report import Report, percentile
from tests.quick import quick_place

MATCHES = 500_000
_ROUNDS = 40
_MOST_RATIO = 1.5
_MODES = (Mode.CRUCIBLE, Mode.CRUCIBLE, Mode.ALL, Mode.PVE, Mode.TRIALS)
Ask = Callable[[Connection, random.Random], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Question:
    """`goal`: p95 in milliseconds at most. `steady`: and at most 1.5 times that of a tenth of the data.

    The others answer with several times the rows, or are drawn from single matches: their ratio is told, not judged.
    """

    name: str
    goal: float
    spans: tuple[WeaponSpan, ...]
    fixed: dict[str, object] = field(default_factory=dict)
    member: bool = False
    detail: bool = False
    steady: bool = False

    async def ask(self, conn: Connection, dice: random.Random) -> object:
        """One of its kind, drawn: another mode, member, weapon or narrowing each time."""
        asked = self._drawn(dice)
        if self.detail:
            return await select_weapon_detail(conn, asked, data.FIRST_HASH + int(dice.paretovariate(1)) % 500, data.NOW)
        return await select_weapon_table(conn, asked, data.NOW)

    def _drawn(self, dice: random.Random) -> WeaponFilter:
        who = data.FIRST_MEMBER + dice.randrange(data.MEMBERS)
        narrow: dict[str, object] = dice.choice(
            [{}, {"type": "hand cannon"}, {"slot": Slot.KINETIC}, {"damage": Damage.VOID}]
        )
        drawn: dict[str, object] = {
            "group_id": data.CLAN,
            "span": dice.choice(self.spans),
            "mode": dice.choice(_MODES),
            "membership_id": who if self.member else None,
        }
        return WeaponFilter(**{**drawn, **narrow, **self.fixed})  # type: ignore[arg-type]


def _days(*days: int) -> tuple[WeaponSpan, ...]:
    return tuple(span_of(data.NOW, days=each) for each in days)


def _between() -> tuple[WeaponSpan, ...]:
    """Days, seasons and years that begin and end in the middle of months and days."""
    starts = data.NOW - timedelta(days=400)
    season = Season(25, "A season", starts, starts + timedelta(days=91, hours=3))
    return (
        span_of(data.NOW, since=date(2025, 3, 5), until=date(2025, 4, 20)),
        span_of(data.NOW, since=date(2024, 2, 10), until=date(2026, 2, 20)),
        span_of(data.NOW, since=date(2022, 8, 20)),
        span_of(data.NOW, until=date(2024, 12, 11)),
        span_of(data.NOW, season=season),
    )


QUESTIONS = (
    Question("clan, 1, 3 or 7 days, or all time", 10, _days(1, 3, 7, 0), steady=True),
    Question("the same, reissues joined", 50, _days(1, 3, 7, 0), {"merge": True}),
    Question("one member, up to 90 days", 10, _days(1, 7, 30, 90), member=True),
    Question("clan, 30, 90 or 365 days", 50, _days(30, 90, 365)),
    Question("clan, since and until, a season", 50, _between()),
    Question("one member, a year, a season, all time", 50, (*_days(365, 0), *_between()), member=True),
    Question("every clan, reissues joined", 50, _days(7, 30, 0), {"group_id": None, "merge": True}),
    Question("clan with everyone who was in it", 50, _days(7, 30, 0), {"former": True}),
    Question("one weapon, up to 90 days or all time", 50, _days(7, 30, 90, 0), {"merge": True}, detail=True),
)


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", dir=quick_place(), ignore_cleanup_errors=True) as folder:
        async with embedded(Path(folder)) as dsn, AsyncExitStack() as stack:
            whole = await stack.enter_async_context(_built(dsn, "whole", MATCHES, report))
            tenth = await stack.enter_async_context(_built(dsn, "tenth", MATCHES // 10, report))
            for question in QUESTIONS:
                await _measure_one(question, whole, tenth, report)


@asynccontextmanager
async def _built(dsn: str, name: str, matches: int, report: Report) -> AsyncIterator[Connection]:
    """A connection to a new database with so many matches."""
    conn = await asyncpg.connect(dsn)
    await conn.execute(f"create database {name}")
    await conn.close()
    place = dsn.replace("/hawthorne?", f"/{name}?")
    conn = await asyncpg.connect(place)
    await migrate(conn)
    await conn.close()
    began = time.perf_counter()
    async with open_pool(place, name="bench", timeout_seconds=1800) as pool:
        await data.build(pool, matches)
        facts = await pool.fetchval("select count(*) from weapon_kill")
        size = await pool.fetchval("select pg_database_size(current_database())")
        report.line(
            f"{matches:,} matches, {facts:,} kills by weapon, built in {time.perf_counter() - began:.0f} s",
            f"{size / 1e6:.0f} MB",
        )
        async with pool.acquire() as lent:
            yield lent


async def _measure_one(question: Question, whole: Connection, tenth: Connection, report: Report) -> None:
    """Both in turn, so that what else the machine does falls on both."""
    times: dict[Connection, list[float]] = {whole: [], tenth: []}
    for number in range(-5, _ROUNDS):
        for conn, found in times.items():
            took = await _took(question, conn, random.Random(number))
            if number >= 0:
                found.append(took)
    p50, p95 = percentile(times[whole], 0.5), percentile(times[whole], 0.95)
    ratio = p95 / percentile(times[tenth], 0.95)
    report.line(
        f"{question.name}, p95 of {_ROUNDS}",
        f"{p95:.1f} ms",
        ratio=f"p50 {p50:.1f} ms; {ratio:.2f} x a tenth",
        goal=f"at most {question.goal:.0f} ms" + (f", {_MOST_RATIO} x" if question.steady else ""),
        met=p95 <= question.goal and (ratio <= _MOST_RATIO or not question.steady),
    )


async def _took(question: Question, conn: Connection, dice: random.Random) -> float:
    began = time.perf_counter()
    await question.ask(conn, dice)
    return (time.perf_counter() - began) * 1000
