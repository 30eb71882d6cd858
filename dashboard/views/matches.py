"""A member's matches, newest first; and one match with everyone who played it."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request

from bot.domain.match import StoredMatch
from bot.domain.member import Member
from bot.domain.mode import Mode
from bot.domain.weapon import Season
from dashboard import asking, links
from dashboard import matches as reads
from dashboard.frame import Frame, read_frame
from dashboard.matches import Matches, MatchQuery
from dashboard.people import frame_of, identify
from dashboard.render import page
from dashboard.show import matches as shown
from dashboard.show import weapon_filters as filters
from dashboard.show.names import name_parts
from dashboard.show.stale import matches_banner
from dashboard.show.times import full
from dashboard.show.weapons import rising
from dashboard.site import now, reading
from dashboard.sums import read_member_sums
from dashboard.weapons_query import ALL_TIME, RANGE_PARAMETERS
from db.queries.season import select_seasons

matches = Blueprint("matches", __name__)

_ON_A_PAGE = 50


@matches.get("/members/<path:who>/matches")
async def of_member(who: str) -> Response:
    asked = asking.given(request.args, *reads.PARAMETERS)
    query = reads.read(asked, _ON_A_PAGE)
    async with reading() as conn:
        member = await identify(conn, who)
        frame = await frame_of(conn, member, now())
        found = await reads.read_matches(conn, member.membership_id, query, frame.now)
        seasons = await select_seasons(conn)
        sums = await read_member_sums(conn, member.membership_id, query.range, query.mode, frame.now)
    values = _list(asked, query, member, frame, found, seasons)
    row = next((row for row in sums.by_mode if row.mode is query.mode), None)
    return page("matches.html", frame, {**values, "take": shown.summary(row)})


def _list(
    asked: Mapping[str, str],
    query: MatchQuery,
    member: Member,
    frame: Frame,
    found: Matches,
    seasons: tuple[Season, ...],
) -> dict[str, object]:
    person = links.member(member.membership_id)
    path = f"{person}/matches"
    banners = [matches_banner(frame, found.coverage), rising(found.coverage)]
    return {
        "tab": "",
        "who": name_parts(member.name).bare,
        "person": person,
        "banners": [each for each in banners if each],
        "list": path,
        "form": {name: asked[name] for name in asked if name not in (*RANGE_PARAMETERS, "cursor")},
        "mode": filters.mode_menu(path, asked, query.mode, Mode.ALL),
        "segments": filters.segments(path, asked, query.range.days, ALL_TIME),
        "seasons": filters.season_menu(path, asked, seasons, query.range.season),
        "range": query.range,
        "today": frame.now.date().isoformat(),
        "clear": path if set(asked) - {"cursor", "limit"} else None,
        "rows": [shown.line(row, frame.now) for row in found.rows],
        "more": links.link(path, asked, cursor=found.next_cursor) if found.next_cursor else None,
        "newest": links.link(path, asked) if "cursor" in asked else None,
    }


@matches.get("/matches/<instance>")
async def index(instance: str) -> Response:
    asking.given(request.args)
    async with reading() as conn:
        found = await reads.read_match(conn, instance)
        frame = await read_frame(conn, now())
    return page("match.html", frame, _report(found, frame))


def _report(found: StoredMatch, frame: Frame) -> dict[str, object]:
    place, mode = shown.activity(found.activity_name, found.mode_name, found.modes)
    return {
        "tab": "",
        "name": place,
        "mode": mode,
        "when": full(found.details.period),
        "take": shown.takeaway(found),
        "note": reads.why_unsettled(found),
        "sides": shown.sides(found, f"{frame.base}/weapons"),
        "facts": shown.facts(found),
    }
