"""What happened while I was away: the events as a page and as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from quart import Blueprint, Response, request

from bot.domain.clan import Clan
from bot.domain.event import EventKind
from bot.presenters.text import number, plural
from dashboard import asking, happenings, links
from dashboard.api import shapes
from dashboard.happenings import Events, read_all_events, read_events
from dashboard.render import csv_file, page
from dashboard.sheet import sheet
from dashboard.show.clans import title
from dashboard.show.events import KIND_WORDS, days
from dashboard.show.roster import Choice
from dashboard.show.stale import banner
from dashboard.site import now, reading

events = Blueprint("events", __name__)

_ON_A_PAGE = 100


@events.get("/clans/<group>/events")
async def index(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *happenings.PARAMETERS)
    query = happenings.read(asked, _ON_A_PAGE)
    async with reading() as conn:
        found = await read_events(conn, group_id, query, now())
        tally = await happenings.tally(conn, found.clans, found.member)
    counts = Counter[EventKind]()
    for each in tally:
        counts[each.kind] += each.count
    return page("events.html", found.frame, _values(f"/clans/{group}/events", asked, query.kinds, found, counts))


def _values(
    path: str, asked: Mapping[str, str], kinds: Sequence[EventKind], found: Events, counts: Counter[EventKind]
) -> dict[str, object]:
    older = found.next_cursor
    return {
        "tab": "events",
        "who": who(found.clans),
        "take": _takeaway(found, counts, kinds),
        "banner": banner(found.frame, found.as_of),
        "segments": _segments(path, asked, kinds, counts),
        "days": days(found.rows, {clan.group_id: title(clan) for clan in found.frame.clans}, found.frame.now),
        "total": counts.total(),
        "member": asked.get("member", ""),
        "list": path,
        "asked": asked,
        "csv": links.link(f"{path}.csv", asked, limit=None),
        "more": links.link(path, asked, cursor=older) if older else None,
        "newest": links.link(path, asked) if "cursor" in asked else None,
        "live": None if "cursor" in asked else links.link(f"/api/v1{path}", asked, limit=20),
    }


def who(clans: Sequence[Clan]) -> str:
    return title(clans[0]) if len(clans) == 1 else "all clans"


def _takeaway(found: Events, counts: Counter[EventKind], kinds: Sequence[EventKind]) -> tuple[str, str]:
    shown = sum(count for kind, count in counts.items() if not kinds or kind in kinds)
    if not counts.total():
        return (
            "Nothing has happened yet",
            ", as far as we saw. Joins, leaves and changes appear here as they are confirmed.",
        )
    since = f" of {who(found.clans)}" if len(found.clans) == 1 else f" in {plural(len(found.clans), 'clan')}"
    return f"{number(shown)} {'event' if shown == 1 else 'events'}", f"{since}, newest first."


def _segments(
    path: str, asked: Mapping[str, str], kinds: Sequence[EventKind], counts: Counter[EventKind]
) -> list[Choice]:
    everything = Choice("All", links.link(path, asked, kind=None), not kinds, counts.total())
    return [
        everything,
        *(
            Choice(words, links.link(path, asked, kind=kind), tuple(kinds) == (kind,), counts[kind])
            for kind, words in KIND_WORDS.items()
            if counts[kind] or kind in kinds
        ),
    ]


@events.get("/clans/<group>/events.csv")
async def as_csv(group: str) -> Response:
    """Every event that fits; `limit` and `cursor` cut it as they do in the API."""
    group_id, asked = asking.group_id(group), asking.given(request.args, *happenings.PARAMETERS)
    query = happenings.read(asked)
    read = read_events if "limit" in asked else read_all_events
    async with reading() as conn:
        found = await read(conn, group_id, query, now())
    body = sheet(shapes.EVENT_COLUMNS, map(shapes.event, found.rows))
    return csv_file(body, links.file_name(who(found.clans), "events"))
