"""A clan of 100 comes to Hawthorne: from its first accepted poll until the last week's Crucible reports are stored.

The budget is lifted and the requests until then are counted: at the default budget they take so much longer.
`python -m tests.bench.newcomer` lets it take that long, at the default budget, with nothing computed.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from bot.bungie import gate
from bot.bungie.budget import Pace, pace
from bot.config import Bungie, load
from bot.domain.mode import Mode
from bot.logs import configure as configure_logs
from bot.runtime import serve
from bot.sandbox.world.matches.kinds import kinds
from db.embedded import embedded
from db.pool import Pool, open_pool
from tests.bench.report import Report
from tests.e2e.harness import Town, eventually, postmaster, town

GOAL_SECONDS = 600
CRUCIBLE, OTHERS, OLDER = 2000, 3000, 5000
"""Matches of the last seven days, of them in Crucible, and of the 23 days before: an eager clan's. Four years that are
quieter lie behind them."""
_WEEK, _SETTLED = timedelta(days=7), timedelta(minutes=10)
_PVP = 5
_DEFAULT = {"membership_seconds": 180, "roster_seconds": 180, "matches_seconds": 300, "manifest_seconds": 1200}


@dataclass(frozen=True)
class Arrival:
    """From the first accepted poll on: seconds and requests until the week's Crucible reports were stored."""

    seconds: float
    requests: int
    reports: int
    members: int


@contextmanager
def lifted_budget() -> Iterator[None]:
    """Services that are opened meanwhile keep to no pace."""
    gate.pace = lambda _: Pace(1e-5, 10)  # type: ignore[attr-defined, assignment]
    try:
        yield
    finally:
        gate.pace = pace  # type: ignore[attr-defined]


async def measure(report: Report) -> None:
    with lifted_budget():
        came = await arrive(unlimited=True)
    rate = 1 / pace(Bungie().requests_per_second).spacing
    seconds = came.requests / rate
    report.line(
        f"newcomer of {came.members}: {came.reports} Crucible reports of 7 days",
        f"{seconds:.0f} s",
        ratio=f"computed: {came.requests} requests counted, at {rate:.2f}/s",
        goal=f"{GOAL_SECONDS} s at the default budget",
        met=seconds <= GOAL_SECONDS,
    )


async def arrive(*, unlimited: bool) -> Arrival:
    """Let a clan be watched for the first time, by one process with the loops and the worker."""
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        async with town(Path(folder), matches="demo", unlimited=unlimited) as place:
            clan = (await place.ask("GET", "/sandbox/world"))["clans"][0]
            ids = await _fill(place, [m["membership_id"] for m in clan["members"] if not m["private"]])
            place.configure(clans={"ids": [clan["group_id"]]}, schedule=_DEFAULT, log={"level": "WARNING"})
            async with ingesting(place) as pool:
                return await _watch(place, pool, ids, len(clan["members"]))


async def _fill(place: Town, members: list[str]) -> list[int]:
    """What the clan has played; the last week's Crucible matches, of which the newest ended ten minutes ago."""
    now = datetime.now(UTC) - _SETTLED
    crucible = [kind.key for kind in kinds().values() if _PVP in kind.modes]
    rest = [key for key in kinds() if key not in crucible]
    wanted = await _play(place, members, CRUCIBLE, crucible, now - _WEEK, now)
    await _play(place, members, OTHERS, rest, now - _WEEK, now)
    await _play(place, members, OLDER, [], now - timedelta(days=30), now - _WEEK)
    return wanted


async def _play(
    place: Town, members: list[str], count: int, played: list[str], since: datetime, until: datetime
) -> list[int]:
    order = {"count": count, "members": members, "kinds": played}
    times = {"since": since.isoformat(), "until": until.isoformat()}
    return [int(each) for each in (await place.ask("POST", "/sandbox/world/fill", order | times))["instance_ids"]]


@asynccontextmanager
async def ingesting(place: Town) -> AsyncIterator[Pool]:
    """The ingest part in this process; its database, from the moment of the first accepted poll on."""
    config = load(place.config_path, {})
    configure_logs(config)
    running = asyncio.create_task(serve(config, frozenset({"ingest"})))
    try:
        await eventually(lambda: postmaster(place.home / "data"), 30, "a database")
        async with embedded(place.home / "data") as dsn, open_pool(dsn, name="bench", max_size=2) as pool:
            await eventually(lambda: _accepted(pool), 60, "the first accepted poll")
            yield pool
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _watch(place: Town, pool: Pool, ids: list[int], members: int) -> Arrival:
    began, before = time.monotonic(), await _requests(place)
    while left := await _left(pool, ids):
        await asyncio.sleep(0.1 if left < 100 else 1.0)
    seconds, requests = time.monotonic() - began, await _requests(place) - before
    stored: int = await pool.fetchval(
        "select count(*) from match where state = 'done' and mode_bits & $1 <> 0 and period > $2",
        Mode.CRUCIBLE.bit,
        datetime.now(UTC) - _WEEK,
    )
    return Arrival(seconds, requests, stored, members)


async def _accepted(pool: Pool) -> bool:
    with contextlib.suppress(asyncpg.UndefinedTableError):  # not migrated yet
        return bool(await pool.fetchval("select exists (select from clan where accepted_at is not null)"))
    return False


async def _left(pool: Pool, ids: list[int]) -> int:
    stored: int = await pool.fetchval(
        "select count(*) from match where state = 'done' and instance_id = any ($1::bigint[])", ids
    )
    return len(ids) - stored


async def _requests(place: Town) -> int:
    return int((await place.ask("GET", "/sandbox/requests"))["total"])


async def for_real() -> None:
    came = await arrive(unlimited=False)
    print(
        f"A clan of {came.members}: {came.reports} Crucible reports of seven days stored {came.seconds:.0f} s after the"
        f" first accepted poll, with {came.requests} requests ({came.requests / came.seconds:.2f}/s)."
    )


if __name__ == "__main__":
    asyncio.run(for_real())
