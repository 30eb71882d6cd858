"""GET /api/v1/clans/{group_id}/exotics, /catalysts and /seals; a member's titles and triumphs."""

from __future__ import annotations

from quart import Blueprint, Response, request

from dashboard import asking, collections_query, paging
from dashboard.api import collection_answers as answers
from dashboard.api import collection_shapes as shapes
from dashboard.api.shapes import time
from dashboard.collecting import Collections, read_collections, read_own_seals, read_seals
from dashboard.render import json
from dashboard.site import now, reading

collections = Blueprint("api_collections", __name__)


@collections.get("/api/v1/clans/<group>/exotics")
async def exotics(group: str) -> Response:
    found = await _found(group)
    part = collections_query.part(found.exotics, found.query, lambda row: row.exotic.collectible_hash)
    return json(answers.exotics(found, part))


@collections.get("/api/v1/clans/<group>/catalysts")
async def catalysts(group: str) -> Response:
    found = await _found(group)
    part = collections_query.part(found.catalysts, found.query, lambda row: row.catalyst.record_hash)
    return json(answers.catalysts(found, part))


async def _found(group: str) -> Collections:
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.PARAMETERS)
    query = collections_query.read(asked)
    async with reading() as conn:
        return await read_collections(conn, group_id, query, now())


@collections.get("/api/v1/clans/<group>/seals")
async def seals(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *collections_query.SEAL_PARAMETERS)
    query = collections_query.read(asked)
    async with reading() as conn:
        found = await read_seals(conn, group_id, query.member, now())
    part = paging.part(found.clan.rows, lambda row: row.record_hash, query.after, query.limit)
    return json(answers.seals(found, part))


@collections.get("/api/v1/members/<path:who>/titles")
async def titles(who: str) -> Response:
    query = collections_query.read(asking.given(request.args, "limit", "cursor"))
    async with reading() as conn:
        found = await read_own_seals(conn, who, now())
    part = paging.part(found.seals, lambda row: row.record_hash, query.after, query.limit)
    return json(
        {
            "as_of": time(found.as_of),
            "stale": found.stale,
            "titles": [shapes.title(row) for row in part.rows],
            "next_cursor": part.next_cursor,
        }
    )


@collections.get("/api/v1/members/<path:who>/triumphs")
async def triumphs(who: str) -> Response:
    query = collections_query.read(asking.given(request.args, "limit", "cursor"))
    async with reading() as conn:
        found = await read_own_seals(conn, who, now(), all_triumphs=True)
    part = paging.part(shapes.triumphs(found.seals), lambda row: int(row["record_hash"]), query.after, query.limit)
    return json(
        {
            "as_of": time(found.as_of),
            "stale": found.stale,
            "triumphs": part.rows,
            "triumph_score": found.member.triumph_score,
            "triumph_score_active": found.member.triumph_score_active,
            "next_cursor": part.next_cursor,
        }
    )
