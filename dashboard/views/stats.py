"""How much is played, by whom, in which modes."""

from __future__ import annotations

from collections.abc import Mapping

from quart import Blueprint, Response, request

from bot.domain.mode import Mode
from bot.domain.weapon import Season
from dashboard import asking, links, weapons_query
from dashboard.people import frame_of, identify
from dashboard.render import page
from dashboard.show import sums as shown
from dashboard.show import weapon_filters as filters
from dashboard.show.clans import title
from dashboard.show.matches import summary
from dashboard.show.names import name_parts
from dashboard.show.stale import matches_banner
from dashboard.show.weapons import rising
from dashboard.site import now, reading
from dashboard.sums import SUM_PARAMETERS, Sums, read_clan_sums, read_member_sums
from dashboard.weapons_query import Range
from db.queries.season import select_seasons

stats = Blueprint("stats", __name__)


@stats.get("/clans/<group>/stats")
async def of_clan(group: str) -> Response:
    group_id, asked = asking.group_id(group), asking.given(request.args, *SUM_PARAMETERS)
    span, mode = weapons_query.read_range(asked, filters.USUAL_DAYS), weapons_query.read_mode(asked)
    async with reading() as conn:
        found = await read_clan_sums(conn, group_id, span, mode, now())
        seasons = await select_seasons(conn)
    frame = found.frame
    values = {
        "who": title(frame.clan) if frame.clan else "all clans",
        "person": None,
        "take": shown.takeaway(found.by_member),
        "members": shown.members(found.by_member),
    }
    return page("stats.html", frame, {**values, **_values(request.path, asked, span, mode, found, seasons)})


@stats.get("/members/<path:who>/stats")
async def of_member(who: str) -> Response:
    asked = asking.given(request.args, *SUM_PARAMETERS)
    span, mode = weapons_query.read_range(asked, filters.USUAL_DAYS), weapons_query.read_mode(asked)
    async with reading() as conn:
        member = await identify(conn, who)
        found = await read_member_sums(conn, member.membership_id, span, mode, now())
        frame = await frame_of(conn, member, now())
        seasons = await select_seasons(conn)
    person = links.member(member.membership_id)
    values = {
        "who": name_parts(member.name).bare,
        "person": person,
        "take": summary(next((row for row in found.by_mode if row.mode is mode), None)),
        "members": [],
    }
    return page("stats.html", frame, {**values, **_values(f"{person}/stats", asked, span, mode, found, seasons)})


def _values(
    path: str, asked: Mapping[str, str], span: Range, mode: Mode, found: Sums, seasons: tuple[Season, ...]
) -> dict[str, object]:
    banners = [matches_banner(found.frame, found.coverage), rising(found.coverage)]
    return {
        "tab": "",
        "banners": [each for each in banners if each],
        "list": path,
        "form": {name: asked[name] for name in asked if name not in weapons_query.RANGE_PARAMETERS},
        "mode": filters.mode_menu(path, asked, mode, Mode.ALL),
        "segments": filters.segments(path, asked, span.days),
        "seasons": filters.season_menu(path, asked, seasons, span.season),
        "range": span,
        "today": found.frame.now.date().isoformat(),
        "clear": path if asked else None,
        "modes": shown.modes(found.by_mode, path, asked),
    }
