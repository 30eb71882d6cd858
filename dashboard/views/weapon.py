"""Who carries it, is it rising? One weapon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from quart import Blueprint, Response, request

from bot.domain.mode import Mode
from bot.domain.weapon import Season, WeaponFilter, WeaponTable
from bot.presenters.weapon_sheet_words import SheetStory, sheet_scope
from bot.presenters.weapon_words import place
from dashboard import asking, links, weapons_query
from dashboard.render import page
from dashboard.show import weapon as shown
from dashboard.show import weapon_filters as filters
from dashboard.show.clans import title
from dashboard.show.glyphs import glyph, kind
from dashboard.show.stale import matches_banner
from dashboard.show.weapons import rising, versions
from dashboard.site import now, reading
from dashboard.weaponry import OneWeapon, read_weapon
from dashboard.weapons_query import WeaponQuery
from db.pool import Connection
from db.queries.counted import select_counted
from db.queries.people import select_insiders, select_member_name
from db.queries.season import select_seasons
from db.queries.weapon import select_family
from db.queries.weapon_page import select_signatures, select_weapon_modes
from db.queries.weapons import select_weapon_table

weapon = Blueprint("weapon", __name__)

_LONGEST = timedelta(days=92)
"""For whom a weapon leads is told of spans up to this: it takes every kill of theirs."""
_AMONG = 12


@dataclass(frozen=True, slots=True)
class Around:
    """The table that it is one row of, its modes, for whom it leads, and what the filter bar offers."""

    table: WeaponTable
    modes: Mapping[Mode, int]
    signatures: frozenset[int]
    people: list[tuple[int, str]]
    seasons: tuple[Season, ...]
    member: str | None


@weapon.get("/clans/<group>/weapons/<weapon>")
async def index(group: str, weapon: str) -> Response:
    group_id, weapon_hash = asking.group_id(group), asking.weapon_hash(weapon)
    asked = asking.given(request.args, *weapons_query.DETAIL_PARAMETERS)
    query = weapons_query.read(asked, days=filters.USUAL_DAYS, merge=True)
    async with reading() as conn:
        found = await read_weapon(conn, group_id, weapon_hash, query, now())
        around = await _around(conn, found)
    return page("weapon.html", found.frame, _values(request.path, asked, query, found, around))


async def _around(conn: Connection, found: OneWeapon) -> Around:
    asked, key, person = found.asked, found.weapon.weapon_hash, found.asked.membership_id
    hashes = await select_family(conn, key) if asked.merge else (key,)
    counted = await select_counted(conn, asked)
    clans = {clan.group_id for clan in found.clans}
    people = {each.membership_id: each.name for each in await select_insiders(conn) if each.group_id in clans}
    return Around(
        table=await select_weapon_table(conn, asked, now()),
        modes=await select_weapon_modes(conn, counted, hashes, asked.span),
        signatures=await _signatures(conn, found, asked, counted.people),
        people=list(people.items()),
        seasons=await select_seasons(conn),
        member=await select_member_name(conn, person) if person else None,
    )


async def _signatures(
    conn: Connection, found: OneWeapon, asked: WeaponFilter, people: Mapping[int, int]
) -> frozenset[int]:
    """Of its first players."""
    since, until = asked.span.since, asked.span.until or now()
    if found.detail is None or since is None or until - since > _LONGEST:
        return frozenset()
    first = {each.membership_id for each in found.detail.players[:_AMONG]}
    some = {key: person for key, person in people.items() if person in first}
    return await select_signatures(conn, some, asked.mode, asked.span, found.weapon.weapon_hash)


def _values(
    path: str, asked: Mapping[str, str], query: WeaponQuery, found: OneWeapon, around: Around
) -> dict[str, object]:
    banners = [matches_banner(found.frame, found.coverage), rising(found.coverage)]
    return {
        "tab": "weapons",
        "who": title(found.clans[0]) if len(found.clans) == 1 else "all clans",
        "name": found.weapon.name,
        "glyph": glyph(found.weapon),
        "kind": kind(found.weapon),
        "slotted": found.weapon.slot is not None,
        "tier": found.weapon.tier.value.capitalize() if found.weapon.tier else "",
        "back": links.link(path.rpartition("/")[0], asked),
        "banners": [each for each in banners if each],
        **_filters(path, asked, query, found, around),
        **_figures(path, asked, found, around),
    }


def _filters(
    path: str, asked: Mapping[str, str], query: WeaponQuery, found: OneWeapon, around: Around
) -> dict[str, object]:
    member = filters.member_menu(path, asked, around.people, found.asked.membership_id, around.member or "")
    return {
        "list": path,
        "form": {name: asked[name] for name in asked if name not in weapons_query.RANGE_PARAMETERS},
        "mode": filters.mode_menu(path, asked, query.mode),
        "segments": filters.segments(path, asked, query.range.days),
        "seasons": filters.season_menu(path, asked, around.seasons, query.range.season),
        "range": query.range,
        "today": found.frame.now.date().isoformat(),
        "menus": [member],
        "clear": path if asked else None,
    }


def _figures(path: str, asked: Mapping[str, str], found: OneWeapon, around: Around) -> dict[str, object]:
    if found.detail is None:
        where = f" in {place(found.asked.mode)}" if place(found.asked.mode) else ""
        return {"used": False, "take": (f"Nobody has a kill with it{where}", f", {found.asked.span.label}.")}
    return _used(path, asked, found, around, found.frame.now)


def _used(path: str, asked: Mapping[str, str], found: OneWeapon, around: Around, at: datetime) -> dict[str, object]:
    detail = found.detail
    assert detail is not None
    standing = shown.standing(around.table, detail.row.weapon.weapon_hash)
    story = SheetStory(found.asked, detail, standing.rank or None, standing.of, standing.share, around.member)
    modes = [
        (mode.label, kills, links.link(path, asked, mode=mode)) for mode, kills in around.modes.items() if mode.number
    ]
    return {
        "used": True,
        "take": shown.takeaway(story),
        "scope": sheet_scope(story),
        "tiles": shown.tiles(detail, standing),
        "columns": shown.columns(story, at),
        "players": shown.players(detail, around.signatures),
        "classes": shown.classes(detail),
        "modes": shown.slices(modes, around.modes.get(Mode.ALL, 0)),
        "versions": versions(detail.row),
    }
