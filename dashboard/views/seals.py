"""Who holds what, who is close? Seals of a clan, one seal, and those of one member."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.collection import NEAR
from bot.errors import UnknownThing
from bot.presenters import seal_words
from dashboard import asking, collections_query, links
from dashboard.api import collection_shapes as shapes
from dashboard.collecting import OwnSeals, Seals, read_own_seals, read_seals
from dashboard.paging import part
from dashboard.render import csv_file, page
from dashboard.sheet import sheet
from dashboard.show import titles as shown
from dashboard.show.clans import title
from dashboard.show.matrix import gems
from dashboard.show.names import name_parts
from dashboard.show.stale import collections_banner, told
from dashboard.site import now, reading

seals = Blueprint("seals", __name__)

_CLOSEST = 8


@seals.get("/clans/<group>/seals")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args)
    async with reading() as conn:
        found = await read_seals(conn, group_id, "", now())
    clan, drawn = found.clan, gems(found.clan.people, width=shown.STRIP)
    values = {
        "tab": "seals",
        "who": _who(found),
        "base": request.path,
        "take": shown.sentence(clan),
        "banner": collections_banner(found.frame, clan.as_of),
        "grid": drawn,
        "today": shown.lines([row for row in clan.rows if not row.legacy], clan, request.path, drawn),
        "legacy": shown.lines([row for row in clan.rows if row.legacy], clan, request.path, drawn),
        "closest": shown.closest_of_all(clan, request.path, _CLOSEST),
        "members": clan.people,
        "csv": links.link(f"{request.path}.csv", asked),
    }
    return page("seals.html", found.frame, values)


def _who(found: Seals) -> str:
    return title(found.clans[0]) if len(found.clans) == 1 else "all clans"


@seals.get("/clans/<group>/seals/<record>")
async def one(group: str, record: str) -> Response:
    asking.given(request.args)
    group_id, record_hash = asking.group_id(group), asking.a_hash(record, "record_hash", "a record's hash")
    async with reading() as conn:
        found = await read_seals(conn, group_id, "", now())
    row = next((row for row in found.clan.rows if row.record_hash == record_hash), None)
    if row is None:
        raise UnknownThing(f"No seal has the completion record {record_hash}: /seals lists them.")
    name = seal_words.titles(found.clan.rows)[record_hash]
    holders = shown.holders(row, found.frame.now)
    values = {
        "tab": "seals",
        "who": _who(found),
        "list": f"/clans/{group}/seals",
        "seal": row,
        "name": name,
        "take": f"{seal_words.seal_line(row, found.clan.members, name)}.",
        "banner": collections_banner(found.frame, found.clan.as_of),
        "holders": holders,
        "timed": any(each.since for each in holders),
        "near": [shown.near(each) for each in row.closest if each.missing <= NEAR],
        "further": [shown.near(each) for each in row.closest if each.missing > NEAR],
    }
    return page("seal.html", found.frame, values)


@seals.get("/clans/<group>/seals.csv")
async def as_csv(group: str) -> Response:
    """Every seal; `limit` and `cursor` cut the list as they do in the API."""
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.SEAL_PARAMETERS)
    query = collections_query.read(asked)
    async with reading() as conn:
        found = await read_seals(conn, group_id, query.member, now())
    rows = found.clan.rows
    if "limit" in asked or "cursor" in asked:
        rows = part(rows, lambda row: row.record_hash, query.after, query.limit).rows
    return csv_file(sheet(shapes.SEAL_COLUMNS, map(shapes.seal, rows)), links.file_name(_who(found), "seals"))


@seals.get("/members/<path:who>/titles")
async def titles(who: str) -> Response:
    """What is held, what is nearest, and the triumphs that are left."""
    asking.given(request.args)
    async with reading() as conn:
        found = await read_own_seals(conn, who, now())
    return page("titles.html", found.frame, _own(found, everything=False))


@seals.get("/members/<path:who>/triumphs")
async def triumphs(who: str) -> Response:
    """The same with every triumph, those done and those of seals held, too."""
    asking.given(request.args)
    async with reading() as conn:
        found = await read_own_seals(conn, who, now(), all_triumphs=True)
    return page("titles.html", found.frame, _own(found, everything=True))


def _own(found: OwnSeals, *, everything: bool) -> dict[str, object]:
    frame = found.frame
    rows = shown.own(found.seals, f"{frame.base}/seals", frame.now)
    near = [] if everything else shown.nearest(found.seals)
    today = [seal for seal in found.seals if not seal.legacy and seal.record_hash not in near]
    return {
        "tab": "",
        "who": name_parts(found.member.name).bare,
        "person": links.member(found.member.membership_id),
        "everything": everything,
        "take": shown.own_sentence(found.seals, found.member.name),
        "banner": told(found.stale),
        "unread": found.as_of is None,
        "private": found.member.private,
        "near": [rows[key] for key in near],
        "held": [rows[seal.record_hash] for seal in today if seal.held_since],
        "further": [rows[seal.record_hash] for seal in shown.further(today)],
        "legacy": [rows[seal.record_hash] for seal in found.seals if seal.legacy],
    }
