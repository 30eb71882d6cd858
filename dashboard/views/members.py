"""Who is this, in one screen?"""

from __future__ import annotations

from quart import Blueprint, Response, request

from bot.domain.roster import SealColumn
from dashboard import asking
from dashboard.collecting import read_alone
from dashboard.people import Person, read_person
from dashboard.play import Play, read_play
from dashboard.render import page
from dashboard.show import collection, played, titles
from dashboard.show import member as shown
from dashboard.show.clans import title
from dashboard.show.events import days
from dashboard.show.matches import line
from dashboard.show.names import name_parts, platform, role_tag
from dashboard.show.seals import columns_of, strip
from dashboard.show.stale import banner
from dashboard.show.times import full
from dashboard.site import now, reading
from db.queries.manifest import select_seals
from db.queries.triumphs import select_member_seals

members = Blueprint("members", __name__)

_EVENTS = 20


@members.get("/members/<path:who>")
async def index(who: str) -> Response:
    asking.given(request.args)
    async with reading() as conn:
        person = await read_person(conn, who, now(), _EVENTS)
        seals = await select_seals(conn)
        play = await read_play(conn, person.member.membership_id, now())
        own = await read_alone(conn, person.frame, person.member)
        triumphs = await select_member_seals(conn, person.member.membership_id)
    collected = {"collection": collection.sums(own), "near": titles.nearest_lines(triumphs)}
    return page("member.html", person.frame, {**_values(person, seals), **_played(person, play), **collected})


def _values(person: Person, seals: tuple[SealColumn, ...]) -> dict[str, object]:
    frame, member = person.frame, person.member
    columns = columns_of(seals, [person.row] if person.row else [])
    return {
        "tab": "roster" if person.row else "",
        "id": member.membership_id,
        "name": name_parts(member.name),
        "role": role_tag(person.row.role) if person.row else "",
        "take": shown.takeaway(person, frame.now),
        "private": shown.private_words(person, frame.now) if member.private else None,
        "banner": banner(frame, frame.clan.as_of) if person.row and frame.clan else None,
        "strip": strip(columns, person.seals),
        "seals": person.seals,
        "legacy": {column.record_hash for column in seals if column.legacy},
        "missing": [
            column.title for column in columns if column.record_hash not in {s.record_hash for s in person.seals}
        ],
        "characters": [shown.character(each, frame.now) for each in member.characters if each.gone_at is None],
        "stints": [shown.stint(each, frame.now) for each in member.stints],
        "facts": (
            ("Membership id", str(member.membership_id)),
            ("Platform", platform(member.membership_type)),
            ("Known here since", full(member.first_seen_at)),
            ("Profile read", full(member.read_at) if member.read_at else "not yet"),
            ("Triumphs read", full(member.records_read_at) if member.records_read_at else "not yet"),
        ),
        "days": days(person.events, {clan.group_id: title(clan) for clan in frame.clans}, frame.now),
    }


def _played(person: Person, play: Play) -> dict[str, object]:
    frame = person.frame
    query = "?mode=all" if play.span.since else "?mode=all&days=0"
    return {
        "tiles": (*shown.tiles(person, frame.now), *played.tiles(play)),
        "arsenal": played.used(play.table.rows, f"{frame.base}/weapons", query),
        "span": play.span.label,
        "matches": [line(row, frame.now) for row in play.matches.rows],
        "growing": play.matches.coverage.growing,
    }
