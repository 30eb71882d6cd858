"""One function an endpoint: parse as Bungie.net parses, refuse as it refuses, answer from the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from bot.sandbox.bungie import codes, groups, lies
from bot.sandbox.bungie.answers import Json, Refusal, success
from bot.sandbox.bungie.cards import user_card, website_card
from bot.sandbox.bungie.guard import read_json, told_lies
from bot.sandbox.bungie.pictures import picture
from bot.sandbox.bungie.profiles import COMPONENTS, profile_response
from bot.sandbox.bungie.settings import settings_response
from bot.sandbox.world.model import Clan, Person
from bot.sandbox.world.rows import stamp

if TYPE_CHECKING:
    from bot.sandbox.bungie.server import BungieServer

_PLATFORMS = (1, 2, 3, 4, 5, 6, 10)
_REPORT = "/Platform/Destiny2/Stats/PostGameCarnageReport/{id}/"


def www_routes(server: BungieServer) -> list[web.RouteDef]:
    desk = Desk(server)
    d2 = "/Platform/Destiny2"
    return [
        web.get("/Platform/Settings/", desk.settings),
        web.get("/Platform/GroupV2/{group}/", desk.group),
        web.get("/Platform/GroupV2/{group}/Members/", desk.members),
        web.get("/Platform/GroupV2/User/{type}/{id}/{filter}/{group_type}/", desk.groups_for_member),
        web.get(f"{d2}/Manifest/", desk.manifest),
        web.get(f"{d2}/Manifest/{{table}}/{{hash}}/", desk.definition),
        web.get(f"{d2}/{{type}}/Profile/{{id}}/", desk.profile),
        web.get(f"{d2}/{{type}}/Profile/{{id}}/LinkedProfiles/", desk.linked_profiles),
        web.post(f"{d2}/SearchDestinyPlayerByBungieName/{{type}}/", desk.search),
        web.get(f"{d2}/{{type}}/Account/{{id}}/Character/{{character}}/Stats/Activities/", desk.history),
        web.get(_REPORT, desk.report_elsewhere),
        web.get("/common/destiny2_content/json/{lang}/{file}", desk.manifest_file),
        web.get("/common/destiny2_content/icons/{file}", desk.image),
        web.get("/img/{file:.+}", desk.image),
    ]


def stats_routes(server: BungieServer) -> list[web.RouteDef]:
    return [web.get(_REPORT, Desk(server).report)]


def number(request: web.Request, name: str) -> int:
    """A whole number out of the path; anything else is error 7."""
    text = request.match_info[name]
    if not text.lstrip("-").isdigit():
        raise Refusal(codes.PARAMETER_PARSE_FAILURE)
    return int(text)


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
        page = _query_number(request, "currentpage")
        if page < 1:
            raise Refusal(codes.INVALID_PARAMETERS)
        kind = _query_number(request, "memberType", 0)
        fragment = request.query.get("nameSearch", "").casefold()
        people = [p for p in self._members(clan) if kind in (0, p.role) and fragment in p.name.casefold()]
        rows = [groups.member_row(person) for person in people]
        answer = groups.members_page(rows, page)
        return success(lies.lie_about_members(answer, page, told_lies()))

    async def groups_for_member(self, request: web.Request) -> web.Response:
        person = self._person(request)
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
        person = self._person(request)
        stale = next((lie for lie in told_lies() if lie.kind == "stale"), None)
        shown, minted = self.server.mint(person, None if stale is None else int(stale.option("back", 1)))
        answer = profile_response(shown, components, minted)
        return success(lies.lie_about_profile(answer, told_lies()))

    async def linked_profiles(self, request: web.Request) -> web.Response:
        person = self._person(request)
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

    async def history(self, request: web.Request) -> web.Response:
        """This world keeps no matches yet: an empty history, which private accounts refuse to show."""
        if self._person(request).private:
            raise Refusal(1665)
        return success({})

    def _person(self, request: web.Request) -> Person:
        """The account at exactly this platform and id."""
        kind, id_ = number(request, "type"), number(request, "id")
        if kind not in _PLATFORMS:
            raise Refusal(codes.INVALID_PARAMETERS)
        person = self.world.people.get(str(id_))
        if person is None or person.membership_type != kind:
            raise Refusal(codes.ACCOUNT_NOT_FOUND)
        return person

    # -- everything else ------------------------------------------------------------------------------

    async def settings(self, request: web.Request) -> web.Response:
        return success(settings_response(self.server.disabled))

    async def manifest(self, request: web.Request) -> web.Response:
        return success(self.server.manifest.response())

    async def definition(self, request: web.Request) -> web.Response:
        """GetDestinyEntityDefinition; of items this world knows what the lite table has."""
        table = request.match_info["table"].replace("InventoryItemDefinition", "InventoryItemLiteDefinition")
        found = self.server.manifest.tables.get(table, {}).get(str(number(request, "hash")))
        if found is None:
            raise Refusal(21)
        return success(found)

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

    async def report(self, request: web.Request) -> web.Response:
        number(request, "id")
        raise Refusal(codes.PGCR_NOT_FOUND)


def _as_before(person: Person) -> Person:
    """Someone who left, as they were while still in the clan."""
    if person.group_id is not None or not person.stints:
        return person
    last = person.stints[-1]
    return msgspec.structs.replace(person, group_id=last.group_id, joined_at=last.joined_at)


def _query_number(request: web.Request, name: str, default: int | None = None) -> int:
    text = request.query.get(name)
    if text is None:
        if default is None:
            raise Refusal(codes.INVALID_PARAMETERS)
        return default
    if not text.lstrip("-").isdigit():
        raise Refusal(codes.PARAMETER_PARSE_FAILURE)
    return int(text)


def _components(text: str) -> set[int]:
    """Numbers or names, comma-separated; none at all is error 18."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not words:
        raise Refusal(codes.INVALID_PARAMETERS)
    numbers = {COMPONENTS.get(word, int(word) if word.isdigit() else -1) for word in words}
    if -1 in numbers:
        raise Refusal(codes.PARAMETER_PARSE_FAILURE)
    return numbers
