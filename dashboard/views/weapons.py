"""What do we shoot with, what moves? The table of weapons as a page and as a file, a clan's or one member's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from quart import Blueprint, Response, request

from bot.domain.weapon import Season, WeaponTable
from bot.presenters import spans
from bot.presenters.text import number, plural
from bot.presenters.weapon_figures import WeaponStory, kills_in
from bot.presenters.weapon_words import scope
from dashboard import asking, links, weapons_query
from dashboard.api import weapon_shapes as shapes
from dashboard.people import frame_of, identify
from dashboard.render import csv_file, page
from dashboard.sheet import sheet
from dashboard.show import stacks
from dashboard.show import weapon_filters as filters
from dashboard.show import weapons as shown
from dashboard.show.clans import title
from dashboard.show.names import name_parts
from dashboard.show.stale import matches_banner
from dashboard.site import now, reading
from dashboard.sums import SUM_PARAMETERS
from dashboard.weaponry import Weapons, read_before, read_own_weapons, read_weapons
from dashboard.weapons_query import WeaponQuery
from db.pool import Connection
from db.queries.people import select_insiders, select_member_name
from db.queries.season import select_seasons
from db.queries.weapon import select_weapon_types

weapons = Blueprint("weapons", __name__)

_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the rows: the answer for the span before, and what the filter bar offers.

    `people` are those who may be chosen; `member` is the name of the one who is.
    """

    before: WeaponTable | None
    people: list[tuple[int, str]]
    types: tuple[str, ...]
    seasons: tuple[Season, ...]
    member: str | None


@weapons.get("/clans/<group>/weapons")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *weapons_query.PARAMETERS)
    query = _read(asked)
    async with reading() as conn:
        found = await read_weapons(conn, group_id, query, now())
        around = await _around(conn, found)
    values = {"tab": "weapons", "who": _who(found), "person": None}
    return page("weapons.html", found.frame, {**values, **_values(request.path, asked, query, found, around)})


@weapons.get("/members/<path:who>/weapons")
async def of_member(who: str) -> Response:
    asked = asking.given(request.args, *weapons_query.MEMBER_PARAMETERS)
    query = _read(asked)
    moment = now()
    async with reading() as conn:
        member = await identify(conn, who)
        frame = await frame_of(conn, member, moment)
        found = await read_own_weapons(conn, frame, member.membership_id, query, moment)
        around = await _around(conn, found)
    values = {"tab": "", "who": name_parts(member.name).bare, "person": links.member(member.membership_id)}
    path = f"{values['person']}/weapons"
    return page("weapons.html", found.frame, {**values, **_values(path, asked, query, found, around)})


def _read(asked: Mapping[str, str]) -> WeaponQuery:
    return weapons_query.read(asked, days=filters.USUAL_DAYS, merge=True, limit=_ON_A_PAGE)


async def _around(conn: Connection, found: Weapons) -> Around:
    clans, person = {clan.group_id for clan in found.clans}, found.asked.membership_id
    people = {each.membership_id: each.name for each in await select_insiders(conn) if each.group_id in clans}
    return Around(
        before=await read_before(conn, found, found.frame.now),
        people=list(people.items()),
        types=await select_weapon_types(conn),
        seasons=await select_seasons(conn),
        member=await select_member_name(conn, person) if person else None,
    )


def _who(found: Weapons) -> str:
    return title(found.clans[0]) if len(found.clans) == 1 else "all clans"


def _values(
    path: str, asked: Mapping[str, str], query: WeaponQuery, found: Weapons, around: Around
) -> dict[str, object]:
    story = WeaponStory(found.asked, found.table, around.member, around.before)
    part, coverage = weapons_query.part(found.table.rows, query), found.table.coverage
    earlier = spans.before(found.asked.span, found.frame.now)
    return {
        "take": shown.sentence(story, earlier.label if earlier else ""),
        "banners": [each for each in (matches_banner(found.frame, coverage), shown.rising(coverage)) if each],
        **_filters(path, asked, query, found, around),
        **_stacks(found.table),
        "caption": scope(story),
        "heads": shown.heads(path, asked, query.sort, compared=around.before is not None),
        "compared": around.before is not None,
        "rows": shown.rows(story, part.rows, part.start, f"{found.frame.base}/weapons", asked),
        "more": links.link(path, asked, cursor=part.next_cursor) if part.next_cursor else None,
        "csv": links.link(f"{path}.csv", _spelled(asked), limit=None) if not path.startswith("/members") else None,
        "footing": shown.footing(coverage),
        "played": links.link(f"{path.rpartition('/')[0]}/stats", {n: asked[n] for n in SUM_PARAMETERS if n in asked}),
        "unread": coverage.as_of is None and not coverage.stored,
    }


def _filters(
    path: str, asked: Mapping[str, str], query: WeaponQuery, found: Weapons, around: Around
) -> dict[str, object]:
    query = replace(query, type=found.asked.type or "")
    menus = filters.kind_menus(path, asked, query, around.types)
    if found.clans:
        member = filters.member_menu(path, asked, around.people, found.asked.membership_id, around.member or "")
        menus.append(member)
    return {
        "list": path,
        "form": {name: asked[name] for name in asked if name not in (*weapons_query.RANGE_PARAMETERS, "cursor")},
        "mode": filters.mode_menu(path, asked, query.mode),
        "segments": filters.segments(path, asked, query.range.days),
        "seasons": filters.season_menu(path, asked, around.seasons, query.range.season),
        "range": query.range,
        "today": found.frame.now.date().isoformat(),
        "menus": menus,
        "clear": path if set(asked) - {"cursor", "limit", "sort"} else None,
    }


def _stacks(table: WeaponTable) -> dict[str, object]:
    totals = table.totals
    return {
        "source": stacks.source_stack(totals),
        "source_words": f"{plural(totals.kills, 'kill')} in {plural(totals.matches, 'match', 'matches')} played",
        "damage": stacks.damage_stack(table.rows),
        "damage_words": f"{number(kills_in(table))} weapon kills by damage",
    }


def _spelled(asked: Mapping[str, str]) -> dict[str, str]:
    """What the page takes for granted and the file does not."""
    usual = {} if set(asked) & set(weapons_query.RANGE_PARAMETERS) else {"days": str(filters.USUAL_DAYS)}
    return {"merge": "1", **usual, **asked}


@weapons.get("/clans/<group>/weapons.csv")
async def as_csv(group: str) -> Response:
    """Every row that fits, however many; `limit` and `cursor` cut it as they do in the API."""
    group_id, asked = asking.group_id(group), asking.given(request.args, *weapons_query.PARAMETERS)
    query = weapons_query.read(asked)
    async with reading() as conn:
        found = await read_weapons(conn, group_id, query, now())
    rows = found.table.rows
    if "limit" in asked or "cursor" in asked:
        rows = weapons_query.part(rows, query).rows
    columns = (*shapes.WEAPON_COLUMNS, "versions") if query.merge else shapes.WEAPON_COLUMNS
    body = sheet(columns, (shapes.weapon(row, merge=query.merge) for row in rows))
    return csv_file(body, links.file_name(_who(found), "weapons"))
