"""Whether the process lives, whether it is ready, what robots are asked, and the static files."""

from __future__ import annotations

from datetime import datetime, timedelta

from quart import Blueprint, Response, request

from bot.domain.status import LoopStatus
from bot.errors import DatabaseAway, StartError, UnknownThing
from bot.presenters.freshness import LATE_INTERVALS
from bot.presenters.text import plural
from dashboard import asking
from dashboard.assets import assets
from dashboard.render import json
from dashboard.site import now, reading, site
from db.migrate import pending
from db.queries.loop import select_loops

system = Blueprint("system", __name__)

_YEAR = 365 * 24 * 3600


@system.get("/healthz")
async def healthz() -> Response:
    """The process answers; nothing else is asked."""
    asking.given(request.args)
    return json({"ok": True})


@system.get("/readyz")
async def readyz() -> Response:
    """503 while the database or its migrations are missing, or a loop led here has not ended a run for 3 intervals."""
    asking.given(request.args)
    reasons = await _reasons()
    response = json({"ready": not reasons, "reasons": reasons})
    response.status_code = 503 if reasons else 200
    response.headers["Cache-Control"] = "no-store"
    return response


async def _reasons() -> list[str]:
    try:
        async with reading() as conn:
            todo = await pending(conn)
            if todo:
                return [f"{plural(len(todo), 'migration')} not applied yet."]
            return stuck(await select_loops(conn), site().leading_since(), now())
    except (DatabaseAway, StartError) as error:
        return [str(error)]


def stuck(loops: tuple[LoopStatus, ...], leading_since: datetime | None, at: datetime) -> list[str]:
    """The loops that this process leads and that have not ended a run, whatever its outcome, for 3 intervals.

    A process that has only just begun to lead gets 3 intervals of its own.
    """
    if leading_since is None:
        return []
    return [
        f"The loop {loop.name} has not ended a run for {LATE_INTERVALS} intervals."
        for loop in loops
        if at - max(loop.last_finished_at or leading_since, leading_since)
        > timedelta(seconds=loop.interval_seconds * LATE_INTERVALS)
    ]


@system.get("/robots.txt")
async def robots() -> Response:
    """Members' comings and goings are nobody's search result."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@system.get("/static/<name>")
async def static(name: str) -> Response:
    """A file of dashboard/static; kept for a year when it is asked for by its digest, as pages do."""
    found = assets().get(name)
    if found is None:
        raise UnknownThing("There is no such file.")
    response = Response(found.body, content_type=found.content_type)
    kept = request.args.get("v") == found.digest
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if kept else "no-cache"
    return response
