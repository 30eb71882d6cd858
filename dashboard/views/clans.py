"""The start page: every clan, and what to do when there is none."""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.clan import ClanState
from dashboard import asking
from dashboard.frame import read_frame, readable
from dashboard.render import page
from dashboard.show.clans import card, summary
from dashboard.show.stale import banner
from dashboard.site import now, reading

clans = Blueprint("clans", __name__)


@clans.get("/")
@clans.get("/clans")
async def index() -> Response:
    asking.given(request.args)
    async with reading() as conn:
        frame = await read_frame(conn, now())
    shown = readable(frame.clans)
    read = [clan.as_of for clan in shown if clan.as_of]
    return page(
        "clans.html",
        frame,
        {
            "cards": [card(clan, frame.now) for clan in shown],
            "refused": [clan for clan in frame.clans if clan.state is ClanState.REFUSED],
            "summary": summary(shown),
            "banner": banner(frame, min(read)) if read else None,
        },
    )
