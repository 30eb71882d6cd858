"""One place where errors become words: a page for readers, JSON for programs, a reference id for what is our fault."""

from __future__ import annotations

import secrets

import structlog
from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException

from bot.errors import AskError, DatabaseAway
from dashboard.render import json, page
from dashboard.site import now

log = structlog.get_logger(__name__)

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_RETRY_SECONDS = "10"


def install(app: Quart) -> None:
    """Answer every error of the application."""
    app.register_error_handler(AskError, on_ask)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_fault)


async def on_ask(error: AskError) -> Response:
    """What was asked can't be answered, and the error says why."""
    if isinstance(error, DatabaseAway):
        log.warning("database_away", path=request.path, error=str(error.__cause__ or error))
    response = answer(error.status, error.code, str(error))
    if error.status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


async def on_http(error: HTTPException) -> Response:
    """What the framework refuses: no such page, wrong method, too large a body."""
    status = error.code or 500
    if status >= 500:
        return await on_fault(error)
    words = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    response = answer(status, _CODES.get(status, "bad_request"), words.get(status) or str(error.description))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


async def on_fault(error: Exception) -> Response:
    """A defect of ours: logged whole under a reference id, which is all that the reader gets of it."""
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    log.error("web_fault", reference=reference, path=request.path, exc_info=error)
    message = "That didn't work, and the fault is ours. Try again; if it stays, give an admin this reference."
    return answer(500, "internal", message, reference)


def answer(status: int, code: str, message: str, reference: str | None = None) -> Response:
    """The error in the form that this address speaks."""
    if _speaks_json(request.path):
        body = {"code": code, "message": f"{message} {reference}" if reference else message}
        response = json({"error": body})
    else:
        response = page("error.html", None, {"message": message, "reference": reference, "at": now()}, status)
    response.status_code = status
    return response


def _speaks_json(path: str) -> bool:
    return path.startswith("/api/") or path in ("/openapi.json", "/readyz", "/healthz")
