"""Who has this exotic, who lacks it; and what one member has of all."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.collection import ExoticKind, ExoticShow
from bot.presenters.exotic_words import private_line
from dashboard import asking, links
from dashboard.collecting import OwnCollection, read_exotic, read_own_collection
from dashboard.render import page
from dashboard.show import collection
from dashboard.show import exotic as shown
from dashboard.show.clans import title
from dashboard.show.names import name_parts
from dashboard.show.stale import collections_banner
from dashboard.site import now, reading

exotic = Blueprint("exotic", __name__)


@exotic.get("/clans/<group>/exotics/<collectible>")
async def index(group: str, collectible: str) -> Response:
    asking.given(request.args)
    group_id = asking.group_id(group)
    collectible_hash = asking.a_hash(collectible, "collectible_hash", "a collectible's hash")
    async with reading() as conn:
        found = await read_exotic(conn, group_id, collectible_hash, now())
    detail, frame = found.detail, found.frame
    values = {
        "tab": "exotics",
        "who": title(found.clans[0]) if len(found.clans) == 1 else "all clans",
        "list": f"/clans/{group}/exotics",
        "exotic": detail.exotic,
        "picture": "armor" if detail.exotic.kind is ExoticKind.ARMOR else "exotic",
        "kind": shown.kind(detail.exotic),
        "take": shown.takeaway(detail),
        "banner": collections_banner(frame, detail.as_of),
        "found": shown.found(detail, frame.now),
        "before": shown.before(detail.owners),
        "lacking": shown.lacking(detail),
        "unknown": shown.unknown(detail.unknown),
    }
    return page("exotic.html", frame, values)


@exotic.get("/members/<path:who>/exotics")
async def of_member(who: str) -> Response:
    asked = asking.given(request.args, "show")
    show = asking.word(asked, "show", ExoticShow) or ExoticShow.MISSING
    async with reading() as conn:
        found = await read_own_collection(conn, who, now())
    person_id, frame = found.member.membership_id, found.frame
    person = links.member(person_id)
    shelves = _shelves(found, show, f"{frame.base}/exotics")
    values = {
        "tab": "",
        "who": name_parts(found.member.name).bare,
        "person": person,
        "take": collection.sentence(found),
        "banner": collections_banner(frame, found.own.as_of) if found.clan.members else None,
        "private": private_line(found.you),
        "segments": collection.segments(f"{person}/exotics", found, show),
        "shelves": shelves,
        "empty": collection.emptied(shelves, show),
        "matrix": links.link(f"{frame.base}/exotics", member=person_id) if found.clan.members else None,
    }
    return page("collection.html", frame, values)


def _shelves(found: OwnCollection, show: ExoticShow, base: str) -> list[collection.Shelf]:
    """Exotics where collections were ever readable, catalysts where triumphs were."""
    shelves = collection.shelves(found, show, base) if found.you.read_at else []
    catalysts = collection.catalysts(found.catalysts, show, base) if found.member.records_read_at else None
    return [*shelves, catalysts] if catalysts else shelves
