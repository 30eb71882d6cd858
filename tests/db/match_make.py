"""Reports made by hand, and the sums that they come to, counted by code that knows nothing of the queries."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.match import FetchedReport, GuardianClass, MatchDetails, MatchPlayer, Report, Team, WeaponUse
from bot.domain.mode import mode_bits, words_of
from db.pool import Connection

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TRIALS, RAID, RUMBLE = (84, 69, 5, 32), (4, 7), (48, 5, 32)
SIDES = (Team(17, 0, 5, "Alpha"), Team(18, 1, 2, "Bravo"))


def player(membership_id: int, weapons: Mapping[int, int] | None = None, **other: Any) -> MatchPlayer:
    """Kills by weapon hash, one in three precise."""
    uses = tuple(WeaponUse(hash_, kills, kills // 3, GuardianClass.HUNTER) for hash_, kills in (weapons or {}).items())
    plain = MatchPlayer(
        membership_id=membership_id,
        membership_type=3,
        name=f"Player {membership_id}",
        character_id=membership_id * 10,
        guardian=GuardianClass.HUNTER,
        light=500,
        clan_name=None,
        clan_tag=None,
        fireteam_id=7,
        team=17,
        standing=0,
        score=10,
        kills=sum(use.kills for use in uses) + 3,
        deaths=4,
        assists=2,
        completed=True,
        completion_reason=0,
        start_seconds=0,
        seconds=600,
        entries=1,
        grenade_kills=1,
        melee_kills=1,
        super_kills=0,
        ability_kills=0,
        weapons=uses,
    )
    return replace(plain, **other)


def fetched(
    instance_id: int,
    *players: MatchPlayer,
    period: datetime = NOON,
    modes: tuple[int, ...] = TRIALS,
    teams: tuple[Team, ...] = SIDES,
    after: timedelta = timedelta(minutes=12),
    body: bytes = b"raw",
) -> FetchedReport:
    """A match of ten minutes whose report was fetched so long `after` its start."""
    details = MatchDetails(instance_id, period, (modes or (4,))[0], modes, 11, 12, False, 3)
    report = Report(details, 600, 0, True, players, teams)
    return FetchedReport(report, body, period + after, after >= timedelta(minutes=70))


STAT_COLUMNS = (
    "matches",
    "seconds",
    "kills",
    "deaths",
    "assists",
    "wins",
    "completions",
    "weapon_kills",
    "precision_kills",
    "grenade_kills",
    "melee_kills",
    "super_kills",
)
Sums = dict[tuple[Any, ...], tuple[Any, ...]]


def spans(period: datetime) -> tuple[tuple[int, date], ...]:
    """Each level's span that it lies in: 0 the day, 1 the month, 2 all time, 3 the third of the month, 4 the year."""
    day = period.astimezone(UTC).date()
    third = 1 if day.day <= 10 else 11 if day.day <= 20 else 21
    return (
        (0, day),
        (1, day.replace(day=1)),
        (2, date(1970, 1, 1)),
        (3, day.replace(day=third)),
        (4, date(day.year, 1, 1)),
    )


def member_stats(reports: Iterable[FetchedReport], tracked: Mapping[int, Iterable[int]]) -> Sums:
    """member_stat as it should be; `tracked`: of each instance those whose weapons are kept."""
    sums: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for report in (each.report for each in reports):
        details = report.details
        for who in (each for each in report.players if each.membership_id in tracked[details.instance_id]):
            stayed = who.completed or who.completion_reason not in (0, 255, None)
            won = bool(report.teams) and who.standing == 0 and stayed
            told = Counter(
                matches=1,
                seconds=who.seconds,
                kills=who.kills,
                deaths=who.deaths,
                assists=who.assists,
                wins=won,
                completions=who.completed,
                weapon_kills=who.weapon_kills,
                precision_kills=who.precision_kills,
                grenade_kills=who.grenade_kills,
                melee_kills=who.melee_kills,
                super_kills=who.super_kills,
            )
            for mode in words_of(mode_bits(details.modes or (details.mode,))):
                for level, start in spans(details.period):
                    sums[who.membership_id, mode.number, level, start].update(told)
    return {key: tuple(told[name] for name in STAT_COLUMNS) for key, told in sums.items()}


