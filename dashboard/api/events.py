"""GET /api/v1/clans/{group_id}/events."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, happenings
from dashboard.api import answers
from dashboard.render import json
from dashboard.site import now, reading

events = Blueprint("api_events", __name__)


@events.get("/api/v1/clans/<group>/events")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *happenings.PARAMETERS)
    query = happenings.read(asked)
    async with reading() as conn:
        found = await happenings.read_events(conn, group_id, query, now())
    return json(answers.events(found))
