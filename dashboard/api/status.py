"""GET /api/v1/status."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot import __version__
from dashboard import asking
from dashboard.api import shapes
from dashboard.render import json
from dashboard.site import now, reading
from db.queries.status import select_status

status = Blueprint("api_status", __name__)


@status.get("/api/v1/status")
async def index() -> Response:
    asking.given(request.args)
    async with reading() as conn:
        found = await select_status(conn, now(), __version__)
    return json(shapes.status(found, now()))
