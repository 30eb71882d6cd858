"""Matches of Quiet Orbit: a season of reports stored the way the worker stores them, the same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.match import FetchedReport, GuardianClass, MatchDetails, MatchPlayer, Report, Team, WeaponUse
from db.pool import Connection
from db.queries.clan_follow import follow_members
from db.queries.report import store_reports

ROSE, ROSE_AGAIN, ACE, UNKNOWN = 1363238943, 3100000001, 347366834, 4200000007
WEAPONS = (
    (ROSE, "Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", 40),
    (ROSE_AGAIN, "Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", 9),
    (ACE, "Ace of Spades", "Hand Cannon", "kinetic", "kinetic", "exotic", 21),
    (3100000002, "Igneous Hammer", "Hand Cannon", "energy", "solar", "legendary", 34),
    (3100000003, "Elsie's Rifle", "Pulse Rifle", "energy", "void", "legendary", 30),
    (3100000004, "Matador 64", "Shotgun", "energy", "arc", "legendary", 26),
    (3100000005, "Conditional Finality", "Shotgun", "kinetic", "stasis", "exotic", 17),
    (3100000006, "Cloudstrike", "Sniper Rifle", "energy", "arc", "exotic", 13),
    (3100000007, "The Immortal", "Submachine Gun", "kinetic", "strand", "legendary", 12),
    (3100000008, "Gjallarhorn", "Rocket Launcher", "power", "solar", "exotic", 4),
    (3100000009, "=cmd|'/C calc'!A0", "Sidearm", "energy", "void", "rare", 2),
    (3100000010, "An Old Weapon with a Name Longer than Any Table Has Room For", "Machine Gun", "power", None, None, 2),
)  # fmt: skip
PRECISE = {"Shotgun": 0.05, "Rocket Launcher": 0.0, "Sniper Rifle": 0.7}
PLACES = (
    (5, (5, 73, 32), 3, 103, 620),
    (84, (5, 84, 69, 32), 1, 101, 560),
    (4, (7, 4), 2, 102, 5400),
    (46, (7, 18, 46), 3, 103, 900),
)
"""mode, modes, activity hash, mode definition, seconds."""
FIRST_INSTANCE = 16000000001
TURNS = (GuardianClass.TITAN, GuardianClass.HUNTER, GuardianClass.WARLOCK)


async def history_of(conn: Connection, now: datetime, ids: Sequence[int]) -> None:
    """The reports below; all histories are read but two."""
    await _armoury(conn)
    await _walked(conn, now, ids)
    await follow_members(conn)
    await store_reports(conn, reports(now, ids), now)


def reports(now: datetime, ids: Sequence[int], count: int = 160) -> list[FetchedReport]:
    """`count` matches of the last 66 days by the first members of the clan, newest first."""
    chance = random.Random(11)
    return [_report(chance, FIRST_INSTANCE + n, now - timedelta(hours=9.9 * n + 1), ids) for n in range(count)]


async def _armoury(conn: Connection) -> None:
    newest = {name: key for key, name, *_ in WEAPONS if key != ROSE_AGAIN}
    await conn.executemany(
        """
        insert into weapon (hash, name, type, slot, damage, tier, position, family, complete)
        values ($1, $2, $3, $4, $5, $6, $7, $8, true)
        """,
        [(*weapon[:6], place, newest[weapon[1]]) for place, weapon in enumerate(WEAPONS)],
    )
    for number, month in ((1, 7), (2, 10)):
        await conn.execute(
            """
            insert into definition (table_name, hash, name, json, digest, version_added)
            values ('DestinySeasonDefinition', $1, $2, $3, '', '1.0')
            """,
            number, f"Season of Proof {number}",
            {"seasonNumber": number, "startDate": f"2026-{month:02d}-01T17:00:00Z"},
        )  # fmt: skip


async def _walked(conn: Connection, now: datetime, ids: Sequence[int]) -> None:
    """Whose history is read; the matches loop ran three minutes ago."""
    await conn.executemany(
        "insert into history_member (membership_id, account_read_at, waiting) values ($1, $2, 0)",
        [(membership_id, now) for membership_id in ids],
    )
    await conn.executemany(
        """
        insert into history (membership_id, character_id, found_at, walked_at, backfill_until, backfilled_at)
        values ($1::bigint, $1::bigint + 7, $2::timestamptz, $2, $2 - interval '80 days', $3)
        """,
        [(membership_id, now, None if place in (5, 30) else now) for place, membership_id in enumerate(ids)],
    )
    await conn.execute(
        """
        insert into loop (name, interval_seconds, last_started_at, last_finished_at, last_ok_at, last_verdict,
          last_sentence, next_at)
        values ('matches', 300, $1, $1, $1, 'done', '62 histories, 3 new matches.', $2)
        """,
        now - timedelta(minutes=3), now + timedelta(minutes=2),
    )  # fmt: skip


def _report(chance: random.Random, instance_id: int, period: datetime, ids: Sequence[int]) -> FetchedReport:
    mode, modes, activity, _, seconds = PLACES[instance_id % len(PLACES)]
    inside = sorted(chance.sample(range(min(14, len(ids))), chance.randrange(1, 4)))
    versus = 5 in modes
    sides = [n % 2 if versus else None for n in range(14)]
    players = [
        _player(chance, ids[place], f"Member {place}#0001", sides[place], seconds, place, True) for place in inside
    ]
    players += [
        _player(chance, 4611686018600000000 + n, f"Stranger {n}#{n:04d}", sides[n], seconds, n, False)
        for n in range(1, 5 if versus else 3)
    ]
    details = MatchDetails(instance_id, period, mode, modes, activity, activity, False, -1)
    teams = (Team(0, 0, 150, "Alpha"), Team(1, 1, 137, "Bravo")) if versus else ()
    report = Report(details, seconds, 0, True, tuple(players), teams)
    return FetchedReport(report, b"", period + timedelta(hours=2), True)


def _player(
    chance: random.Random, membership_id: int, name: str, team: int | None, seconds: int, place: int, member: bool
) -> MatchPlayer:
    guardian = TURNS[place % 3]
    weapons = _uses(chance, guardian, place) if member else ()
    abilities = [chance.randrange(0, 3) for _ in range(3)]
    return MatchPlayer(
        membership_id=membership_id, membership_type=3, name=name, character_id=membership_id + 7, guardian=guardian,
        light=540, clan_name="Quiet Orbit" if member else None, clan_tag=None, fireteam_id=8 * 10**18 + place,
        team=team, standing=team, score=chance.randrange(8, 40),
        kills=sum(use.kills for use in weapons) + sum(abilities) + 1,
        deaths=chance.randrange(0, 14), assists=chance.randrange(0, 9), completed=chance.random() > 0.1,
        completion_reason=0, start_seconds=0, seconds=seconds - chance.randrange(0, 60), entries=1,
        grenade_kills=abilities[0], melee_kills=abilities[1], super_kills=abilities[2], ability_kills=sum(abilities),
        weapons=weapons,
    )  # fmt: skip


def _uses(chance: random.Random, guardian: GuardianClass, place: int) -> tuple[WeaponUse, ...]:
    weights = [weight * (3 if (n + place) % 5 == 0 else 1) for n, (*_, weight) in enumerate(WEAPONS)]
    chosen = sorted(set(chance.choices(range(len(WEAPONS)), weights, k=3)))
    found = []
    for n in chosen:
        kills = chance.randrange(1, 11)
        precise = round(kills * PRECISE.get(WEAPONS[n][2], 0.55))
        found.append(WeaponUse(WEAPONS[n][0], kills, precise, guardian))
    if chance.random() < 0.03:
        found.append(WeaponUse(UNKNOWN, 1, 0, guardian))
    return tuple(found)
