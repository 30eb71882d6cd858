"""Who is here, who is fading: the roster as a page and as a file."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request

from bot.domain.role import Role
from bot.domain.roster import SealColumn
from bot.domain.weapon import WeaponHit
from bot.presenters.roster_view import by_presence
from dashboard import asking, links, roster_query
from dashboard.api import shapes
from dashboard.render import csv_file, page
from dashboard.roster_query import RosterQuery
from dashboard.rosters import Roster, read_roster
from dashboard.sheet import sheet
from dashboard.show import roster as shown
from dashboard.show.clans import title
from dashboard.show.names import ROLE_WORDS
from dashboard.show.seals import columns_of, order_in_words
from dashboard.show.stale import banner
from dashboard.show.times import day, full
from dashboard.site import now, reading
from db.pool import Connection
from db.queries.exotics import search_exotics
from db.queries.manifest import select_seals
from db.queries.seals import search_seals
from db.queries.weapon import search_weapons

roster = Blueprint("roster", __name__)

_HITS = 8
_LONGEST = 100
Hit = tuple[str, str, str]
"""What goes by the name that was searched for: name, a word on it, address."""


@roster.get("/clans/<group>/roster")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *roster_query.PARAMETERS)
    query = roster_query.read(asked, now())
    async with reading() as conn:
        read = await read_roster(conn, group_id, now(), query.at)
        seals = await select_seals(conn)
        found = await _named(conn, f"/clans/{group}", group_id, query.q)
    values = _values(f"/clans/{group}/roster", asked, query, read, seals)
    return page("roster.html", read.frame, {**values, "found": found})


async def _named(conn: Connection, base: str, group_id: int | None, words: str) -> dict[str, list[Hit]]:
    """Weapons, exotics and seals that may be meant, too, by heading."""
    if not words or "\0" in words:
        return {}
    text = words[:_LONGEST]
    weapons = await search_weapons(conn, text, group_id=group_id, limit=_HITS)
    exotics, seals = await search_exotics(conn, text, _HITS), await search_seals(conn, text, _HITS)
    found = {
        "Weapons": [_weapon(base, hit) for hit in weapons],
        "Exotics": [(row.name, "", f"{base}/exotics/{row.collectible_hash}") for row in exotics],
        "Seals": [(row.title, "legacy" if row.legacy else "", f"{base}/seals/{row.record_hash}") for row in seals],
    }
    return {heading: hits for heading, hits in found.items() if hits}


def _weapon(base: str, hit: WeaponHit) -> Hit:
    weapon = hit.weapon
    return weapon.name, weapon.type, f"{base}/weapons/{weapon.weapon_hash}?mode=all&days=0"


def _values(
    path: str, asked: Mapping[str, str], query: RosterQuery, read: Roster, seals: tuple[SealColumn, ...]
) -> dict[str, object]:
    at = query.at or read.frame.now
    found = roster_query.ordered(roster_query.matching(read.members, query, at), query, by_presence)
    part, counts = roster_query.part(found, query), roster_query.counts(read.members, at)
    columns = columns_of(seals, read.members)
    return {
        "tab": "roster",
        "who": title(read.clans[0]) if len(read.clans) == 1 else "all clans",
        "past": full(query.at) if query.at else None,
        "past_day": day(query.at, read.frame.now) if query.at else None,
        "past_value": f"{query.at or read.frame.now:%Y-%m-%dT%H:%M}",
        "now_value": f"{read.frame.now:%Y-%m-%dT%H:%M}",
        "now_href": links.link(path, asked, at=None),
        "take": shown.past_takeaway(read.members) if query.at else shown.takeaway(read.members, counts, at),
        "banner": None if query.at else banner(read.frame, read.as_of),
        "rows": [shown.row(member, columns, at) for member in part.rows],
        "total": len(read.members),
        "unread": read.as_of is None,
        "segments": shown.segments(path, asked, query, counts),
        "more": links.link(path, asked, cursor=part.next_cursor) if part.next_cursor else None,
        "seal_order": order_in_words(columns),
        "live": None if query.at else f"/api/v1/clans/{read.frame.group if len(read.clans) == 1 else 'all'}/roster",
        **_choices(path, asked, query),
    }


def _choices(path: str, asked: Mapping[str, str], query: RosterQuery) -> dict[str, object]:
    """What is asked for, and what could be instead."""
    return {
        "query": query,
        "list": path,
        "asked": asked,
        "heads": shown.heads(path, asked, query),
        "sorts": shown.sorts(path, asked, query),
        "sort_word": shown.SORT_WORDS[query.sort] if query.sort else "Who is on",
        "roles": _roles(path, asked, query),
        "role_word": ROLE_WORDS[query.role] if query.role else "any",
        "clear": links.link(path, {name: asked[name] for name in ("sort", "order", "at") if name in asked}),
        "csv": links.link(f"{path}.csv", asked, limit=None),
        "form": {name: value for name, value in asked.items() if name not in ("q", "cursor")},
    }


def _roles(path: str, asked: Mapping[str, str], query: RosterQuery) -> list[shown.Choice]:
    anyone = shown.Choice("any", links.link(path, asked, role=None), query.role is None)
    ranks = sorted(Role, key=lambda role: -role.rank)
    return [
        anyone,
        *(shown.Choice(ROLE_WORDS[role], links.link(path, asked, role=role), query.role is role) for role in ranks),
    ]


@roster.get("/clans/<group>/roster.csv")
async def as_csv(group: str) -> Response:
    """Every row that fits, however many; `limit` and `cursor` cut it as they do in the API."""
    group_id, asked = asking.group_id(group), asking.given(request.args, *roster_query.PARAMETERS)
    query = roster_query.read(asked, now())
    async with reading() as conn:
        read = await read_roster(conn, group_id, now(), query.at)
    found = roster_query.matching(read.members, query, query.at or now())
    rows = roster_query.ordered(found, query, lambda members: roster_query.by_name(members, query.order))
    if "limit" in asked or "cursor" in asked:
        rows = list(roster_query.part(rows, query).rows)
    who = title(read.clans[0]) if len(read.clans) == 1 else "all-clans"
    return csv_file(sheet(shapes.ROSTER_COLUMNS, map(shapes.roster_member, rows)), links.file_name(who, "roster"))
