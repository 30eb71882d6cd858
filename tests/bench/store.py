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
from tests.bench.report import Report, percentile
from tests.db.roster_rows import CLAN, add_clan

_BATCH, _ROUNDS, _BEFORE = 200, 15, 2000
_TABLES = ["match", "report", "match_player", "weapon_kill", "member_stat", "member_weapon", "clan_weapon"]
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


async def took(stores: Sequence[tuple[Connection, Store, int]], bodies: Bodies) -> list[float]:
    """Milliseconds for a report, in batches of so many: the median of rounds in which all take turns, so that what
    else the machine does falls on each of them."""
    rounds: list[list[float]] = [[] for _ in stores]
    for at in range(0, len(bodies), _BATCH):
        for place, (conn, store, at_once) in enumerate(stores):
            some = bodies[at : at + (_BATCH if at_once > 10 else 20)]
            began = time.perf_counter()
            for first in range(0, len(some), at_once):
                await store(conn, some[first : first + at_once])
            rounds[place].append((time.perf_counter() - began) * 1000 / len(some))
    return [percentile(times, 0.5) for times in rounds]


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
    before = list(carnage.bodies(_BEFORE, first=20_000))
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
    bodies = list(carnage.bodies(_ROUNDS * _BATCH))
    async with _databases(4, bodies) as conns:
        ways = [(ours, _BATCH), (ours, 1), (plain_store.facts_and_sums, 1), (plain_store.facts, 1)]
        batch, single, plain, facts = await took([(c, *way) for c, way in zip(conns, ways, strict=True)], bodies)
        await _check_same(conns[1], conns[2])
        size = await _megabytes(conns[0], len(bodies) + _BEFORE)
    report.line("plain code, a commit a report: facts and sums", f"{plain:.2f} ms", ratio="the same rows as ours")
    report.line("plain code, a commit a report: facts only", f"{facts:.2f} ms", ratio="no sums")
    for what, each, goal in (("in batches of 200", batch, 5), ("one by one", single, 2)):
        ratio = f"{plain / each:.1f} x, against facts only {facts / each:.1f} x"
        report.line(
            f"report bytes to committed rows and sums, {what}",
            f"{each:.2f} ms",
            ratio=ratio,
            goal=f"at least {goal} x",
            met=plain / each >= goal,
        )
    report.line("disk for 10,000 matches, raw reports and indexes", f"{sum(size.values()):.0f} MB")
    for table, megabytes in size.items():
        report.line(f"  {table}", f"{megabytes:.1f} MB")


async def _check_same(ours: Connection, plain: Connection) -> None:
    """Raises RuntimeError where two that stored the same matches hold other sums: the times would be of other work."""
    for table in ("member_stat", "member_weapon", "clan_weapon"):
        one, other = await _contents(ours, table), await _contents(plain, table)
        if one != other:
            raise RuntimeError(f"{table}: ours has {one[0]} rows, the plain code {other[0]}, not the same ones.")


async def _contents(conn: Connection, table: str) -> tuple[int, str]:
    """How many rows, and the checksum of all of them in order."""
    row = await conn.fetchrow(
        f"select count(*), md5(string_agg(held::text, ';' order by held::text)) from {table} held"
    )
    assert row is not None, "an aggregate has one row"
    return row[0], row[1]


async def _megabytes(conn: Connection, matches: int) -> dict[str, float]:
    """Of each table with its indexes, for 10,000 matches; the sums grow less than in proportion."""
    rows = await conn.fetch(
        """
        select name, sum(pg_total_relation_size(coalesce(part.relid, name::regclass))) as bytes
        from unnest($1::text[]) name left join lateral pg_partition_tree(name::regclass) part on true group by name
        """,
        _TABLES,
    )
    return {row["name"]: float(row["bytes"]) / 1e6 * 10_000 / matches for row in rows}
