"""One weapon in a clan: who is best with it, on which days, with which class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from asyncpg import Record

from bot.domain.match import GuardianClass
from bot.domain.weapon import (
    ClassKills,
    DayKills,
    Weapon,
    WeaponDetail,
    WeaponFilter,
    WeaponPlayer,
    WeaponRow,
    WeaponVersion,
)
from db.pool import Connection, one_moment
from db.queries.counted import select_counted
from db.queries.coverage import select_coverage
from db.queries.digest import digest
from db.queries.weapon import select_weapon

_PLAYER, _DAY, _CLASS, _VERSION = 0b0111, 0b1011, 0b1101, 0b1110  # what grouping() says of each kind of row


async def select_weapon_detail(
    conn: Connection, asked: WeaponFilter, weapon_hash: int, now: datetime
) -> WeaponDetail | None:
    """The weapon of that hash, or with `merge` its whole family under the newest; None where it has no kill.

    The filter's type, slot, damage, tier and sort say nothing here. `now` is the moment of the answer.
    """
    async with one_moment(conn):
        hashes = await select_family(conn, weapon_hash) if asked.merge else (weapon_hash,)
        counted = await select_counted(conn, asked)
        rows = await select_kills(conn, counted.people, hashes, asked)
        weapon = await select_weapon(conn, hashes[0])
        coverage = await select_coverage(conn, asked.group_id, asked.membership_id)
    row = row_of(rows, weapon, merge=asked.merge) if weapon else None
    if row is None or row.kills == 0:
        return None
    detail = WeaponDetail(row, players_of(rows), days_of(rows), classes_of(rows), coverage, "")
    return replace(detail, version=digest([row], detail))


async def select_family(conn: Connection, weapon_hash: int) -> tuple[int, ...]:
    """The hashes that share name and type, the newest first; the hash itself where nothing is known of it."""
    rows = await conn.fetch(
        """
        select o.hash from weapon w join weapon o on o.family = w.family
        where w.hash = $1 order by o.hash = o.family desc, o.hash
        """,
        weapon_hash,
    )
    return tuple(row["hash"] for row in rows) or (weapon_hash,)


async def select_kills(
    conn: Connection, people: Mapping[int, int], hashes: Sequence[int], asked: WeaponFilter
) -> list[Record]:
    """By person, by day, by class and by hash, told apart by `kind`. A match counts once for each person."""
    return await conn.fetch(
        """
        with fact as materialized (
          select p.person_id, k.instance_id, k.weapon_hash, (k.period at time zone 'UTC')::date as day, k.class,
                 k.kills, k.precision_kills
          from unnest($1::bigint[], $2::bigint[]) as p (membership_id, person_id)
          join weapon_kill k on k.weapon_hash = any ($3::bigint[]) and k.membership_id = p.membership_id
            and k.period >= coalesce($5::timestamptz, '-infinity') and k.period < coalesce($6::timestamptz, 'infinity')
          where k.mode_bits & (1 << $4::int) <> 0
        ), again as (
          select person_id, sum(more) as more from (
            select person_id, count(*) - 1 as more from fact
            where cardinality($3) > 1 or cardinality($1) > 1
            group by person_id, instance_id having count(*) > 1
          ) twice group by person_id
        )
        select s.*, (s.used - coalesce(a.more, 0))::int as matches, m.name
        from (
          select grouping(person_id, day, class, weapon_hash) as kind, person_id, day, class, weapon_hash,
                 sum(kills)::bigint as kills, sum(precision_kills)::bigint as precision_kills, count(*) as used
          from fact group by grouping sets (person_id, day, class, weapon_hash)
        ) s
        left join again a on a.person_id = s.person_id
        left join member m on m.membership_id = s.person_id
        """,
        list(people),
        list(people.values()),
        list(hashes),
        asked.mode.number,
        asked.span.since,
        asked.span.until,
    )


def row_of(rows: Sequence[Record], weapon: Weapon, *, merge: bool) -> WeaponRow:
    players = players_of(rows)
    versions = sorted((-row["kills"], row["weapon_hash"]) for row in rows if row["kind"] == _VERSION)
    return WeaponRow(
        weapon=weapon,
        kills=sum(player.kills for player in players),
        precision_kills=sum(player.precision_kills for player in players),
        matches=sum(player.matches for player in players),
        players=len(players),
        versions=tuple(WeaponVersion(key, -kills) for kills, key in versions) if merge else (),
    )


def players_of(rows: Sequence[Record]) -> tuple[WeaponPlayer, ...]:
    found = [
        WeaponPlayer(row["person_id"], row["name"], row["kills"], row["precision_kills"], row["matches"])
        for row in rows
        if row["kind"] == _PLAYER
    ]
    return tuple(sorted(found, key=lambda player: (-player.kills, player.membership_id)))


def days_of(rows: Sequence[Record]) -> tuple[DayKills, ...]:
    found = [DayKills(row["day"], row["kills"]) for row in rows if row["kind"] == _DAY]
    return tuple(sorted(found, key=lambda one: one.day))


def classes_of(rows: Sequence[Record]) -> tuple[ClassKills, ...]:
    found = [
        ClassKills(GuardianClass(row["class"]) if row["class"] else None, row["kills"])
        for row in rows
        if row["kind"] == _CLASS
    ]
    return tuple(sorted(found, key=lambda one: (-one.kills, one.guardian or "")))
