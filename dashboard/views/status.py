"""Can I trust the numbers now? Loops, Bungie.net, posts. No member's name stands here."""

from __future__ import annotations

from datetime import datetime

from quart import Blueprint, Response, request

from bot import __version__
from bot.domain.queue import MatchLag
from bot.domain.status import Status
from bot.presenters.backlog import lag_sentence
from bot.presenters.status_words import takeaway
from dashboard import asking
from dashboard.frame import read_frame
from dashboard.render import page
from dashboard.show import status as shown
from dashboard.site import now, reading
from db.queries.backlog import select_match_lag
from db.queries.status import select_status

status = Blueprint("status", __name__)


@status.get("/status")
async def index() -> Response:
    asking.given(request.args)
    async with reading() as conn:
        frame = await read_frame(conn, now())
        found = await select_status(conn, frame.now, __version__)
        lag = await select_match_lag(conn, frame.now)
    return page("status.html", frame, _values(found, lag, frame.now))


def _values(found: Status, lag: MatchLag, at: datetime) -> dict[str, object]:
    return {
        "tab": "status",
        "take": takeaway(found, at),
        "loops": [shown.loop_row(loop, at) for loop in found.loops],
        "bungie": shown.bungie(found.bungie, at),
        "budget": round(found.bungie.budget_used * 100),
        "queue": shown.queue(found.queue),
        "lag": lag_sentence(lag),
        "progress": found.progress,
        "outbox": shown.outbox(found.outbox),
        "held": [shown.held(batch, found.clans, at) for batch in found.held],
        "channels": [shown.channel(each, at) for each in found.channels],
        "clans": [shown.clan(each, at) for each in found.clans],
        "parts": shown.parts(found),
        "notes": found.notes,
        "version": found.version,
    }
