"""Killed 25 times while 200 events happen and Discord misbehaves: every event is posted exactly once.

Read from the simulated channel against the world's own log, by words that belong to one event alone.
"""

from __future__ import annotations

import asyncio
import random
import signal
from itertools import count, cycle, islice
from pathlib import Path

import pytest

from tests.e2e.harness import JSON, Town, eventually, text_of, town

pytestmark = pytest.mark.soak

EVENTS = 200
KILLS = 25
FAILPOINTS = ("outbox_written", "sending_committed", "accepted_by_discord", "sent_committed")
DISCORD_FAULTS: tuple[JSON, ...] = (
    {"fault": "429", "times": 2},
    {"fault": "500", "times": 1},
    {"fault": "reset_before", "times": 1},
    {"fault": "reset_after_accept", "times": 1},
    {"fault": "latency", "seconds": 2},
)
SYLLABLES = ("bra", "cel", "dor", "fen", "gil", "hol", "jun", "kar", "lim", "mor", "nel", "pon", "ras", "sul", "tem")


def words_of_our_own(rng: random.Random) -> list[str]:
    """As many made-up names as events, none a part of another."""
    made = ["".join(rng.sample(SYLLABLES, 4)).capitalize() for _ in range(EVENTS * 2)]
    return list(islice(dict.fromkeys(made), EVENTS + 120))


class Happenings:
    """Makes events one after the other, each with a name that stands in no other post."""

    def __init__(self, place: Town, rng: random.Random) -> None:
        self.place, self.rng = place, rng
        self.names = iter(words_of_our_own(rng))
        self.told: dict[str, str] = {}  # a word of our own -> the kind of the only post that may bear it
        self.untouched: list[JSON] = []
        self.number = count(1)

    async def prepare(self) -> None:
        world = await self.place.ask("GET", "/sandbox/world")
        clans = world["clans"]
        plain = [
            {**m, "group_id": c["group_id"]}
            for c in clans
            for m in c["members"]
            if m["role"] in ("member", "beginner") and m["name"].split("#")[0].isalpha() and len(m["name"]) < 25
        ]
        everyone = [m["name"] for c in clans for m in c["members"]] + [s["name"] for s in world["strangers"]]
        self.untouched = [m for m in plain if sum(m["name"].split("#")[0] in name for name in everyone) == 1]
        self.rng.shuffle(self.untouched)

    async def one(self) -> None:
        """A join mostly; a rename, a promotion or a leave of someone that nothing else happens to, in between."""
        number = next(self.number)
        if number % 5 == 0 and self.untouched:
            await self._to_a_member(number)
            return
        name = next(self.names)
        self.told[name] = "joined"
        await self.place.happen("join", group_id=self.rng.choice(self.place.places["clan_ids"]), name=name)

    async def _to_a_member(self, number: int) -> None:
        member = self.untouched.pop()
        name = member["name"].split("#")[0]
        if number % 15 == 0:
            self.told[name] = "left or was removed"
            await self.place.happen("leave", membership_id=member["membership_id"])
        elif number % 10 == 0:
            self.told[name] = "is now"
            await self.place.happen("promote", membership_id=member["membership_id"], role="admin")
        else:
            new = next(self.names)
            self.told[new] = "was"
            await self.place.happen("rename", membership_id=member["membership_id"], name=new)


async def until_dead_or(place: Town, seconds: float) -> bool:
    """Whether the process ended by itself (at its failpoint) within so many seconds."""
    assert place.hawthorne.process is not None
    try:
        await asyncio.wait_for(place.hawthorne.process.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def test_every_event_is_posted_exactly_once(tmp_path: Path) -> None:
    rng = random.Random(11)
    async with town(tmp_path) as place:
        await place.start()
        await place.ready()
        await place.watched()
        assert await place.hawthorne.signal(signal.SIGTERM) == 0
        happenings = Happenings(place, rng)
        await happenings.prepare()
        reached: dict[str, int] = dict.fromkeys(FAILPOINTS, 0)
        kills = 0
        for failpoint in cycle((*FAILPOINTS, None)):
            if kills >= KILLS and len(happenings.told) >= EVENTS:
                break
            await place.ask("POST", "/sandbox/discord/faults", dict(rng.choice(DISCORD_FAULTS)))
            env = {"HAWTHORNE_FAILPOINT": f"{failpoint}:{rng.randint(1, 3)}"} if failpoint else None
            await place.start(env=env)
            for _ in range(rng.choice((2, 4, 5, 9, 14))):  # up to five become posts of their own, more a digest
                await happenings.one()
                await asyncio.sleep(rng.random() * 0.2)
            if await until_dead_or(place, 20 if failpoint else rng.random() * 16):
                assert place.hawthorne.process is not None
                assert place.hawthorne.process.returncode == 137, place.hawthorne.words()
                assert failpoint is not None
                reached[failpoint] += 1
            else:
                await place.hawthorne.signal(signal.SIGKILL)
            kills += 1
        await place.ask("DELETE", "/sandbox/discord/faults")
        await place.start()
        await place.ready()
        await all_sent(place, happenings.told)
        posts = [text_of(message) for message in await place.messages()]
        wrong = {word: times for word in happenings.told if (times := sum(word in post for post in posts)) != 1}
        digests = sum("changes since" in post for post in posts)
        print(f"\n{len(happenings.told)} events, {kills} kills, failpoints reached: {reached}")
        print(f"{len(posts)} messages, {digests} of them digests")
        assert wrong == {}
        assert all(reached.values()), reached
        assert await place.hawthorne.signal(signal.SIGTERM) == 0


async def all_sent(place: Town, told: dict[str, str]) -> None:
    last: dict[str, object] = {}

    async def quiet() -> bool:
        outbox = (await place.api("/status"))["outbox"]
        posts = "\n".join([text_of(message) for message in await place.messages()])
        untold = {word: kind for word, kind in told.items() if word not in posts}
        last.update(outbox=outbox, untold=untold)
        return not untold and not any(outbox[state] for state in ("new", "sending", "held"))

    try:
        await eventually(quiet, 180, "the outbox is empty and every event told")
    except AssertionError:
        pytest.fail(f"{last}\n{place.hawthorne.words()}")
    await asyncio.sleep(15)
