"""A small random world of matches and kills, in the database and as plain lists that a test counts by itself."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.mode import Mode, mode_bits
from db.pool import Connection
from tests.db.roster_rows import add_clan, add_member
from tests.weapon_sums import LEVELS, sum_up

NOW = datetime(2026, 5, 20, 15, 4, 5, 678901, UTC)
CLAN, OTHER, DROPPED = 881267, 881268, 881269
STAYS = {  # membership -> clans that they are in, clans that they left
    1: ((CLAN,), ()),
    2: ((CLAN,), (OTHER,)),
    3: ((CLAN, OTHER), ()),
    4: ((OTHER,), ()),
    5: ((), (CLAN,)),
    6: ((), (CLAN, OTHER)),
    7: ((DROPPED,), ()),
    8: ((), (CLAN,)),  # moved to 1
    9: ((), (CLAN,)),  # moved to 10, who left
    10: ((), (CLAN,)),
    11: ((), ()),  # nowhere, moved to 3
}
MOVED = {8: 1, 9: 10, 11: 3}
WEAPONS = {  # hash -> name, type, slot, damage, tier, family
    100: ("Rose", "Hand Cannon", "kinetic", "kinetic", "legendary", 120),
    120: ("Rose", "Hand Cannon", "kinetic", "strand", "legendary", 120),
    110: ("Rose", "Hand Cannon", "energy", "solar", "legendary", 120),
    200: ("Elsie's Rifle", "Pulse Rifle", "energy", "void", "legendary", 200),
    210: ("Graviton Lance", "Pulse Rifle", "energy", "void", "exotic", 210),
    300: ("Gjallarhorn", "Rocket Launcher", "power", "solar", "exotic", 300),
    400: ("Plain Thing", "", None, None, None, 400),
}
UNKNOWN = 999
MODES = ((7, 18), (5, 84), (5, 19), (4, 7), (7, 82), (63, 64), (5, 69), (7, 16), (6,))


@dataclass(frozen=True, slots=True)
class Kill:
    instance_id: int
    membership_id: int
    weapon_hash: int
    period: datetime
    bits: int
    guardian: str | None
    kills: int
    precision_kills: int


@dataclass(frozen=True, slots=True)
class Played:
    instance_id: int
    membership_id: int
    period: datetime
    bits: int
    kills: int
    deaths: int
    assists: int
    seconds: int
    weapon_kills: int
    precision_kills: int
    grenade: int
    melee: int
    super: int
    completed: bool
    standing: int | None
    reason: int | None
    teams: bool


@dataclass(frozen=True, slots=True)
class World:
    played: tuple[Played, ...]
    kills: tuple[Kill, ...]


def person(member: int) -> int:
    return MOVED.get(member, member)


def make_world(seed: int, matches: int = 160) -> World:
    """Four in five of the last months, the others of years; some at the edges of days, dekads, months and years, and
    within the microsecond of `NOW` − 7 days."""
    dice = random.Random(seed)
    edges = [NOW - timedelta(days=7), NOW - timedelta(days=7, microseconds=1), NOW - timedelta(days=1)]
    edges += [datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 4, 30, 23, 59, 59, 999999, UTC)]
    edges += [datetime(2026, 5, 9, tzinfo=UTC), datetime(2026, 5, 9, 23, 59, 59, 999999, UTC)]
    edges += [datetime(2025, 3, 11, tzinfo=UTC), datetime(2025, 3, 20, 23, 59, 59, 999999, UTC)]
    edges += [datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, 59, 999999, UTC)]
    played: list[Played] = []
    kills: list[Kill] = []
    for number in range(matches):
        back = timedelta(seconds=dice.expovariate(1 / (40 * 86400)), microseconds=dice.randrange(10**6))
        period = edges[number] if number < len(edges) else NOW - back * (15 if number % 5 == 0 else 1)
        bits, teams = mode_bits(dice.choice(MODES)), dice.random() < 0.6
        for member in dice.sample(sorted(STAYS), dice.randint(1, 6)):
            used = _used(dice, number + 1, member, period, bits)
            kills += used
            played.append(_played(dice, number + 1, member, period, bits, teams, used))
    return World(tuple(played), tuple(kills))


def _used(dice: random.Random, instance: int, member: int, period: datetime, bits: int) -> list[Kill]:
    hashes = dice.sample([*WEAPONS, UNKNOWN], dice.randint(0, 4))
    guardian = dice.choice(["titan", "hunter", "warlock", None])
    return [
        Kill(instance, member, weapon, period, bits, guardian, n := dice.choice([1, 1, 2, 3, 9]), dice.randint(0, n))
        for weapon in hashes
    ]


def _played(
    dice: random.Random, instance: int, member: int, period: datetime, bits: int, teams: bool, used: list[Kill]
) -> Played:
    by_weapons = sum(kill.kills for kill in used)
    grenade, melee, ult = (dice.randint(0, 3) for _ in range(3))
    return Played(
        instance_id=instance,
        membership_id=member,
        period=period,
        bits=bits,
        kills=by_weapons + grenade + melee + ult + dice.choice([-2, 0, 0, 5]),
        deaths=dice.randint(0, 9),
        assists=dice.randint(0, 9),
        seconds=dice.randint(60, 900),
        weapon_kills=by_weapons,
        precision_kills=sum(kill.precision_kills for kill in used),
        grenade=grenade,
        melee=melee,
        super=ult,
        completed=dice.random() < 0.6,
        standing=dice.choice([0, 1]) if teams else dice.choice([None, 0]),
        reason=dice.choice([0, 1, 2, 255, None]),
        teams=teams,
    )


async def add_world(conn: Connection, world: World, levels: Collection[int] = LEVELS) -> None:
    """Everything but members' histories; the sums of these levels made by tests.weapon_sums."""
    for group_id, state in ((CLAN, "tracked"), (OTHER, "tracked"), (DROPPED, "dropped")):
        await add_clan(conn, group_id, state)
    await _add_people(conn)
    await _add_weapons(conn)
    await _add_matches(conn, world)
    await sum_up(conn, levels)


