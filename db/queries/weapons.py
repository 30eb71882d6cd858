"""The table of weapons: parts added up, narrowed, sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from asyncpg import Record

from bot.domain.weapon import Weapon, WeaponFilter, WeaponRow, WeaponSort, WeaponTable, WeaponVersion
from db.pool import Connection, one_moment
from db.queries.counted import Counted, apart, select_counted
from db.queries.coverage import select_coverage
from db.queries.digest import digest
from db.queries.pieces import cut
from db.queries.totals import select_totals
from db.queries.weapon import weapon_told
from db.queries.weapon_parts import select_clan_families, select_clan_part, select_people_part, select_people_sums

Part = tuple[int, Sequence[Record]]
"""Rows by weapon, and how often they count: below 0 they are taken off."""


async def select_weapon_table(conn: Connection, asked: WeaponFilter, now: datetime) -> WeaponTable:
    """Every weapon with kills in what is asked, by contract.md sections 4 and 5. `now` is the moment of the answer."""
    pieces = cut(asked.span)
    async with one_moment(conn):
        counted = await select_counted(conn, asked)
        rows = add_up(await read_parts(conn, asked, counted), asked)
        totals = await select_totals(conn, counted.ids, asked.mode, pieces)
        coverage = await select_coverage(conn, asked.group_id, asked.membership_id, asked.span.since)
    return WeaponTable(rows, totals, coverage, digest(rows, totals, coverage))


async def read_parts(conn: Connection, asked: WeaponFilter, counted: Counted) -> list[Part]:
    """What the rows are added from: the clans' sums, people beside them, and off again who is in several."""
    read_clan, pieces = select_clan_families if asked.merge else select_clan_part, cut(asked.span)
    parts: list[Part] = [(1, await read_clan(conn, group_id, asked.mode, pieces)) for group_id in counted.group_ids]
    for times, people in ((1, counted.beside), *((-more, people) for more, people in counted.again.items())):
        parts += [(times, rows) for rows in await read_people(conn, asked, people)]
    return parts


async def read_people(conn: Connection, asked: WeaponFilter, people: Mapping[int, int]) -> list[Sequence[Record]]:
    """Of all time from their own sums where these are exact, else from single matches."""
    summed, rest = apart(people) if cut(asked.span).total else ({}, people)
    parts: list[Sequence[Record]] = []
    if summed:
        parts.append(await select_people_sums(conn, summed, asked.mode, merge=asked.merge))
    if rest:
        parts.append(await select_people_part(conn, rest, asked.mode, asked.span, merge=asked.merge))
    return parts


def add_up(parts: Iterable[Part], asked: WeaponFilter) -> tuple[WeaponRow, ...]:
    """The rows that the filter's type, slot, damage and tier leave, in its order."""
    wanted = narrowed(asked)
    found: dict[int, WeaponRow] = {}
    for times, records in parts:
        for record in records:
            row = _row(times, record)
            if wanted(row.weapon):
                known = found.get(row.weapon.weapon_hash)
                found[row.weapon.weapon_hash] = _together(known, row) if known else row
    return tuple(sorted((row for row in found.values() if row.kills > 0), key=_ORDER[asked.sort]))


def _row(times: int, record: Record) -> WeaponRow:
    key, kills, precision_kills, matches, players, hashes, version_kills, *told = record
    versions = _versions(times, hashes, version_kills) if hashes else ()
    weapon = weapon_told(key, tuple(told))
    return WeaponRow(weapon, times * kills, times * precision_kills, times * matches, times * players, versions)


def _versions(times: int, hashes: Sequence[int], kills: Sequence[int]) -> tuple[WeaponVersion, ...]:
    return tuple([WeaponVersion(key, times * made) for key, made in zip(hashes, kills, strict=True)])


def _together(one: WeaponRow, other: WeaponRow) -> WeaponRow:
    versions: dict[int, int] = {}
    for version in (*one.versions, *other.versions):
        versions[version.weapon_hash] = versions.get(version.weapon_hash, 0) + version.kills
    most = sorted((-kills, weapon_hash) for weapon_hash, kills in versions.items() if kills > 0)
    return WeaponRow(
        one.weapon,
        one.kills + other.kills,
        one.precision_kills + other.precision_kills,
        one.matches + other.matches,
        one.players + other.players,
        tuple(WeaponVersion(weapon_hash, -kills) for kills, weapon_hash in most),
    )


def narrowed(asked: WeaponFilter) -> Callable[[Weapon], bool]:
    """Whether a weapon is of the type, slot, damage and tier asked for; of joined reissues the newest decides."""
    if not (asked.type or asked.slot or asked.damage or asked.tier):
        return lambda weapon: True
    wanted = folded(asked.type) if asked.type else None

    def fits(weapon: Weapon) -> bool:
        return (
            (wanted is None or folded(weapon.type) == wanted)
            and (asked.slot is None or weapon.slot is asked.slot)
            and (asked.damage is None or weapon.damage is asked.damage)
            and (asked.tier is None or weapon.tier is asked.tier)
        )

    return fits


@lru_cache(512)
def folded(kind: str) -> str:
    """A weapon type in one spelling: any case, space or underscore."""
    return " ".join(kind.replace("_", " ").casefold().split())


_ORDER: dict[WeaponSort, Callable[[WeaponRow], tuple[int, int]]] = {
    WeaponSort.KILLS: lambda row: (-row.kills, row.weapon.weapon_hash),
    WeaponSort.PRECISION: lambda row: (-row.precision_kills, row.weapon.weapon_hash),
    WeaponSort.MATCHES: lambda row: (-row.matches, row.weapon.weapon_hash),
    WeaponSort.PLAYERS: lambda row: (-row.players, row.weapon.weapon_hash),
}
