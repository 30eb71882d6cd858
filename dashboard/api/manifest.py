"""GET /api/v1/manifest and /api/v1/manifest/changes, with their part of the document."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.manifest import KINDS, Change, DefinitionChange, ShownChange, TableChanges
from dashboard import asking, manifests
from dashboard.api.describe import get, part, query
from dashboard.api.schemas import COUNT, CURSOR, HASH, STALE, TEXT, TIME, Schema, many, maybe, one_of, ref, thing
from dashboard.api.shapes import Shape, time
from dashboard.manifests import ChangesQuery, ManifestChanges, read_changes
from dashboard.render import json
from dashboard.site import now, reading

manifest = Blueprint("api_manifest", __name__)


@manifest.get("/api/v1/manifest")
async def index() -> Response:
    """The current version and what it changed in the one before it."""
    asking.given(request.args)
    async with reading() as conn:
        found = await read_changes(conn, ChangesQuery(limit=1), now())
    versions = [{"version": each.version, "loaded_at": time(each.loaded_at)} for each in found.versions]
    return json({**_head(found), "versions": versions})


@manifest.get("/api/v1/manifest/changes")
async def changes() -> Response:
    """What lies between two versions that are held."""
    query_ = manifests.read(asking.given(request.args, *manifests.PARAMETERS))
    async with reading() as conn:
        found = await read_changes(conn, query_, now())
    return json(
        {
            **_head(found),
            "from": found.start.version if found.start else None,
            "news": {f"{kind}s": [_shown(each) for each in found.shown if each.kind == kind] for kind in KINDS},
            "changes": [_change(row) for row in found.rows],
            "next_cursor": found.next_cursor,
        }
    )


def _head(found: ManifestChanges) -> Shape:
    return {
        "as_of": time(found.as_of),
        "stale": found.stale,
        "version": found.end.version if found.end else None,
        "loaded_at": time(found.end.loaded_at) if found.end else None,
        "tables": [_table(table) for table in found.tables],
    }


def _table(row: TableChanges) -> Shape:
    return {"table": row.table, "added": row.added, "changed": row.changed, "removed": row.removed}


def _shown(row: ShownChange) -> Shape:
    return {"hash": row.hash, "change": row.change, "name": row.name, "name_before": row.name_before}


def _change(row: DefinitionChange) -> Shape:
    return {
        "table": row.table,
        "hash": row.hash,
        "change": row.change,
        "name": row.name,
        "name_before": row.name_before,
    }


_HEAD: dict[str, Schema] = {
    "as_of": maybe(TIME),
    "stale": STALE,
    "version": maybe(TEXT),
    "loaded_at": maybe(TIME),
    "tables": {**many(ref("TableChanges")), "description": "Every table that is loaded, or has changed."},
}
_ONE: dict[str, Schema] = {
    "hash": HASH,
    "change": one_of(Change),
    "name": {**TEXT, "description": "Its name since then; of what was removed, its last one."},
    "name_before": {**maybe(TEXT), "description": "null for what was added."},
}
MANIFEST_SCHEMAS: dict[str, Schema] = {
    "TableChanges": thing(table=TEXT, added=COUNT, changed=COUNT, removed=COUNT),
    "Manifest": thing(
        **_HEAD,
        versions={**many(thing(version=TEXT, loaded_at=TIME)), "description": "All that are held, the current first."},
    ),
    "ManifestChanges": thing(
        **_HEAD,
        **{
            "from": {**maybe(TEXT), "description": "The version that is compared with."},
            "news": thing(**{f"{kind}s": many(thing(**_ONE)) for kind in KINDS}),
            "changes": many(thing(table=TEXT, **_ONE)),
            "next_cursor": CURSOR,
        },
    ),
}


def manifest_paths() -> Schema:
    version: Schema = {**TEXT, "minLength": 1, "maxLength": 100}
    return {
        "/api/v1/manifest": get("The version of Destiny's definitions, and what it changed", "Manifest"),
        "/api/v1/manifest/changes": get(
            "What lies between two versions of Destiny's definitions, by table and hash",
            "ManifestChanges",
            query("from", version, "A version that is held; the one before `to` where it is left out."),
            query("to", version, "A version that is held, later or earlier; the current one where it is left out."),
            query("table", TEXT, "The changes of one table only."),
            *part(),
        ),
    }
