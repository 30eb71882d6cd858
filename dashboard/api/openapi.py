"""GET /openapi.json: all of the API, as it is. The tests validate every answer against it."""

from __future__ import annotations

from functools import lru_cache

from quart import Blueprint, Response, request

from bot import __version__
from bot.domain.event import EventKind
from bot.domain.role import Role
from bot.domain.roster import RosterSort
from bot.presenters.roster_view import RosterShow
from dashboard import asking
from dashboard.api.collection_schemas import COLLECTION_SCHEMAS, collection_paths
from dashboard.api.describe import FLAG, GROUP, MEMBER, answer, get, part, path, query
from dashboard.api.manifest import MANIFEST_SCHEMAS, manifest_paths
from dashboard.api.schemas import SCHEMAS, TEXT, TIME, Schema, one_of
from dashboard.api.weapon_paths import weapon_paths
from dashboard.api.weapon_schemas import WEAPON_SCHEMAS
from dashboard.render import json
from dashboard.roster_query import Order

openapi = Blueprint("openapi", __name__)


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
        "paths": {**_clans(), **_members(), **weapon_paths(), **collection_paths(), **manifest_paths(), **_service()},
        "components": {"schemas": {**SCHEMAS, **WEAPON_SCHEMAS, **COLLECTION_SCHEMAS, **MANIFEST_SCHEMAS}},
    }


def _clans() -> Schema:
    return {
        "/api/v1/clans": get("Every tracked clan", "Clans", *part()),
        "/api/v1/clans/{group_id}/roster": get(
            "The members of a clan",
            "Roster",
            path("group_id", GROUP),
            query("sort", {**one_of(RosterSort), "default": "name"}, "Empty values come last; ties by membership id."),
            query("order", {**one_of(Order), "default": "asc"}),
            query("online", FLAG, "Only those online, or only those not."),
            query("at", TIME, "The roster as it was then; online and activity are null."),
            query("show", {**one_of(RosterShow), "default": "all"}, "new, idle: within, or not for, 30 days."),
            query("role", one_of(Role)),
            query("q", TEXT, "Part of a name, in any case."),
            *part(),
        ),
        "/api/v1/clans/{group_id}/events": get(
            "What happened in a clan, newest first",
            "Events",
            path("group_id", GROUP),
            query("kind", TEXT, f"One of {', '.join(EventKind)}; several with commas."),
            query("member", TEXT, "A membership id, or a name in any case."),
            *part(),
        ),
    }


def _members() -> Schema:
    who = path("member", MEMBER)
    return {"/api/v1/members/{member}": get("One member, with characters, clans and dates", "Member", who)}


def _service() -> Schema:
    ready = get("Whether the process can do its work", "Readiness")
    ready["get"]["responses"]["503"] = answer("It can't, and why.", "Readiness")
    described = {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "/api/v1/status": get("Whether the numbers can be trusted now", "Status"),
        "/healthz": get("Whether the process lives", "Health"),
        "/readyz": ready,
        "/openapi.json": {"get": {"summary": "This document", "responses": {"200": described}}},
    }
