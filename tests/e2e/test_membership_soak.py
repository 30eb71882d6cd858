"""500 steps of two clans' lives through loop, PostgreSQL, outbox and simulated Discord.

Answers lie, and the process is stopped and killed. What was announced must equal the world's own log: nothing twice,
nothing false, nothing lost. SOAK_STEPS and SOAK_SEED change the run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from pathlib import Path

import asyncpg
import pytest

from db.embedded import embedded
from tests.e2e.harness import JSON, Town, eventually, town

pytestmark = pytest.mark.soak

STEPS = int(os.environ.get("SOAK_STEPS", "500"))
REST = 12  # steps in which nothing else happens to someone
PAGE = 50
Fact = tuple[str, ...]


@dataclass
class Lives:
    """What happens, drawn by `rng`; `unseen` are log ids of leaves and joins that no poll could tell apart."""

    place: Town
    rng: random.Random
    touched: dict[str, int] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)
    step: int = 0
    restarts: int = 0
    name_numbers: count[int] = field(default_factory=lambda: count(1))

    # looking

    async def clans(self) -> list[JSON]:
        return list((await self.place.ask("GET", "/sandbox/world"))["clans"])

    async def someone(self, clan: JSON) -> str | None:
        """A plain member to whom nothing has happened for a while."""
        free = [
            member["membership_id"]
            for member in clan["members"]
            if member["role"] in ("member", "beginner", "admin")
            and self.step - self.touched.get(member["membership_id"], -REST) >= REST
        ]
        if not free:
            return None
        chosen = self.rng.choice(sorted(free))
        self.touched[chosen] = self.step
        return chosen

    async def polls(self, wanted: int) -> None:
        """Wait until so many more passes over both clans were accepted."""
        for _ in range(wanted):
            before = await self._last_ok()

            async def later(before: str | None = before) -> bool:
                now = await self._last_ok()
                return now is not None and now != before

            await eventually(later, 60, "the membership loop goes on")

    async def _last_ok(self) -> str | None:
        loops = {loop["name"]: loop for loop in (await self.place.api("/status"))["loops"]}
        at: str | None = loops.get("membership", {}).get("last_ok_at")
        return at

    # the world

    async def join(self, clan: JSON) -> None:
        if len(clan["members"]) < 98:
            (event,) = await self.place.happen(
                "join", group_id=clan["group_id"], name=f"Pilgrim{next(self.name_numbers)}"
            )
            self.touched[event["membership_id"]] = self.step

    async def leave(self, clan: JSON) -> None:
        if who := await self.someone(clan):
            await self.place.happen("leave", membership_id=who)

    async def rename(self, clan: JSON) -> None:
        if who := await self.someone(clan):
            await self.place.happen("rename", membership_id=who, name=f"Renamed{next(self.name_numbers)}")

    async def promote(self, clan: JSON) -> None:
        if who := await self.someone(clan):
            await self.place.happen("promote", membership_id=who, role=self.rng.choice(("admin", "member", "beginner")))

    async def switch(self, clan: JSON) -> None:
        to = next(each for each in self.place.places["clan_ids"] if each != clan["group_id"])
        if who := await self.someone(clan):
            await self.place.happen("switch", membership_id=who, to_group_id=to)

    async def rejoin(self, clan: JSON) -> None:
        """Out and in again: polls see both, or a new stint without a post."""
        who = await self.someone(clan)
        if who is None:
            return
        seen = self.rng.random() < 0.5
        left = await self.place.happen("leave", membership_id=who)
        if seen:
            await self.polls(2)
        joined = await self.place.happen("join", group_id=clan["group_id"], membership_id=who)
        if not seen:
            self.unseen |= {event["id"] for event in (*left, *joined)}

    async def move(self, clan: JSON) -> None:
        """Only who has a bungie.net account is known to be the same person."""
        if who := await self.someone(clan):
            try:
                moved = await self.place.happen("move_platform", membership_id=who, membership_type=1)
            except AssertionError:
                return
            self.touched |= {event["membership_id"]: self.step for event in moved}

    async def purge(self, clan: JSON) -> None:
        if len(clan["members"]) >= 60:
            await self.polls(3)
            await self.place.happen("purge", group_id=clan["group_id"], count=30)
            await self.polls(4)

    # answers and processes

    async def lie(self, clan: JSON) -> None:
        """One poll of a clan is spoiled; the next ones are honest."""
        pages = ceil(len(clan["members"]) / PAGE)
        fault: JSON = self.rng.choice(
            (
                {"fault": "stale", "times": pages},
                {"fault": "empty", "times": 1},
                {"fault": "lose_page", "times": pages},
                {"fault": "duplicate_row", "times": pages},
                {"fault": "short", "times": pages, "count": 7},
                {"fault": "short", "times": pages, "count": 7, "total": "short"},
            )
        )
        fault |= {"subsystem": "members", "group_id": clan["group_id"]}
        await self.place.ask("POST", "/sandbox/faults", fault)
        await self.polls(3)

    async def outage(self, clan: JSON) -> None:
        fault: JSON = self.rng.choice(
            ({"fault": "error5"}, {"fault": "html503"}, {"fault": "truncated"}, {"fault": "reset"})
        )
        where = self.rng.choice(("all", "groups", "members"))
        await self.place.ask("POST", "/sandbox/faults", {**fault, "subsystem": where, "times": self.rng.randint(1, 6)})
        await self.polls(2)

    async def trouble_at_discord(self, clan: JSON) -> None:
        fault: JSON = self.rng.choice(
            ({"fault": "429", "times": 1}, {"fault": "500", "times": 1}, {"fault": "reset_after_accept", "times": 1})
        )
        await self.place.ask("POST", "/sandbox/discord/faults", fault)

    async def restart(self, clan: JSON) -> None:
        self.restarts += 1
        kill = self.rng.random() < 0.7
        code = await self.place.hawthorne.signal(signal.SIGKILL if kill else signal.SIGTERM)
        assert kill or code == 0, self.place.hawthorne.words()
        await self.place.start()
        await self.place.ready()

    # all of it

    async def live(self, steps: int) -> None:
        rules = {
            self.join: 24,
            self.leave: 11,
            self.rename: 10,
            self.promote: 10,
            self.switch: 8,
            self.rejoin: 5,
            self.move: 4,
            self.purge: 1,
            self.lie: 9,
            self.outage: 5,
            self.trouble_at_discord: 7,
            self.restart: 5,
        }
        for self.step in range(steps):
            rule: Callable[[JSON], Awaitable[None]] = self.rng.choices(list(rules), list(rules.values()))[0]
            await rule(self.rng.choice(await self.clans()))
            await asyncio.sleep(self.rng.random() * 0.8)


def expected(log: list[JSON], unseen: set[int]) -> Counter[Fact]:
    """What is to be announced, by the world's own log."""
    return Counter(fact_of(event) for event in log if event["id"] not in unseen)


