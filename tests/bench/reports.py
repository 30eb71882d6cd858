"""From a simulated Bungie.net over HTTP to committed rows, the budget lifted: one worker, two, and plain code."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from bot.domain.queue import JobKind, NewJob
from bot.ingest.matches.priority import OLDER_HISTORY
from db.embedded import embedded
from db.migrate import migrate
from db.pool import Connection, open_pool
from db.queries.clan_follow import follow_members
from db.queries.queue import insert_jobs
from tests.bench.harvest import Came
from tests.bench.report import Report
from tests.db.roster_rows import CLAN, add_clan
from tests.e2e.harness import Town, postmaster, town

COUNT = 5000
GOAL = 1000
_FILL = 1000
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What a run took a report, in seconds: of the clock, and of the processor in each kind of process."""

    stored: int
    clock: float
    worker: float
    postgres: float
    sandbox: float

    @property
    def rate(self) -> float:
        return 1 / self.clock

    def words(self) -> str:
        parts = (f"{1000 * each:.2f}" for each in (self.worker, self.postgres, self.sandbox))
        return "CPU ms each: worker {}, PostgreSQL {}, sandbox {}".format(*parts)


@dataclass(frozen=True)
class Bench:
    """`dsn`: of the database that is copied for each run."""

    place: Town
    dsn: str
    postmaster: int
    members: list[int]

    def dsn_of(self, name: str) -> str:
        return self.dsn.replace("/hawthorne?", f"/{name}?")

    async def run(self, name: str, processes: int, *how: str) -> Run:
        """In a database of its own. Raises AssertionError when a process fails or a report is not stored."""
        admin = await asyncpg.connect(self.dsn_of("postgres"))
        await admin.execute(f"create database {name} template hawthorne")
        await admin.close()
        async with _harvesters(self.dsn_of(name), self.place, processes, how) as children:
            before = self._cpu()
            began = time.monotonic()
            for child in children:
                assert child.stdin is not None
                child.stdin.write(b"go\n")
            came = [Came(**json.loads(await _line(child))) for child in children]
            spent = [after - was for after, was in zip(self._cpu(), before, strict=True)]
        stored = sum(each.stored for each in came)
        took = max(each.ended for each in came) - began
        return Run(stored, took / stored, *(each / stored for each in (sum(c.cpu for c in came), *spent)))

    def _cpu(self) -> tuple[float, float]:
        assert self.place.sandbox.process is not None
        return cpu_seconds(self.postmaster), cpu_seconds(self.place.sandbox.process.pid)


def cpu_seconds(pid: int) -> float:
    """Of a process, of its children that live, and of those that it has seen end. Linux only."""
    total = 0.0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15] if each == pid else fields[11:13])) / _TICK
    return total


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@asynccontextmanager
async def _harvesters(
    dsn: str, place: Town, count: int, how: Sequence[str]
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Processes that are ready to begin."""
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-m", "tests.bench.harvest", dsn, json.dumps(place.places), *how)
    children = [await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe) for _ in range(count)]
    try:
        for child in children:
            assert await _line(child) == b"ready\n"
        yield children
    finally:
        for child in children:
            if child.returncode is None:
                child.kill()
            await child.wait()


async def _line(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    return await asyncio.wait_for(child.stdout.readline(), 300)


async def measure(report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="hw-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        async with town(home, unlimited=True) as place, embedded(home / "data") as dsn:
            members = await fill(place, dsn)
            owner = await postmaster(home / "data")
            assert owner is not None
            await _compare(report, Bench(place, dsn, owner, members))


async def _compare(report: Report, bench: Bench) -> None:
    members = json.dumps(bench.members)
    single = await bench.run("plainly", 1, "plain", "500", "1", members)
    crowd = await bench.run("plainly_at_once", 1, "plain", "1500", "16", members)
    one = await bench.run("one", 1, "ours")
    two = await bench.run("two", 2, "ours")
    report.line("plain code, one at a time, with the sums", f"{single.rate:.0f}/s", ratio=single.words())
    report.line("plain code, 16 at once, without the sums", f"{crowd.rate:.0f}/s", ratio=crowd.words())
    for what, run in (("one worker", one), ("two workers", two)):
        report.line(
            f"reports over HTTP to committed rows, {what}",
            f"{run.rate:.0f}/s",
            ratio=f"{run.rate / single.rate:.1f} x and {run.rate / crowd.rate:.1f} x the plain; {run.words()}",
            goal=f"{GOAL}/s on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            met=max(one.rate, two.rate) >= GOAL,
        )


# -- what is fetched ------------------------------------------------------------------------------------------


async def fill(place: Town, dsn: str, count: int = COUNT) -> list[int]:
    """So many matches whose reports the sandbox holds ready, all of them queued; the members."""
    clans = (await place.ask("GET", "/sandbox/world"))["clans"]
    people = [int(member["membership_id"]) for clan in clans for member in clan["members"]]
    until = datetime.now(UTC) - timedelta(days=2)
    ids: list[int] = []
    for number in range(count // _FILL):
        span = {"since": until - timedelta(days=20 * (number + 1)), "until": until - timedelta(days=20 * number)}
        order = {"count": _FILL, "warm": True, **{name: at.isoformat() for name, at in span.items()}}
        ids += map(int, (await place.ask("POST", "/sandbox/world/fill", order))["instance_ids"])
    async with open_pool(dsn, name="bench") as pool, pool.acquire() as conn:
        await migrate(conn)
        async with conn.transaction():
            await _people(conn, people)
            await _queue(conn, ids)
        await conn.execute("analyze")
    return people


async def _people(conn: Connection, people: Sequence[int]) -> None:
    """All in one clan."""
    now = datetime.now(UTC)
    await add_clan(conn)
    await conn.executemany(
        "insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, 'Petrel#0042', $2)",
        [(who, now) for who in people],
    )
    await conn.executemany(
        "insert into stint (group_id, membership_id, joined_at, role) values ($1, $2, $3, 'member')",
        [(CLAN, who, now) for who in people],
    )
    await follow_members(conn)


async def _queue(conn: Connection, ids: Sequence[int]) -> None:
    """As a history lists them."""
    then = datetime.now(UTC) - timedelta(days=30)
    await conn.executemany(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at)
        values ($1, $2, $2, 5, '{5}', 3, 'waiting', 'backfill', $2)
        """,
        [(instance_id, then) for instance_id in ids],
    )
    await insert_jobs(conn, [NewJob(JobKind.BACKFILL, (instance_id,), OLDER_HISTORY) for instance_id in ids])
