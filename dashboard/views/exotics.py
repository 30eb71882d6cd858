"""What is missing, who can help me? The matrix of exotics and catalysts, and the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quart import Blueprint, Response, request

from bot.domain.collection import ExoticRow
from bot.presenters.exotic_words import private_line
from dashboard import asking, collections_query, links
from dashboard.api import collection_shapes as shapes
from dashboard.collecting import Collections, read_collections
from dashboard.collections_query import ExoticOrder, ExoticTab
from dashboard.render import csv_file, page
from dashboard.sheet import sheet
from dashboard.show import exotics as shown
from dashboard.show.clans import title
from dashboard.show.matrix import grid
from dashboard.show.stale import collections_banner
from dashboard.site import now, reading

exotics = Blueprint("exotics", __name__)


@exotics.get("/clans/<group>/exotics")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.PAGE_PARAMETERS)
    query, tab = collections_query.read(asked), asking.word(asked, "kind", ExoticTab) or ExoticTab.WEAPONS
    order = asking.word(asked, "order", ExoticOrder) or ExoticOrder.SLOT
    async with reading() as conn:
        found = await read_collections(conn, group_id, query, now())
    whole = [row for row in found.clan.exotics if tab.holds(row)]
    fitting = {row.exotic.collectible_hash for row in found.exotics}
    rows = [row for row in whole if row.exotic.collectible_hash in fitting]
    part = collections_query.part(rows, query, lambda row: row.exotic.collectible_hash)
    drawn = grid(found.clan.members, found.you.membership_id if found.you else None)
    values = {
        "take": shown.sentence(whole, found.clan.members, found.you),
        "orders": shown.orders(request.path, asked, order, ExoticOrder.SLOT),
        "groups": shown.groups(part.rows, order, request.path, drawn, found.you),
        "heading": "Exotic",
        "counted": "Owners",
        "caption": f"Exotics of {_who(found)} and how many of {len(found.clan.members)} members own each",
        "next": links.link(request.path, asked, cursor=part.next_cursor) if part.next_cursor else None,
    }
    return page("exotics.html", found.frame, {**_around(asked, found, tab), **values, "grid": drawn})


@exotics.get("/clans/<group>/catalysts")
async def catalysts(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.CATALYST_PAGE_PARAMETERS)
    query, order = collections_query.read(asked), asking.word(asked, "order", ExoticOrder) or ExoticOrder.SLOT
    async with reading() as conn:
        found = await read_collections(conn, group_id, query, now())
    fitting = {row.catalyst.record_hash for row in found.catalysts}
    rows = [row for row in found.clan.catalysts if row.catalyst.record_hash in fitting]
    part = collections_query.part(rows, query, lambda row: row.catalyst.record_hash)
    drawn = grid(found.clan.members, found.you.membership_id if found.you else None)
    base = f"/clans/{group}/exotics"
    values = {
        "take": shown.catalyst_sentence(found.clan.catalysts, len(found.clan.members), found.you),
        "orders": shown.catalyst_orders(request.path, asked, order),
        "groups": shown.catalyst_groups(part.rows, order, base, drawn, found.you),
        "heading": "Catalyst",
        "counted": "Completed",
        "caption": f"Catalysts of {_who(found)} and how many of {len(found.clan.members)} members completed each",
        "next": links.link(request.path, asked, cursor=part.next_cursor) if part.next_cursor else None,
    }
    return page("exotics.html", found.frame, {**_around(asked, found, None), **values, "grid": drawn})


def _around(asked: Mapping[str, str], found: Collections, tab: ExoticTab | None) -> dict[str, object]:
    """What stands around the rows of either page."""
    base = f"/clans/{found.frame.group if len(found.clans) == 1 else 'all'}"
    return {
        "tab": "exotics",
        "who": _who(found),
        "base": base,
        "banner": collections_banner(found.frame, found.clan.as_of),
        "private": private_line(found.you) if found.you else "",
        "stranger": bool(found.query.member) and found.you is None,
        "tabs": shown.tabs(base, asked, found, tab),
        "menus": shown.menus(request.path, asked, found),
        "clear": links.link(request.path, {name: asked[name] for name in ("kind", "order") if name in asked})
        if {"member", "show"} & set(asked)
        else None,
        "csv": links.link(f"{base}/exotics.csv", {n: asked[n] for n in ("member", "show") if n in asked}),
        "members": found.clan.members,
        "you": found.you,
        "narrowed": bool({"member", "show"} & set(asked)),
    }


def _who(found: Collections) -> str:
    return title(found.clans[0]) if len(found.clans) == 1 else "all clans"


@exotics.get("/clans/<group>/exotics.csv")
async def as_csv(group: str) -> Response:
    """Every row that fits, in the API's order, however many; `limit` and `cursor` cut it as they do there."""
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.PARAMETERS)
    query = collections_query.read(asked)
    async with reading() as conn:
        found = await read_collections(conn, group_id, query, now())
    rows: Sequence[ExoticRow] = found.exotics
    if "limit" in asked or "cursor" in asked:
        rows = collections_query.part(rows, query, lambda row: row.exotic.collectible_hash).rows
    body = sheet(shapes.EXOTIC_COLUMNS, map(shapes.exotic, rows))
    return csv_file(body, links.file_name(_who(found), "exotics"))
