"""GET /api/v1/members/{id or name#code}."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking
from dashboard.api import shapes
from dashboard.people import read_person
from dashboard.render import json
from dashboard.show.stale import reason
from dashboard.site import now, reading

members = Blueprint("api_members", __name__)


@members.get("/api/v1/members/<path:who>")
async def index(who: str) -> Response:
    asking.given(request.args)
    async with reading() as conn:
        person = await read_person(conn, who, now())
    frame, as_of = person.frame, person.as_of
    return json(
        {
            "as_of": shapes.time(as_of),
            "stale": reason(frame, frame.clan.as_of) if person.row and frame.clan else None,
            **shapes.person(person.member, person.row, person.seals),
        }
    )
