"""GET /api/v1/clans/{group_id}/stats and /api/v1/members/{id or name#code}/stats: sums of matches."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, cursor, paging, weapons_query
from dashboard.api import weapon_shapes as shapes
from dashboard.api.shapes import time
from dashboard.people import identify
from dashboard.render import json
from dashboard.show.stale import matches_reason
from dashboard.site import now, reading
from dashboard.sums import SUM_PARAMETERS, read_clan_sums, read_member_sums

stats = Blueprint("api_stats", __name__)


@stats.get("/api/v1/clans/<group>/stats")
async def of_clan(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *SUM_PARAMETERS, "limit", "cursor")
    span, mode = weapons_query.read_range(asked), weapons_query.read_mode(asked)
    limit, after = asking.limit(asked), cursor.after_row(asked)
    async with reading() as conn:
        found = await read_clan_sums(conn, group_id, span, mode, now())
    part = paging.part(found.by_member, lambda row: row.membership_id or 0, after, limit)
    return json(
        {
            "as_of": time(found.coverage.as_of),
            "stale": matches_reason(found.frame, found.coverage),
            "by_member": [shapes.stat_of_member(row) for row in part.rows],
            "by_mode": [shapes.stat_of_mode(row) for row in found.by_mode],
            "histories": shapes.histories(found.coverage),
            "next_cursor": part.next_cursor,
        }
    )


@stats.get("/api/v1/members/<path:who>/stats")
async def of_member(who: str) -> Response:
    asked = asking.given(request.args, *SUM_PARAMETERS)
    span, mode = weapons_query.read_range(asked), weapons_query.read_mode(asked)
    async with reading() as conn:
        member = await identify(conn, who)
        found = await read_member_sums(conn, member.membership_id, span, mode, now())
    return json(
        {
            "as_of": time(found.coverage.as_of),
            "stale": matches_reason(found.frame, found.coverage),
            "by_mode": [shapes.stat_of_mode(row) for row in found.by_mode],
            "histories": shapes.histories(found.coverage),
        }
    )
