"""What was asked of weapons, looked up and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clan import Clan
from bot.domain.status import BungieStatus
from bot.domain.weapon import Weapon, WeaponDetail, WeaponFilter, WeaponRow, WeaponSort, WeaponSpan, WeaponTable
from bot.presenters import spans
from bot.presenters.weapon_figures import WeaponStory, shares
from bot.presenters.weapon_sheet_words import SheetStory
from cogs.people import Whose, find_whose
from cogs.weapon_names import find_season, find_type, find_weapon
from cogs.weapons_asked import SpanAsked, WeaponsAsked
from db.pool import Connection
from db.queries.bungie import select_bungie_status
from db.queries.people import select_member_name
from db.queries.weapon import select_weapon_types
from db.queries.weapon_detail import select_weapon_detail
from db.queries.weapons import select_weapon_table


@dataclass(frozen=True, slots=True)
class Typed(Whose):
    """What is still to be looked up; "" where nothing was said.

    `weapon` is None where all of them are asked for; "" is the one that is used most.
    """

    type: str = ""
    weapon: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What was asked, with every name looked up. `member`: the name of the one person who is asked about."""

    asked: WeaponsAsked
    clan: Clan
    filter: WeaponFilter
    member: str | None
    bungie: BungieStatus


async def look_up(
    conn: Connection, asked: WeaponsAsked, typed: Typed, configured: Sequence[int], now: datetime
) -> Look:
    """Raises UnknownThing for a clan, member, type or season that is not here."""
    clan, member = await find_whose(conn, typed, asked.group_id, configured, now)
    asked = replace(asked, group_id=clan.group_id, membership_id=member or asked.membership_id)
    kind = await _type(conn, typed.type or asked.type_code)
    named = asked.membership_id
    return Look(
        asked=asked.of_type(kind),
        clan=clan,
        filter=_filter(asked, await _span(conn, asked.span, now), kind),
        member=await select_member_name(conn, named) or str(named) if named is not None else None,
        bungie=await select_bungie_status(conn, now),
    )


async def _type(conn: Connection, words: str) -> str | None:
    return find_type(await select_weapon_types(conn), words) if words else None


async def _span(conn: Connection, asked: SpanAsked, now: datetime) -> WeaponSpan:
    if asked.season is not None:
        return spans.span_of(now, season=await find_season(conn, asked.season))
    return spans.span_of(now, days=asked.days, since=asked.since, until=asked.until)


def _filter(asked: WeaponsAsked, span: WeaponSpan, kind: str | None) -> WeaponFilter:
    """For one person all weapons have one member, so that this orders nothing: kills do."""
    alone = asked.membership_id is not None and asked.sort is WeaponSort.PLAYERS
    return WeaponFilter(
        group_id=asked.group_id,
        span=span,
        mode=asked.mode,
        membership_id=asked.membership_id,
        merge=True,
        type=kind,
        slot=asked.slot,
        damage=asked.damage,
        sort=WeaponSort.KILLS if alone else asked.sort,
    )


async def read_story(conn: Connection, look: Look, now: datetime) -> WeaponStory:
    """The table, with that of the span before, unless histories still grow: then a comparison would mislead."""
    table = await select_weapon_table(conn, look.filter, now)
    earlier = spans.before(look.filter.span, now)
    before: WeaponTable | None = None
    if earlier is not None and not table.coverage.growing and look.filter.sort is WeaponSort.KILLS:
        found = await select_weapon_table(conn, replace(look.filter, span=earlier), now)
        before = None if found.coverage.growing else found
    return WeaponStory(look.filter, table, look.member, before, earlier.label if earlier else "")


async def find_asked_weapon(conn: Connection, look: Look, typed: Typed) -> Weapon:
    """Raises UnknownThing for a weapon that nobody here has a kill with."""
    wanted = look.asked.weapon_hash
    return await find_weapon(conn, str(wanted) if wanted is not None else typed.weapon or "", look.asked.group_id)


async def read_sheet(conn: Connection, look: Look, weapon: Weapon, now: datetime) -> SheetStory:
    """One weapon, with its place among all that were used there."""
    detail = await select_weapon_detail(conn, look.filter, weapon.weapon_hash, now)
    table = await select_weapon_table(conn, look.filter, now)
    if detail is None:
        return SheetStory(look.filter, _unused(weapon, table), member=look.member)
    shown = detail.row.weapon.weapon_hash
    places = {row.weapon.weapon_hash: place for place, row in enumerate(table.rows, 1)}
    return SheetStory(look.filter, detail, places.get(shown), len(table.rows), shares(table).get(shown), look.member)


def _unused(weapon: Weapon, table: WeaponTable) -> WeaponDetail:
    return WeaponDetail(WeaponRow(weapon, 0, 0, 0, 0), (), (), (), table.coverage, table.version)