def clan_weapons(
    reports: Iterable[FetchedReport],
    tracked: Mapping[int, Iterable[int]],
    people: Mapping[int, Mapping[int, int]],
    family: Mapping[int, int],
) -> Sums:
    """clan_weapon as it should be, with person ids in place of bits; `people`: of each clan, person by membership."""
    kills: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    seen: defaultdict[tuple[Any, ...], set[tuple[int, int]]] = defaultdict(set)
    families: defaultdict[tuple[Any, ...], dict[tuple[int, int, int], int]] = defaultdict(dict)
    for report in (each.report for each in reports):
        instance_id = report.details.instance_id
        keys = [
            (mode.number, level, start)
            for mode in words_of(mode_bits(report.details.modes or (report.details.mode,)))
            for level, start in spans(report.details.period)
        ]
        for group_id, persons in people.items():
            for who in report.players:
                if who.membership_id not in tracked[instance_id] or who.membership_id not in persons:
                    continue
                person = persons[who.membership_id]
                for use in who.weapons:
                    for key in keys:
                        whole = (group_id, *key, use.weapon_hash)
                        kills[whole][0] += use.kills
                        kills[whole][1] += use.precision_kills
                        seen[whole].add((instance_id, person))
                        of = (instance_id, person, family.get(use.weapon_hash, use.weapon_hash))
                        first = families[group_id, *key]
                        first[of] = min(use.weapon_hash, first.get(of, use.weapon_hash))
    firsts = Counter((*key, hash_) for key, found in families.items() for hash_ in found.values())
    return {
        key: (*kills[key], len(seen[key]), firsts[key], frozenset(person for _, person in seen[key])) for key in kills
    }


def member_weapons(
    reports: Iterable[FetchedReport], tracked: Mapping[int, Iterable[int]], family: Mapping[int, int]
) -> Sums:
    """member_weapon as it should be: kills, precision kills, matches, those of families, kills by class."""
    sums: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for report in (each.report for each in reports):
        modes = words_of(mode_bits(report.details.modes or (report.details.mode,)))
        for who in (each for each in report.players if each.membership_id in tracked[report.details.instance_id]):
            first: dict[int, int] = {}
            for hash_ in sorted(use.weapon_hash for use in who.weapons):
                first.setdefault(family.get(hash_, hash_), hash_)
            for use, mode in itertools.product(who.weapons, modes):
                told = sums[use.weapon_hash, mode.number, who.membership_id]
                told.update(kills=use.kills, precision=use.precision_kills, matches=1)
                told.update(family=use.weapon_hash in first.values())
                told.update({use.guardian or "": use.kills})
    columns = ("kills", "precision", "matches", "family", "titan", "hunter", "warlock")
    return {key: tuple(told[name] for name in columns) for key, told in sums.items()}


async def stored_member_weapons(conn: Connection) -> Sums:
    rows = await conn.fetch("select * from member_weapon")
    return {tuple(row)[:3]: tuple(row)[3:] for row in rows}


async def stored_member_stats(conn: Connection) -> Sums:
    rows = await conn.fetch("select * from member_stat")
    return {tuple(row)[:4]: tuple(row)[4:] for row in rows}


async def stored_clan_weapons(conn: Connection) -> Sums:
    """With person ids in place of bits; a bit that stands for nobody is None."""
    slots = {(r[0], r[1]): r[2] for r in await conn.fetch("select group_id, slot, person_id from clan_counted")}
    rows = await conn.fetch(
        """select group_id, mode, level, start, weapon_hash, kills, precision_kills, matches, family_matches,
          players::text from clan_weapon"""
    )
    return {
        tuple(row)[:5]: (
            *tuple(row)[5:9],
            frozenset(slots.get((row["group_id"], n)) for n, bit in enumerate(row["players"]) if bit == "1"),
        )
        for row in rows
    }
