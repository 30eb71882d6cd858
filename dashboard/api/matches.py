"""GET /api/v1/members/{id or name#code}/matches and /api/v1/matches/{instance_id}."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking
from dashboard import matches as reads
from dashboard.api import match_shapes as shapes
from dashboard.api.shapes import time
from dashboard.api.weapon_shapes import histories
from dashboard.frame import read_frame
from dashboard.people import identify
from dashboard.render import json
from dashboard.show.stale import matches_reason
from dashboard.site import now, reading

matches = Blueprint("api_matches", __name__)


@matches.get("/api/v1/members/<path:who>/matches")
async def of_member(who: str) -> Response:
    query = reads.read(asking.given(request.args, *reads.PARAMETERS))
    async with reading() as conn:
        frame, member = await read_frame(conn, now()), await identify(conn, who)
        found = await reads.read_matches(conn, member.membership_id, query, frame.now)
    return json(
        {
            "as_of": time(found.coverage.as_of),
            "stale": matches_reason(frame, found.coverage),
            "matches": [shapes.line(row) for row in found.rows],
            "histories": histories(found.coverage),
            "next_cursor": found.next_cursor,
        }
    )


@matches.get("/api/v1/matches/<instance>")
async def index(instance: str) -> Response:
    """`stale` says why a report is not there, or may still change."""
    asking.given(request.args)
    async with reading() as conn:
        found = await reads.read_match(conn, instance)
    return json({"as_of": time(found.fetched_at), "stale": reads.why_unsettled(found), **shapes.match(found)})
