"""The start page: every clan, what changed in them, and what to do when there is none."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.clan import ClanState
from dashboard import asking, happenings
from dashboard.frame import read_frame
from dashboard.render import page
from dashboard.show.clans import card, summary, title
from dashboard.show.events import days
from dashboard.show.stale import banner
from dashboard.site import now, reading
from db.queries.roster import select_roster

clans = Blueprint("clans", __name__)

_CHANGES = 12


@clans.get("/")
@clans.get("/clans")
async def index() -> Response:
    asking.given(request.args)
    async with reading() as conn:
        frame = await read_frame(conn, now())
        rosters = [(clan, await select_roster(conn, clan.group_id, frame.now)) for clan in frame.readable]
        events = await happenings.newest(conn, frame.readable, happenings.read({}), None, _CHANGES)
    cards = [card(clan, members, frame.now) for clan, members in rosters]
    read = [clan.as_of for clan in frame.readable if clan.as_of]
    values = {
        "cards": cards,
        "refused": [clan for clan in frame.clans if clan.state is ClanState.REFUSED],
        "summary": summary(cards),
        "days": days(events, {clan.group_id: title(clan) for clan in frame.clans}, frame.now),
        "banner": banner(frame, min(read)) if read else None,
    }
    return page("clans.html", frame, values)
