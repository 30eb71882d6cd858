"""Fetches and stores what is queued, as a process of its own: `python -m tests.bench.harvest`, for reports.py.

Arguments: the database; the addresses of the simulated Bungie.net and its key, as JSON; `ours`, or `plain` with how
many reports, how many at once and the members' ids. Says "ready", begins with the first line that it reads, prints what
it came to as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.bungie import budget
from bot.bungie.client import BungieClient
from bot.clock import SystemClock
from bot.config import Bungie, Config
from bot.config.keys import Secret
from bot.domain.queue import JobKind
from bot.jobs.reports import Worker, work_until
from bot.services import Services
from db.pool import Pool, open_pool
from db.queries.queue_state import count_due_jobs
from tests.bench import plain_store

LIFTED = 100_000.0
"""Requests a second that no machine reaches. The configuration takes no more than 25."""


@dataclass(frozen=True)
class Came:
    """What a process came to. `ended`: on the machine's monotonic clock. `cpu`: seconds of this process."""

    stored: int
    ended: float
    cpu: float


async def ours(pool: Pool, places: dict[str, Any]) -> int:
    """The product's worker and client; only the pace is another."""
    bungie = Bungie(
        api_key=Secret(places["api_key"]),
        url=places["bungie_url"],
        stats_url=places["stats_url"],
        requests_per_second=LIFTED,
    )
    budget.MOST_PER_SECOND = LIFTED
    clock = SystemClock()

    async def finished() -> bool:
        async with pool.acquire() as conn:
            return not await count_due_jobs(conn, [JobKind.BACKFILL])

    async with BungieClient(bungie, pool=None, clock=clock) as client:
        worker = Worker(Services(pool, client, clock, Config(bungie=bungie)), [JobKind.BACKFILL])
        await work_until(worker, finished, every=0.1)
        return worker.stored


async def plain(pool: Pool, places: dict[str, Any], count: int, at_once: int, members: list[int]) -> int:
    """A fetch, json.loads, executemany and a commit for each report; sums only one by one: at once they collide."""
    ids = [row[0] for row in await pool.fetch("select instance_id from match order by 1 desc limit $1", count)]
    slots = {who: number % 256 for number, who in enumerate(members)}
    write = plain_store.write_all if at_once == 1 else plain_store.write_facts
    headers = {"X-API-Key": places["api_key"], "User-Agent": "plain"}
    waiting = iter(ids)

    async def work() -> None:
        for instance_id in waiting:
            url = f"{places['stats_url']}/Platform/Destiny2/Stats/PostGameCarnageReport/{instance_id}/"
            async with http.get(url) as answer:
                body = await answer.read()
            async with pool.acquire() as conn, conn.transaction():
                await write(conn, json.loads(body)["Response"], body, slots)

    async with aiohttp.ClientSession(headers=headers) as http, asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
    return count


async def main(dsn: str, told: str, how: str, *more: str) -> None:
    places = json.loads(told)
    async with open_pool(dsn, name="harvest", max_size=20) as pool:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        before = time.process_time()
        if how == "ours":
            stored = await ours(pool, places)
        else:
            stored = await plain(pool, places, int(more[0]), int(more[1]), json.loads(more[2]))
        came = Came(stored, time.monotonic(), time.process_time() - before)
        print(json.dumps(came.__dict__), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
