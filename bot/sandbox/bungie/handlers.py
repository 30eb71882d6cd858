"""One function an endpoint: parse as Bungie.net parses, refuse as it refuses, answer from the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from bot.sandbox.bungie import codes, groups, lies
from bot.sandbox.bungie.answers import Json, Refusal, success
from bot.sandbox.bungie.asking import number, person_of, query_number
from bot.sandbox.bungie.cards import user_card, website_card
from bot.sandbox.bungie.guard import read_json, told_lies
from bot.sandbox.bungie.historical import historical_stats
from bot.sandbox.bungie.pictures import picture
from bot.sandbox.bungie.profiles import COMPONENTS, profile_response
from bot.sandbox.bungie.settings import settings_response
from bot.sandbox.world.model import Clan, Person
from bot.sandbox.world.rows import stamp
from bot.sandbox.world.seasons import current_season

if TYPE_CHECKING:
    from bot.sandbox.bungie.server import BungieServer

_REPORT = "/Platform/Destiny2/Stats/PostGameCarnageReport/{id}/"


def www_routes(server: BungieServer) -> list[web.RouteDef]:
    desk, matches = Desk(server), server.matches
    d2 = "/Platform/Destiny2"
    return [
        web.get("/Platform/Settings/", desk.settings),
        web.get("/Platform/GroupV2/{group}/", desk.group),
        web.get("/Platform/GroupV2/{group}/Members/", desk.members),
        web.get("/Platform/GroupV2/User/{type}/{id}/{filter}/{group_type}/", desk.groups_for_member),
        web.get(f"{d2}/Manifest/", desk.manifest),
        web.get(f"{d2}/Manifest/{{table}}/{{hash}}/", desk.definition),
        web.get(f"{d2}/Stats/Definition/", desk.historical_stats),
        web.get(f"{d2}/{{type}}/Profile/{{id}}/", desk.profile),
        web.get(f"{d2}/{{type}}/Profile/{{id}}/LinkedProfiles/", desk.linked_profiles),
        web.post(f"{d2}/SearchDestinyPlayerByBungieName/{{type}}/", desk.search),
        web.get(f"{d2}/{{type}}/Account/{{id}}/Character/{{character}}/Stats/Activities/", matches.history),
        web.get(f"{d2}/{{type}}/Account/{{id}}/Stats/", matches.account),
        web.get(_REPORT, desk.report_elsewhere),
        web.get("/common/destiny2_content/json/{lang}/{file}", desk.manifest_file),
        web.get("/common/destiny2_content/icons/{file}", desk.image),
        web.get("/img/{file:.+}", desk.image),
    ]


def stats_routes(server: BungieServer) -> list[web.RouteDef]:
    return [web.get(_REPORT, server.matches.report)]


class Desk:
    """The handlers, all over one server."""

    def __init__(self, server: BungieServer) -> None:
        self.server = server
        self.world = server.world

    # -- groups ---------------------------------------------------------------------------------------

    async def group(self, request: web.Request) -> web.Response:
        clan = self._clan(request)
        answer = groups.group_response(clan, self._members(clan))
        return success(lies.lie_about_group(answer, told_lies()))

    async def members(self, request: web.Request) -> web.Response:
        """Pages are numbered from 1, and the number must be there (error 18 without it)."""
        clan = self._clan(request)
        page = query_number(request, "currentpage")
        if page < 1:
            raise Refusal(codes.INVALID_PARAMETERS)
        kind = query_number(request, "memberType", 0)
        fragment = request.query.get("nameSearch", "").casefold()
        people = [p for p in self._members(clan) if kind in (0, p.role) and fragment in p.name.casefold()]
        rows = [groups.member_row(person) for person in people]
        answer = groups.members_page(rows, page)
        return success(lies.lie_about_members(answer, page, told_lies()))

    async def groups_for_member(self, request: web.Request) -> web.Response:
        person = person_of(self.world, request)
        if any(lie.kind == "stale" for lie in told_lies()):
            person = _as_before(person)
        clan = self.world.clan(person.group_id) if person.group_id else None
        if number(request, "group_type") != 1:
            clan = None
        members = self.world.members(clan.group_id) if clan else []
        answer = groups.groups_for_member(person, clan, members, self.server.now())
        return success(lies.lie_about_groups(answer, told_lies()))

    def _clan(self, request: web.Request) -> Clan:
        clan = self.world.state.clans.get(str(number(request, "group")))
        if clan is None or clan.disbanded:
            raise Refusal(codes.GROUP_NOT_FOUND)
        return clan

    def _members(self, clan: Clan) -> list[Person]:
        """As of now; told to be stale, as of before the last change (`back`: before the last few)."""
        past = self.world.past_rosters.get(clan.group_id)
        stale = next((lie for lie in told_lies() if lie.kind == "stale"), None)
        if stale is None or not past:
            return self.world.members(clan.group_id)
        return past[-min(int(stale.option("back", 1)), len(past))]

    # -- people ---------------------------------------------------------------------------------------

    async def profile(self, request: web.Request) -> web.Response:
        components = _components(request.query.get("components", ""))
        person = person_of(self.world, request)
        stale = next((lie for lie in told_lies() if lie.kind == "stale"), None)
        shown, minted = self.server.mint(person, None if stale is None else int(stale.option("back", 1)))
        answer = profile_response(shown, components, minted, self.server.world.catalogue)
        return success(lies.lie_about_profile(answer, told_lies()))

    async def linked_profiles(self, request: web.Request) -> web.Response:
        person = person_of(self.world, request)
        profile = user_card(person) | {
            "dateLastPlayed": stamp(person.last_played),
            "isOverridden": False,
            "isCrossSavePrimary": len(person.applicable) > 1,
        }
        body: Json = {"profiles": [profile], "profilesWithErrors": []}
        if (card := website_card(person)) is not None:
            body["bnetMembership"] = card
        return success(body)

    async def search(self, request: web.Request) -> web.Response:
        """By exact global name, in any case, and code; nobody found is an empty list."""
        body = read_json(await request.read())
        if not isinstance(body, dict) or not isinstance(body.get("displayNameCode"), int):
            raise Refusal(codes.INVALID_PARAMETERS)
        wanted = str(body.get("displayName", "")).casefold(), body["displayNameCode"]
        kind = number(request, "type")
        found = [p for p in self.world.people.values() if ((p.global_name or "").casefold(), p.code) == wanted]
        return success([user_card(p) for p in found if p.applicable and kind in (-1, p.membership_type)])

    # -- everything else ------------------------------------------------------------------------------

    async def settings(self, request: web.Request) -> web.Response:
        seasons = self.world.seasons()
        current = current_season(seasons, self.server.now())["seasonNumber"]
        return success(settings_response(self.server.disabled, seasons, current))

    async def manifest(self, request: web.Request) -> web.Response:
        return success(self.server.manifest.response())

    async def definition(self, request: web.Request) -> web.Response:
        """GetDestinyEntityDefinition, out of the manifest's tables."""
        table = self.server.manifest.tables.get(request.match_info["table"], {})
        found = table.get(str(number(request, "hash")))
        if found is None:
            raise Refusal(21)
        return success(found)

    async def historical_stats(self, request: web.Request) -> web.Response:
        """GetHistoricalStatsDefinition: keyed by text."""
        return success(historical_stats())

    async def manifest_file(self, request: web.Request) -> web.Response:
        raw = self.server.manifest.file(request.path)
        if raw is None:
            raise web.HTTPNotFound
        response = web.Response(body=raw, content_type="application/json")
        response.enable_compression()
        return response

    async def image(self, request: web.Request) -> web.Response:
        headers = {"Cache-Control": "public, max-age=86400"}
        return web.Response(body=picture(request.path), content_type="image/png", headers=headers)

    async def report_elsewhere(self, request: web.Request) -> web.Response:
        """www sends everyone who asks for a report to the other host."""
        return web.Response(status=301, headers={"Location": f"{self.server.stats_url}{request.path}"})


def _as_before(person: Person) -> Person:
    """Someone who left, as they were while still in the clan."""
    if person.group_id is not None or not person.stints:
        return person
    last = person.stints[-1]
    return msgspec.structs.replace(person, group_id=last.group_id, joined_at=last.joined_at)


def _components(text: str) -> set[int]:
    """Numbers or names, comma-separated; none at all is error 18."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words:
        raise Refusal(codes.INVALID_PARAMETERS)
    numbers = {COMPONENTS.get(word, int(word) if word.isdigit() else -1) for word in words}
    if -1 in numbers:
        raise Refusal(codes.PARAMETER_PARSE_FAILURE)
    return numbers
