"""GET /api/v1/clans and /api/v1/clans/{group_id}/roster."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, cursor, roster_query
from dashboard.api import answers, shapes
from dashboard.frame import read_frame, readable
from dashboard.render import json
from dashboard.rosters import oldest, read_roster
from dashboard.show.stale import reason
from dashboard.site import now, reading

clans = Blueprint("api_clans", __name__)


@clans.get("/api/v1/clans")
async def index() -> Response:
    asked = asking.given(request.args, "limit", "cursor")
    limit, after = asking.limit(asked), cursor.after_clan(asked)
    async with reading() as conn:
        frame = await read_frame(conn, now())
    rows = sorted(readable(frame.clans), key=lambda clan: clan.group_id)
    rest = [clan for clan in rows if after is None or clan.group_id > after]
    more = len(rest) > limit
    as_of = oldest(rows)
    return json(
        {
            "as_of": shapes.time(as_of),
            "stale": reason(frame, as_of) if rows else None,
            "clans": [shapes.clan(clan) for clan in rest[:limit]],
            "next_cursor": cursor.of_clan(rest[limit - 1].group_id) if more else None,
        }
    )


@clans.get("/api/v1/clans/<group>/roster")
async def roster(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *roster_query.PARAMETERS)
    query = roster_query.read(asked, now())
    async with reading() as conn:
        read = await read_roster(conn, group_id, now(), query.at)
    found = roster_query.matching(read.members, query, query.at or now())
    part = roster_query.part(
        roster_query.ordered(found, query, lambda members: roster_query.by_name(members, query.order)), query
    )
    return json(answers.roster(read, part.rows, part.next_cursor, past=query.at is not None))
