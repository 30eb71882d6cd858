"""GET /api/v1/clans/{group_id}/weapons, one weapon, and a member's weapons."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, weapons_query
from dashboard.api import answers
from dashboard.api import weapon_shapes as shapes
from dashboard.api.shapes import time
from dashboard.frame import read_frame
from dashboard.people import identify
from dashboard.render import json
from dashboard.show.stale import matches_reason
from dashboard.site import now, reading
from dashboard.weaponry import read_own_weapons, read_weapon, read_weapons

weapons = Blueprint("api_weapons", __name__)


@weapons.get("/api/v1/clans/<group>/weapons")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *weapons_query.PARAMETERS)
    query = weapons_query.read(asked)
    async with reading() as conn:
        found = await read_weapons(conn, group_id, query, now())
    return json(answers.weapons(found, query, weapons_query.part(found.table.rows, query)))


@weapons.get("/api/v1/members/<path:who>/weapons")
async def of_member(who: str) -> Response:
    query = weapons_query.read(asking.given(request.args, *weapons_query.MEMBER_PARAMETERS))
    async with reading() as conn:
        member = await identify(conn, who)
        frame = await read_frame(conn, now())
        found = await read_own_weapons(conn, frame, member.membership_id, query, frame.now)
    return json(answers.weapons(found, query, weapons_query.part(found.table.rows, query)))


@weapons.get("/api/v1/clans/<group>/weapons/<weapon>")
async def one(group: str, weapon: str) -> Response:
    group_id, weapon_hash = asking.group_id(group), asking.weapon_hash(weapon)
    query = weapons_query.read(asking.given(request.args, *weapons_query.DETAIL_PARAMETERS))
    async with reading() as conn:
        found = await read_weapon(conn, group_id, weapon_hash, query, now())
    row = found.detail.row if found.detail else None
    return json(
        {
            "as_of": time(found.coverage.as_of),
            "stale": matches_reason(found.frame, found.coverage),
            "weapon": shapes.weapon(row, merge=query.merge) if row else shapes.unused(found.weapon, merge=query.merge),
            **shapes.parts_of(found.detail),
            "histories": shapes.histories(found.coverage),
        }
    )
