"""GET /openapi.json: all of the API, as it is. The tests validate every answer against it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from quart import Blueprint, Response, request

from bot import __version__
from bot.domain.event import EventKind
from bot.domain.role import Role
from bot.domain.roster import RosterSort
from bot.presenters.roster_view import RosterShow
from dashboard import asking
from dashboard.api.schemas import BOOLEAN, ID, SCHEMAS, TEXT, TIME, Schema, one_of, ref
from dashboard.asking import LIMIT
from dashboard.render import json
from dashboard.roster_query import Order

openapi = Blueprint("openapi", __name__)

_GROUP = {"anyOf": [ID, {"const": "all"}], "description": "A clan's id, or all for every tracked clan together."}
_ERRORS = {
    400: "An unknown parameter or value, or a malformed id; the message names it.",
    403: "Not from there: see dashboard.access.",
    404: "An unknown id.",
    503: "The database does not answer.",
}


@openapi.get("/openapi.json")
async def index() -> Response:
    asking.given(request.args)
    return json(document())


@lru_cache(maxsize=1)
def document() -> Schema:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hawthorne",
            "version": __version__,
            "description": "What Hawthorne knows of its clans. Ids are strings, hashes numbers, times ISO 8601 UTC.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {**_clans(), **_members(), **_service()},
        "components": {"schemas": SCHEMAS},
    }


def _clans() -> Schema:
    return {
        "/api/v1/clans": _get("Every tracked clan", "Clans", *_part()),
        "/api/v1/clans/{group_id}/roster": _get(
            "The members of a clan",
            "Roster",
            _path("group_id", _GROUP),
            _query("sort", {**one_of(RosterSort), "default": "name"}, "Empty values come last; ties by membership id."),
            _query("order", {**one_of(Order), "default": "asc"}),
            _query("online", _BOOLEAN, "Only those online, or only those not."),
            _query("at", TIME, "The roster as it was then; online and activity are null."),
            _query("show", {**one_of(RosterShow), "default": "all"}, "new, idle: within, or not for, 30 days."),
            _query("role", one_of(Role)),
            _query("q", TEXT, "Part of a name, in any case."),
            *_part(),
        ),
        "/api/v1/clans/{group_id}/events": _get(
            "What happened in a clan, newest first",
            "Events",
            _path("group_id", _GROUP),
            _query("kind", TEXT, f"One of {', '.join(EventKind)}; several with commas."),
            _query("member", TEXT, "A membership id, or a name in any case."),
            *_part(),
        ),
    }


def _members() -> Schema:
    who = _path("member", {**TEXT, "description": "A membership id, or Name#0042 in any case, its # as %23."})
    return {"/api/v1/members/{member}": _get("One member, with characters, clans and dates", "Member", who)}


def _service() -> Schema:
    ready = _get("Whether the process can do its work", "Readiness")
    ready["get"]["responses"]["503"] = _answer("It can't, and why.", "Readiness")
    described = {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "/api/v1/status": _get("Whether the numbers can be trusted now", "Status"),
        "/healthz": _get("Whether the process lives", "Health"),
        "/readyz": ready,
        "/openapi.json": {"get": {"summary": "This document", "responses": {"200": described}}},
    }


def _get(summary: str, schema: str, *parameters: Schema) -> dict[str, Any]:
    errors = {str(status): _answer(words, "Error") for status, words in _ERRORS.items()}
    answers = {"200": _answer(summary + ".", schema), **errors}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _answer(words: str, schema: str) -> Schema:
    return {"description": words, "content": {"application/json": {"schema": ref(schema)}}}


_BOOLEAN: Schema = {"anyOf": [BOOLEAN, {"type": "integer", "enum": [0, 1]}]}


def _path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: Schema, words: str = "") -> Schema:
    described = {"description": words} if words else {}
    return {"name": name, "in": "query", "required": False, "schema": schema, **described}


def _part() -> tuple[Schema, Schema]:
    """The parameters of every list."""
    limit = {"type": "integer", "minimum": 1, "maximum": LIMIT, "default": LIMIT}
    return _query("limit", limit), _query("cursor", TEXT, "next_cursor of the answer before.")