async def _add_people(conn: Connection) -> None:
    for member, (here, left) in STAYS.items():
        for group_id in here:
            await add_member(conn, member, f"Member{member}#0042", group_id=group_id)
        for group_id in left:
            await add_member(conn, member, f"Member{member}#0042", group_id=group_id, left_at=NOW)
    await conn.execute(
        """insert into member (membership_id, membership_type, name, first_seen_at)
        values (11, 3, 'Member11#0042', $1) on conflict do nothing""",
        NOW,
    )
    await conn.executemany("update member set moved_to = $2 where membership_id = $1", list(MOVED.items()))
    counted = [
        (group_id, member, person(member), 255 - person(member))
        for group_id in (CLAN, OTHER, DROPPED)
        for member in STAYS
        if group_id in STAYS[person(member)][0]
    ]
    await conn.executemany("insert into clan_counted values ($1, $2, $3, $4)", counted)


async def _add_weapons(conn: Connection) -> None:
    await conn.executemany(
        """insert into weapon (hash, name, type, slot, damage, tier, icon, position, family)
        values ($1, $2, $3, $4, $5, $6, '/icon.png', 0, $7)""",
        [(key, *told) for key, told in WEAPONS.items()],
    )


async def _add_matches(conn: Connection, world: World) -> None:
    matches = {one.instance_id: one for one in world.played}
    await conn.executemany(
        """insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at,
          stored_at, fetched_at, duration_seconds, teams)
        values ($1, $2, $2, 5, '{5}', $3, 'done', 'live', $2, $2, $2, 600,
          case when $4 then '[{"team": 17}]'::jsonb else '[]'::jsonb end)""",
        [(one.instance_id, one.period, one.bits, one.teams) for one in matches.values()],
    )
    await conn.executemany(
        """insert into match_player (instance_id, membership_id, membership_type, name, character_id, class, kills,
          deaths, assists, completed, standing, completion_reason, seconds, weapon_kills, precision_kills,
          grenade_kills, melee_kills, super_kills, tracked, period, mode_bits)
        values ($1, $2, 3, 'Someone', $2, 'titan', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, true, $15,
          $16)""",
        [
            (
                one.instance_id,
                one.membership_id,
                one.kills,
                one.deaths,
                one.assists,
                one.completed,
                one.standing,
                one.reason,
                one.seconds,
                one.weapon_kills,
                one.precision_kills,
                one.grenade,
                one.melee,
                one.super,
                one.period,
                one.bits,
            )
            for one in world.played
        ],
    )
    await conn.executemany(
        "insert into weapon_kill values ($1, $2, $3, $4, $5, $6, $7, $8)",
        [
            (k.instance_id, k.membership_id, k.weapon_hash, k.period, k.bits, k.guardian, k.kills, k.precision_kills)
            for k in world.kills
        ],
    )


def in_mode(bits: int, mode: Mode) -> bool:
    return bool(bits & mode.bit)
