"""GET /api/v1/clans/{group_id}/events."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, happenings
from dashboard.api import shapes
from dashboard.render import json
from dashboard.show.stale import reason
from dashboard.site import now, reading

events = Blueprint("api_events", __name__)


@events.get("/api/v1/clans/<group>/events")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *happenings.PARAMETERS)
    query = happenings.read(asked)
    async with reading() as conn:
        found = await happenings.read_events(conn, group_id, query, now())
    return json(
        {
            "as_of": shapes.time(found.as_of),
            "stale": reason(found.frame, found.as_of),
            "events": [shapes.event(event) for event in found.rows],
            "next_cursor": found.next_cursor,
        }
    )