def fact_of(event: JSON) -> Fact:
    """What an event says, as far as both the log and the API say it."""
    kind, detail = event["kind"], event["detail"]
    if kind == "clan_switched":
        return kind, event["membership_id"], detail["from_group_id"], detail["to_group_id"]
    if kind == "platform_moved":
        return kind, detail["from_membership_id"], detail["to_membership_id"]
    if kind in ("renamed", "role_changed"):
        return kind, event["membership_id"], detail["from"], detail["to"]
    return kind, event["membership_id"], event["group_id"]


async def announced(place: Town) -> Counter[Fact]:
    """Every event that the API lists, each once."""
    found: dict[str, JSON] = {}
    for group_id in place.places["clan_ids"]:
        cursor = ""
        while cursor is not None:
            page = await place.api(f"/clans/{group_id}/events?limit=500{cursor and f'&cursor={cursor}'}")
            found |= {event["id"]: {**event, "group_id": group_id} for event in page["events"]}
            cursor = page["next_cursor"]
    return Counter(fact_of(event) for event in found.values())


async def told_once(place: Town) -> None:
    """Each event has one post, each post is in one message, and no message is there twice."""
    async with embedded(place.home / "data") as dsn:
        conn = await asyncpg.connect(dsn)
        rows = await conn.fetch("select id, event_id, state, sent_with, message_id from outbox")
        standing = await conn.fetch("select id from event where withdrawn_at is null")
        await conn.close()
    sent = [row for row in rows if row["state"] == "sent"]
    assert {row["state"] for row in rows} <= {"sent", "dropped"}
    told = Counter(row["event_id"] for row in sent if row["event_id"] is not None)
    assert all(times == 1 for times in told.values())
    assert {row["id"] for row in standing} <= told.keys()
    marks = Counter(message["embeds"][0]["url"].rpartition("#")[2] for message in await place.messages())
    leads = Counter(str(row["id"]) for row in sent if row["sent_with"] in (None, row["id"]))
    assert marks == leads


async def test_announcements_equal_the_worlds_own_log(tmp_path: Path) -> None:
    rng = random.Random(int(os.environ.get("SOAK_SEED", "2")))
    async with town(tmp_path) as place:
        place.configure(schedule={"membership_seconds": 1, "roster_seconds": 600, "manifest_seconds": 1200})
        await place.start()
        await place.ready()
        lives = Lives(place, rng)
        await lives.polls(2)
        await lives.live(STEPS)
        await place.ask("DELETE", "/sandbox/faults")
        await place.ask("DELETE", "/sandbox/discord/faults")
        await lives.polls(8)

        async def quiet() -> bool:
            outbox = (await place.api("/status"))["outbox"]
            return sum(outbox[state] or 0 for state in ("new", "sending", "held")) == 0

        await eventually(quiet, 180, "the outbox is empty")
        log = (await place.ask("GET", "/sandbox/log?after=0"))["events"]
        wanted, said = expected(log, lives.unseen), await announced(place)
        print(f"\n{STEPS} steps, {lives.restarts} restarts, {wanted.total()} events wanted, {said.total()} announced")
        assert said - wanted == Counter(), "announced, but not so"
        assert wanted - said == Counter(), "so, but not announced"
        await told_once(place)
        assert await place.hawthorne.signal(signal.SIGTERM) == 0
