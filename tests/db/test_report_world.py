"""Random histories of clans and matches: after each step the sums are what independent code counts."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.match import FetchedReport, MatchPlayer
from bot.services import unseen
from db.pool import Connection, Pool
from db.queries.clan_follow import follow_members
from db.queries.recompute import recompute_weapons
from db.queries.report import adoptable, store_reports
from db.queries.stint import update_moved, update_moved_back
from tests.db import match_make as make
from tests.db.roster_rows import CLAN, LONG_AGO, OTHER, add_clan, add_member

PEOPLE, STRANGERS = range(1, 9), range(90, 94)
WEAPONS = (100, 101, 200, 201, 300)
KINDS = ((make.TRIALS, make.SIDES), (make.RAID, ()), (make.RUMBLE, ()), ((), make.SIDES))


@dataclass
class World:
    """What is true, kept beside the database."""

    conn: Connection
    random: random.Random
    reports: dict[int, FetchedReport] = field(default_factory=dict)
    tracked: dict[int, set[int]] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    open: dict[int, set[int]] = field(default_factory=lambda: {CLAN: set(), OTHER: set()})
    moved: dict[int, int] = field(default_factory=dict)
    family: dict[int, int] = field(default_factory=dict)

    def people(self) -> dict[int, dict[int, int]]:
        """Of each clan, the person by membership: who plays on under another membership is that one, if it is in."""
        return {group_id: self._people(inside) for group_id, inside in self.open.items()}

    def _people(self, inside: set[int]) -> dict[int, int]:
        found = {}
        for membership_id in self.members:
            chain = [membership_id]
            while chain[-1] in self.moved:
                chain.append(self.moved[chain[-1]])
            person = next((each for each in reversed(chain) if each in inside), None)
            if person is not None:
                found[membership_id] = person
        return found

    async def check(self) -> None:
        reports = self.reports.values()
        assert await make.stored_member_stats(self.conn) == make.member_stats(reports, self.tracked)
        expected = make.clan_weapons(reports, self.tracked, self.people(), self.family)
        assert await make.stored_clan_weapons(self.conn) == expected
        own = make.member_weapons(reports, self.tracked, self.family)
        assert await make.stored_member_weapons(self.conn) == own

    # What happens

    def player(self, membership_id: int) -> MatchPlayer:
        used = self.random.sample(WEAPONS, self.random.randrange(4))
        return make.player(
            membership_id,
            {each: self.random.randint(1, 9) for each in used},
            standing=self.random.randrange(2),
            completed=self.random.random() < 0.8,
        )

    def report(self, instance_id: int, after: timedelta) -> FetchedReport:
        present = self.random.sample([*PEOPLE, *STRANGERS], self.random.randint(1, 6))
        modes, teams = self.random.choice(KINDS)
        period = make.NOON - timedelta(days=160) + timedelta(hours=self.random.randrange(24 * 70))  # over a new year
        return make.fetched(
            instance_id, *(self.player(each) for each in present), period=period, modes=modes, teams=teams, after=after
        )

    async def store(self, reports: list[FetchedReport]) -> None:
        """In any order, and now and then one twice."""
        self.random.shuffle(reports)
        async with self.conn.transaction():
            await store_reports(self.conn, [*reports, *reports[:1]], make.NOON)
        for each in reports:
            instance_id = each.report.details.instance_id
            known = self.reports.get(instance_id)
            if known is None or known.fetched_at <= each.fetched_at:
                self.reports[instance_id] = each
                self.tracked[instance_id] = {p.membership_id for p in each.report.players} & self.members

    async def play(self) -> None:
        new = len(self.reports) + 1
        await self.store([self.report(new + n, timedelta(minutes=12)) for n in range(self.random.randint(1, 4))])

    async def change(self) -> None:
        """Reports that come again: the same, other, or late."""
        known = self.random.sample(sorted(self.reports), min(3, len(self.reports)))
        again = [self.reports[each] for each in known[:1]]
        again += [self.report(each, timedelta(minutes=self.random.choice((2, 90, 900)))) for each in known[1:]]
        await self.store(again)

    async def join(self) -> None:
        who, group_id = self.random.choice(PEOPLE), self.random.choice((CLAN, OTHER))
        if who not in self.open[group_id]:
            joined = LONG_AGO + timedelta(seconds=self.random.randrange(10**7))
            await add_member(self.conn, who, group_id=group_id, joined_at=joined)
            await update_moved_back(self.conn, [who])
            self.moved.pop(who, None)
            self.members.add(who)
            self.open[group_id].add(who)

    async def leave(self) -> None:
        """Some at once; one of them to play on under another membership."""
        group_id = self.random.choice((CLAN, OTHER))
        gone = self.random.sample(sorted(self.open[group_id]), min(self.random.randint(1, 3), len(self.open[group_id])))
        await self.conn.execute(
            "update stint set left_at = joined_at where group_id = $1 and membership_id = any ($2::bigint[])",
            group_id,
            gone,
        )
        self.open[group_id] -= set(gone)
        for old in gone[:1]:
            to = self.random.choice(sorted(self.members - {old}) or [old])
            if to != old and to not in self.moved:
                await update_moved(self.conn, old, to)
                self.moved[old] = to

    async def adopt(self) -> None:
        due = await adoptable(self.conn, 100)
        untracked = {
            each
            for each, report in self.reports.items()
            if {p.membership_id for p in report.report.players} & self.members - self.tracked[each]
        }
        assert set(due) == untracked
        await self.store([self.reports[each] for each in due])
        assert await adoptable(self.conn, 100) == ()

    async def join_families(self) -> None:
        """As a new manifest does."""
        self.family = {100: 101, 101: 101, 200: 201, 201: 201}
        await self.conn.executemany(
            "insert into weapon (hash, name, position, family) values ($1, 'Rose', 1, $2)", list(self.family.items())
        )


@pytest.fixture
async def world(pool: Pool) -> AsyncIterator[Callable[[int], World]]:
    async with pool.acquire() as conn:
        await add_clan(conn)
        await add_clan(conn, OTHER)
        yield lambda seed: World(conn, random.Random(seed))


@pytest.mark.parametrize("seed", range(4))
async def test_sums_stay_true(world: Callable[[int], World], pool: Pool, seed: int) -> None:
    here = world(seed)
    steps: list[Callable[[], Awaitable[None]]] = [here.play, here.play, here.change, here.join, here.join, here.leave]
    for number in range(50):
        await here.random.choice(steps)()
        await follow_members(here.conn)
        assert not await follow_members(here.conn)
        if number == 25:
            await here.join_families()
            await recompute_weapons(pool, unseen)
        await here.check()
    await here.adopt()
    await here.check()
    assert not (await recompute_weapons(pool, unseen)).differed
