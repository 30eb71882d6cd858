"""The game's pictures that `icons` fetched."""

from __future__ import annotations

import asyncio

from quart import Blueprint, Response

from bot.errors import UnknownThing
from dashboard.icons import kept

pictures = Blueprint("pictures", __name__)

_YEAR = 365 * 24 * 3600


@pictures.get("/icons/<path:name>")
async def icon(name: str) -> Response:
    """One of them; its name changes with what it shows, so it is kept for a year."""
    found = await asyncio.to_thread(kept, f"/{name}")
    if found is None:
        raise UnknownThing("There is no such picture.")
    response = Response(found[0], content_type=found[1])
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response
