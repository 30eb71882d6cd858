"""What is new in the game? The manifest's current version, and what lies between any two that are held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quart import Blueprint, Response, request

from bot.domain.manifest import DefinitionChange
from dashboard import asking, links, manifests
from dashboard.manifests import ChangesQuery, ManifestChanges, read_activities, read_changes
from dashboard.render import page
from dashboard.show import manifest as shown
from dashboard.show.stale import told
from dashboard.site import now, reading

manifest = Blueprint("manifest", __name__)

_ON_A_PAGE = 100


@manifest.get("/manifest")
async def index() -> Response:
    """The current version beside the one before it."""
    asking.given(request.args)
    return await _page({}, ChangesQuery(limit=1))


@manifest.get("/manifest/changes")
async def changes() -> Response:
    """Any two versions, or one table of theirs."""
    asked = asking.given(request.args, *manifests.PARAMETERS)
    return await _page(asked, manifests.read(asked, _ON_A_PAGE))


async def _page(asked: Mapping[str, str], query: ChangesQuery) -> Response:
    async with reading() as conn:
        found = await read_changes(conn, query, now())
        activities = await read_activities(conn, found, _ON_A_PAGE) if query.table is None else ()
    return page("manifest.html", found.frame, {**_head(found, query), **_body(asked, query, found, activities)})


def _head(found: ManifestChanges, query: ChangesQuery) -> dict[str, object]:
    return {
        "take": shown.takeaway(found, whole=query.start is None and query.end is None),
        "banner": told(found.stale) if found.end else None,
        "path_of_changes": shown.PATH,
        "held": [each.version for each in found.versions],
        "start": found.start.version if found.start else "",
        "end": found.end.version if found.end else "",
    }


def _body(
    asked: Mapping[str, str], query: ChangesQuery, found: ManifestChanges, activities: Sequence[DefinitionChange]
) -> dict[str, object]:
    """One table's changes, or all of them in groups."""
    if found.start is None or found.end is None:
        return {"table": "", "groups": [], "tables": [], "rows": [], "versions": [], "more": None}
    return {
        "table": shown.short(query.table) if query.table else "",
        "groups": shown.groups(found, activities),
        "tables": shown.tables(found.tables, found.start, found.end),
        "rows": shown.rows(found) if query.table else (),
        "versions": shown.versions(found, found.frame.now),
        "more": links.link(shown.PATH, asked) + f"&cursor={found.next_cursor}" if found.next_cursor else None,
    }
