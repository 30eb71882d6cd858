"""Weapons and matches read, as they were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clan import Clan
from bot.domain.weapon import Coverage, Weapon, WeaponDetail, WeaponFilter, WeaponSpan, WeaponTable
from bot.errors import BadParameter, UnknownThing
from bot.presenters import spans
from dashboard.frame import Frame, clan_among, read_frame, readable
from dashboard.happenings import member_id
from dashboard.rosters import readable_or_why
from dashboard.weapons_query import Range, WeaponQuery, type_among
from db.pool import Connection
from db.queries.coverage import select_coverage
from db.queries.season import select_season, select_seasons
from db.queries.weapon import select_weapon, select_weapon_types
from db.queries.weapon_detail import select_weapon_detail
from db.queries.weapons import select_weapon_table


@dataclass(frozen=True, slots=True)
class Weapons:
    """A table of weapons in its frame. `clans`: whose members are counted; () for a person wherever they are."""

    frame: Frame
    clans: tuple[Clan, ...]
    asked: WeaponFilter
    table: WeaponTable


@dataclass(frozen=True, slots=True)
class OneWeapon:
    """One weapon; `detail` None where it has no kill in what was asked."""

    frame: Frame
    clans: tuple[Clan, ...]
    asked: WeaponFilter
    weapon: Weapon
    detail: WeaponDetail | None
    coverage: Coverage


async def read_scope(conn: Connection, group_id: int | None, now: datetime) -> tuple[Frame, tuple[Clan, ...]]:
    """The frame of a page about one clan, or all of them, and those clans. Raises UnknownThing."""
    frame = await read_frame(conn, now, group_id)
    if group_id is None:
        return frame, readable(frame.clans)
    return frame, (clan_among(readable_or_why(frame), group_id),)


async def span_of(conn: Connection, asked: Range, now: datetime) -> WeaponSpan:
    """The span in times and words. Raises BadParameter for a season that the manifest does not know."""
    if asked.season is None:
        return spans.span_of(now, days=asked.days, since=asked.since, until=asked.until)
    season = await select_season(conn, asked.season)
    if season is None:
        known = await select_seasons(conn)
        words = f"seasons {known[0].number} to {known[-1].number} are" if known else "no season is, so far"
        raise BadParameter(f"season={asked.season} is not known: {words}.")
    return spans.span_of(now, season=season)


async def filter_of(
    conn: Connection, group_id: int | None, query: WeaponQuery, now: datetime, person: int | None = None
) -> WeaponFilter:
    """What was asked, with names looked up. Raises BadParameter and UnknownThing."""
    return WeaponFilter(
        group_id=group_id,
        span=await span_of(conn, query.range, now),
        mode=query.mode,
        membership_id=await member_id(conn, query.member) if query.member else person,
        former=query.former,
        merge=query.merge,
        type=type_among(query.type, await select_weapon_types(conn)) if query.type else None,
        slot=query.slot,
        damage=query.damage,
        tier=query.tier,
        sort=query.sort,
    )


async def read_weapons(conn: Connection, group_id: int | None, query: WeaponQuery, now: datetime) -> Weapons:
    """`group_id` None: every tracked clan. Raises BadParameter and UnknownThing."""
    frame, clans = await read_scope(conn, group_id, now)
    asked = await filter_of(conn, group_id, query, now)
    return Weapons(frame, clans, asked, await select_weapon_table(conn, asked, now))


async def read_own_weapons(conn: Connection, frame: Frame, person: int, query: WeaponQuery, now: datetime) -> Weapons:
    """One person's, in whatever clan they are or were. Raises BadParameter."""
    asked = await filter_of(conn, None, query, now, person)
    return Weapons(frame, (), asked, await select_weapon_table(conn, asked, now))


async def read_before(conn: Connection, found: Weapons, now: datetime) -> WeaponTable | None:
    """The same for the equally long span right before; None for all time, and while figures still rise."""
    earlier = spans.before(found.asked.span, now)
    if earlier is None or found.table.coverage.growing:
        return None
    table = await select_weapon_table(conn, replace(found.asked, span=earlier), now)
    return None if table.coverage.growing else table


async def read_weapon(
    conn: Connection, group_id: int | None, weapon_hash: int, query: WeaponQuery, now: datetime
) -> OneWeapon:
    """Raises UnknownThing for a hash that is no weapon and that nobody has a kill with."""
    frame, clans = await read_scope(conn, group_id, now)
    asked = await filter_of(conn, group_id, query, now)
    detail = await select_weapon_detail(conn, asked, weapon_hash, now)
    weapon = detail.row.weapon if detail else await select_weapon(conn, weapon_hash)
    if weapon is None:
        raise UnknownThing(f"No weapon has the hash {weapon_hash}: /weapons lists those with kills.")
    coverage = (
        detail.coverage if detail else await select_coverage(conn, group_id, asked.membership_id, asked.span.since)
    )
    return OneWeapon(frame, clans, asked, weapon, detail, coverage)
