"""How is the clan right now, what changed?"""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.clan import ClanState
from dashboard import asking, happenings
from dashboard.frame import Frame, read_frame
from dashboard.play import read_week
from dashboard.render import page
from dashboard.rosters import Roster, read_roster
from dashboard.show.clans import title
from dashboard.show.events import days
from dashboard.show.overview import MONTH, lately, tiles, together
from dashboard.show.played import used
from dashboard.show.stale import Banner, banner
from dashboard.show.titles import closest_of_all
from dashboard.site import now, reading
from db.pool import Connection
from db.queries.dashboard import select_event_tally
from db.queries.seals import select_clan_seals

overview = Blueprint("overview", __name__)

_CHANGES = 12
_WEAPONS = 5
_CLOSEST = 4


@overview.get("/clans/<group>")
async def index(group: str) -> Response:
    group_id = asking.group_id(group)
    asking.given(request.args)
    if group_id is None:
        response = Response("", 302)
        response.headers["Location"] = "/"
        return response
    async with reading() as conn:
        frame = await read_frame(conn, now(), group_id)
        if frame.clan and frame.clan.state is ClanState.REFUSED:
            return page("refused.html", frame, {"tab": "overview"}, 404)
        values = await _values(conn, await read_roster(conn, group_id, frame.now, None))
    return page("overview.html", frame, values)


async def _values(conn: Connection, read: Roster) -> dict[str, object]:
    frame = read.frame
    tally = await select_event_tally(conn, [clan.group_id for clan in read.clans], since=frame.now - MONTH)
    events = await happenings.newest(conn, read.clans, happenings.read({}), None, _CHANGES)
    seals = await select_clan_seals(conn, read.clans[0].group_id, frame.now)
    week = await read_week(conn, read.clans[0].group_id, frame.now)
    return {
        "tab": "overview",
        "unread": read.as_of is None,
        "tiles": tiles(read.members, tally, week, frame.now),
        "playing": together(read.members, frame.now),
        "arsenal": used(week.table.rows, f"{frame.base}/weapons", "?mode=all&days=7", _WEAPONS),
        "closest": closest_of_all(seals, f"{frame.base}/seals", _CLOSEST),
        "lately": lately(read.members, frame.now),
        "days": days(events, {clan.group_id: title(clan) for clan in frame.clans}, frame.now),
        "banner": _disbanded(frame) or banner(frame, read.as_of),
        "live": f"/api/v1{frame.base}/roster",
    }


def _disbanded(frame: Frame) -> Banner | None:
    if frame.clan is None or frame.clan.state is not ClanState.DISBANDED:
        return None
    return Banner("This clan was disbanded.", frame.clan.reason or "", "danger")
