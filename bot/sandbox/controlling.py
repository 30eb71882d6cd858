"""What the handlers of the control API share: reading a question, refusing it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiohttp import web

Json = dict[str, Any]


def whole(request: web.Request, name: str, default: int = 0) -> int:
    """A whole number of the query."""
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise web.HTTPBadRequest(text=f"{name}: a whole number")
    return int(text)


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 time, or a day at its beginning, in UTC where it says nothing else; ValueError for anything else."""
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def bad(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)


async def body_of(request: web.Request) -> Json:
    body = await request.json() if request.can_read_body else {}
    return body if isinstance(body, dict) else {}
