"""3,000 matches of a clan, Bungie.net at its worst, killed 25 times: every match is stored once, all sums are right.

Read from the database against the simulated world's own book, counted by code that shares nothing with ours.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from db.pool import Pool
from tests.e2e.harness import Child, eventually
from tests.e2e.match_shell import Shell
from tests.e2e.match_sums import (
    NUMBERS,
    by_slot,
    clan_sums,
    stored_kills,
    stored_totals,
    true_kills,
    true_totals,
)
from tests.jobs.match_world import MatchWorld, match_world

pytestmark = pytest.mark.soak

MATCHES, KILLS = 3000, 25
DAY = timedelta(days=1)
WIRE = (
    {"fault": "html503", "rate": 0.02},
    {"fault": "error5_500", "rate": 0.01},
    {"fault": "truncated", "rate": 0.02},
    {"fault": "reset", "rate": 0.02},
    {"fault": "code", "code": 1688, "rate": 0.02},
    {"fault": "latency", "delay": 0.3, "rate": 0.05},
    {"fault": "throttle", "throttle_seconds": 1, "rate": 0.002},
)
LIES = (
    {"subsystem": "history", "fault": "omit", "rate": 0.2, "every": 40},
    {"subsystem": "history", "fault": "repeat"},
    {"subsystem": "history", "fault": "late", "delay": 7200},
    {"subsystem": "reports", "fault": "twice", "rate": 0.2},
    {"subsystem": "reports", "fault": "classless", "rate": 0.1},
    {"subsystem": "reports", "fault": "nameless", "rate": 0.1},
    {"subsystem": "reports", "fault": "swapped", "times": 20},
    {"subsystem": "reports", "fault": "empty", "rate": 0},
)
LOOPS = {"SCHEDULE__MATCHES_SECONDS": "30", "SCHEDULE__ROSTER_SECONDS": "30", "SCHEDULE__MEMBERSHIP_SECONDS": "60"}


async def start(shell: Shell, child: Child) -> None:
    env = {"BUNGIE__REQUESTS_PER_SECOND": "25", **LOOPS}
    await child.start("bot", "run", "--only", "ingest", env=shell.environment(**env))


async def until_all_is_stored(town: MatchWorld, wanted: set[int], seconds: float) -> None:
    async def done() -> bool:
        await hurry(town)
        states = await town.states()
        return wanted == set(states) and set(states.values()) <= {"done", "skipped"}

    try:
        await eventually(done, seconds, "every match is stored")
    except AssertionError:
        states = Counter((await town.states()).values())
        pytest.fail(f"{len(wanted - set(await town.states()))} unknown, {dict(states)}")


async def hurry(town: MatchWorld) -> None:
    """What would take hours: failures that wait for their next turn, and histories that are read once more."""
    await town.pool.execute("update history set failures = 0 where failures > 0")
    await town.pool.execute(
        "update pgqueuer set execute_after = now() where status = 'queued' and execute_after > now() + interval '20 s'"
    )
    await town.pool.execute(
        """update history set backfilled_at = backfilled_at - interval '2 days', checked_at = null
        where backfilled_at > now() - interval '1 day' or checked_at is not null"""
    )


@pytest.mark.parametrize("processes", [1, 2])
async def test_every_match_is_stored_once_whatever_dies(pool: Pool, dsn: str, tmp_path: Path, processes: int) -> None:
    rng = random.Random(processes)
    async with match_world(pool, 0) as town:
        town.server.rate.limit = 250
        await town.pool.execute("delete from clan")
        now = town.clock.now()
        everyone = town.world.members(str(town.group_id))  # of who joined this week only 30 days are read
        people = [p.membership_id for p in everyone if not p.private and p.joined_at < now - 8 * DAY]
        town.world.fill_matches(MATCHES, people, now - 400 * DAY, now - DAY / 8)
        truth = [town.truth(meeting.id) for meeting in town.world.matches.everything()]
        for fault in (*WIRE, *LIES):
            town.fault(**fault)
        shell = Shell(town, dsn, tmp_path)
        children = [Child(tmp_path / f"{number}.log") for number in range(processes)]
        ticking = asyncio.create_task(tick(town))
        for _ in range(KILLS):
            for child in children:
                if not child.alive:
                    await start(shell, child)
            await asyncio.sleep(3 + rng.random() * 9)
            victim = rng.choice(children)
            assert victim.alive, victim.words()
            await victim.signal(signal.SIGKILL)
        for child in children:
            if not child.alive:
                await start(shell, child)
        wanted = {int(match.instance_id) for match in truth}
        await until_all_is_stored(town, wanted, 900)
        for child in children:
            assert await child.signal(signal.SIGTERM) == 0, child.words()
        ticking.cancel()
        await compare(town, set(people))
        assert not [each for each in town.server.log.violations if "over 25" in each["what"]]


async def tick(town: MatchWorld) -> None:
    """The simulated Bungie.net's clock goes with the machine's, which the processes have."""
    began = time.time()
    first = town.clock.now().timestamp()
    while True:
        town.clock.advance(first + time.time() - began - town.clock.now().timestamp())
        await asyncio.sleep(0.5)


async def compare(town: MatchWorld, people: set[str]) -> None:
    states = await town.states()
    stored = [town.truth(instance_id) for instance_id, state in states.items() if state == "done"]
    social = [town.truth(instance_id) for instance_id, state in states.items() if state == "skipped"]
    assert all(40 in (match.mode, *match.modes) for match in social)
    kills = await stored_kills(town.pool)
    members = people | {str(row[0]) for row in await town.pool.fetch("select membership_id from member")}
    assert kills == true_kills(stored, members)
    assert await stored_totals(town.pool) == true_totals(stored, members)
    clan: Counter[tuple[int, str, object]] = Counter()
    for (_, weapon, word, day), count in kills.items():
        if weapon > 0:
            clan[weapon, word, day] += count
    assert await clan_sums(town.pool) == clan
    known = {row[0] for row in await town.pool.fetch("select hash from weapon where slot is not null")}
    slots = by_slot(kills, known)
    rows = await town.pool.fetch(
        """select w.slot, sum(s.kills)::int from clan_weapon s join weapon w on w.hash = s.weapon_hash
        where s.level = 2 and s.mode = $1 and w.slot is not null group by 1""",
        NUMBERS["all"],
    )
    assert {row[0]: row[1] for row in rows} == slots
    requests = town.server.log.by_endpoint["/Platform/Destiny2/Stats/PostGameCarnageReport/{}/"]
    print(f"\n{len(stored)} reports stored, {len(social)} social, {requests} asked for")
    print(f"{sum(slots.values())} kills: {dict(slots)}")
