"""The guild, its channels, members and roles, and users by id."""

from aiohttp import web

from bot.sandbox.discord import cast
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.wire import answer, unknown


class GuildRoutes:
    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/guilds/{guild_id}", self.guild),
            web.get("/guilds/{guild_id}/channels", self.channels),
            web.get("/guilds/{guild_id}/roles", self.roles),
            web.get("/guilds/{guild_id}/members", self.members),
            web.get("/guilds/{guild_id}/members/search", self.search),
            web.get("/guilds/{guild_id}/members/{user_id}", self.member),
            web.get("/users/{user_id}", self.user),
        ]

    async def guild(self, request: web.Request) -> web.Response:
        _check(request)
        counts = {"approximate_member_count": len(cast.USERS), "approximate_presence_count": len(cast.USERS)}
        return answer(cast.guild_payload() | (counts if request.query.get("with_counts") else {}))

    async def channels(self, request: web.Request) -> web.Response:
        _check(request)
        return answer([self._core.channel_payload(channel) for channel in self._core.store.channels.values()])

    async def roles(self, request: web.Request) -> web.Response:
        _check(request)
        return answer(cast.roles_payload())

    async def members(self, request: web.Request) -> web.Response:
        _check(request)
        after, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "1"))
        users = sorted(cast.USERS.values(), key=lambda user: int(user.id))
        return answer([cast.member_payload(user) for user in users if int(user.id) > after][:limit])

    async def search(self, request: web.Request) -> web.Response:
        _check(request)
        wanted = request.query.get("query", "").lower()
        found = [user for user in cast.USERS.values() if user.name.lower().startswith(wanted)]
        return answer([cast.member_payload(user) for user in found][: int(request.query.get("limit", "1"))])

    async def member(self, request: web.Request) -> web.Response:
        _check(request)
        return answer(cast.member_payload(_user(request, 10007, "Member")))

    async def user(self, request: web.Request) -> web.Response:
        return answer(cast.user_payload(_user(request, 10013, "User")))


def _check(request: web.Request) -> None:
    if request.match_info["guild_id"] != cast.GUILD_ID:
        raise unknown(10004, "Guild")


def _user(request: web.Request, code: int, what: str) -> cast.User:
    try:
        return cast.USERS[request.match_info["user_id"]]
    except KeyError:
        raise unknown(code, what) from None
