"""Report bytes to committed rows: ours, in batches and one by one, against plain code that writes the same rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from bot.bungie.decode_report import report as decode
from bot.bungie.raw import pack
from bot.domain.match import FetchedReport
from db.embedded import embedded
from db.migrate import migrate
from db.pool import Connection, connect_patiently, open_pool
from db.queries.clan_follow import follow_members
from db.queries.report import store_reports
from tests.bench import carnage, plain_store
from tests.bench.report import Report
from tests.db.roster_rows import CLAN, add_clan

_BATCH = 200
_NOW = carnage.NEWEST + timedelta(days=1)
Bodies = Sequence[tuple[int, bytes]]
Store = Callable[[Connection, Bodies], Awaitable[None]]


async def ours(conn: Connection, bodies: Bodies) -> None:
    """One transaction for all of them, as the worker does it."""
    reports = [
        FetchedReport(decode(msgspec.Raw(body), instance_id, _NOW), pack(body), _NOW, final=True)
        for instance_id, body in bodies
    ]
    async with conn.transaction():
        await store_reports(conn, reports, _NOW)


async def seconds(stores: Sequence[tuple[Store, int]], rounds: int) -> list[float]:
    """What a report takes each of them, in batches of so many: all by turns, each in a database of its own."""
    took, count = [0.0] * len(stores), max(_BATCH, 20) * rounds
    bodies = list(carnage.bodies(count))
    async with _databases(len(stores), bodies) as conns:
        for number in range(rounds):
            for place, (store, at_once) in enumerate(stores):
                some = bodies[number * _BATCH : (number + 1) * _BATCH][: _BATCH if at_once > 1 else 20]
                began = time.perf_counter()
                for at in range(0, len(some), at_once):
                    await store(conns[place], some[at : at + at_once])
                took[place] += (time.perf_counter() - began) / len(some) / rounds
    return took


@asynccontextmanager
async def _databases(count: int, bodies: Bodies) -> AsyncIterator[list[Connection]]:
    """Copies of one that has a clan of 100 and 2,000 matches of before."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hw-bench-"))
        dsn = await stack.enter_async_context(embedded(Path(folder)))
        conn = await connect_patiently(dsn)
        await migrate(conn)
        await _fill(conn, bodies)
        await conn.close()
        admin = await connect_patiently(dsn.replace("/hawthorne?", "/postgres?"))
        conns = []
        for name in [f"bench{n}" for n in range(count)]:
            await admin.execute(f"create database {name} template hawthorne")
            pool = await stack.enter_async_context(open_pool(dsn.replace("/hawthorne?", f"/{name}?"), name="bench"))
            conns.append(await stack.enter_async_context(pool.acquire()))
        await admin.close()
        yield conns


async def _fill(conn: Connection, bodies: Bodies) -> None:
    await _clan(conn)
    before = list(carnage.bodies(2000, first=20_000))
    await _record(conn, [*before, *bodies])
    for at in range(0, len(before), _BATCH):
        await ours(conn, before[at : at + _BATCH])
    await conn.execute("analyze")


async def _clan(conn: Connection) -> None:
    await add_clan(conn)
    await conn.executemany(
        "insert into member (membership_id, membership_type, name, first_seen_at) values ($1, 3, 'Petrel#0042', $2)",
        [(who, _NOW) for who in carnage.MEMBERS],
    )
    await conn.executemany(
        "insert into stint (group_id, membership_id, joined_at, role) values ($1, $2, $3, 'member')",
        [(CLAN, who, _NOW) for who in carnage.MEMBERS],
    )
    await follow_members(conn)


async def _record(conn: Connection, bodies: Bodies) -> None:
    """As a history lists them."""
    await conn.executemany(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at)
        values ($1, $2, $2, 5, '{5}', 3, 'waiting', 'backfill', $2)
        """,
        [(instance_id, _NOW) for instance_id, _ in bodies],
    )


async def measure(report: Report) -> None:
    stores = [(plain_store.facts_and_sums, 1), (plain_store.facts, 1), (ours, _BATCH), (ours, 1)]
    plain, facts, batch, single = await seconds(stores, 10)
    print([1 / each for each in (plain, facts, batch, single)])
    print(f"batch {plain / batch:.1f} {facts / batch:.1f}, single {plain / single:.2f} {facts / single:.2f}")
