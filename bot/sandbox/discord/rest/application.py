"""The bot's own account, the gateway's address, and the registered commands."""

from aiohttp import web

from bot.sandbox.discord import cast
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.gateway import IDENTIFIES_PER_DAY
from bot.sandbox.discord.permissions import BOT_DEFAULT, EVERYONE_DEFAULT
from bot.sandbox.discord.validate.commands import MOST_COMMANDS, check_bulk, check_command
from bot.sandbox.discord.wire import BODY, ApiError, Json, answer, as_object, no_content, unknown


class ApplicationRoutes:
    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[web.RouteDef]:
        own = "/applications/{application_id}"
        found = [
            web.get("/users/@me", self.me),
            web.get("/users/@me/guilds", self.my_guilds),
            web.get("/oauth2/applications/@me", self.application),
            web.get("/applications/@me", self.application),
            web.get("/gateway", self.gateway),
            web.get("/gateway/bot", self.gateway_bot),
        ]
        for place in (f"{own}/commands", own + "/guilds/{guild_id}/commands"):
            found += [
                web.get(place, self.commands),
                web.put(place, self.overwrite),
                web.post(place, self.create),
                web.get(place + "/{command_id}", self.command),
                web.patch(place + "/{command_id}", self.edit),
                web.delete(place + "/{command_id}", self.delete),
            ]
        return found

    async def me(self, request: web.Request) -> web.Response:
        return answer(
            cast.user_payload(cast.BOT) | {"mfa_enabled": True, "locale": cast.LOCALE, "verified": True, "email": None}
        )

    async def my_guilds(self, request: web.Request) -> web.Response:
        guild: Json = {
            "id": cast.GUILD_ID,
            "name": cast.GUILD_NAME,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(BOT_DEFAULT | EVERYONE_DEFAULT),
            "features": [],
        }
        return answer([guild])

    async def application(self, request: web.Request) -> web.Response:
        return answer(cast.application_payload())

    async def gateway(self, request: web.Request) -> web.Response:
        return answer({"url": f"ws://{request.host}/gateway"})

    async def gateway_bot(self, request: web.Request) -> web.Response:
        limit = {
            "total": IDENTIFIES_PER_DAY,
            "remaining": max(0, IDENTIFIES_PER_DAY - self._core.gateway.identified),
            "reset_after": 24 * 3600 * 1000,
            "max_concurrency": 1,
        }
        return answer({"url": f"ws://{request.host}/gateway", "shards": 1, "session_start_limit": limit})

    # Commands

    async def commands(self, request: web.Request) -> web.Response:
        return answer(self._registered(request))

    async def overwrite(self, request: web.Request) -> web.Response:
        guild = self._guild(request)
        checked = check_bulk(request[BODY].json)
        known = {(one["type"], one["name"]): one for one in self._registered(request)}
        commands = [
            self._made(command, guild, known.get((command.get("type", 1), command["name"]))) for command in checked
        ]
        return answer(self._store(guild, commands))

    async def create(self, request: web.Request) -> web.Response:
        """Creating a command whose name stands already replaces it, with 200 instead of 201."""
        guild = self._guild(request)
        checked = check_command(as_object(request[BODY].json))
        registered = self._registered(request)
        key = (checked.get("type", 1), checked["name"])
        earlier = next((one for one in registered if (one["type"], one["name"]) == key), None)
        if earlier is None and len(registered) >= MOST_COMMANDS:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({MOST_COMMANDS}).")
        command = self._made(checked, guild, earlier)
        self._store(guild, [*(one for one in registered if one is not earlier), command])
        return answer(command, 200 if earlier else 201)

    async def command(self, request: web.Request) -> web.Response:
        return answer(self._one(request))

    async def edit(self, request: web.Request) -> web.Response:
        guild, earlier = self._guild(request), self._one(request)
        changed = check_command(earlier | as_object(request[BODY].json))
        command = self._made(changed, guild, earlier)
        self._store(guild, [command if one is earlier else one for one in self._registered(request)])
        return answer(command)

    async def delete(self, request: web.Request) -> web.Response:
        earlier = self._one(request)
        self._store(self._guild(request), [one for one in self._registered(request) if one is not earlier])
        return no_content()

    def _guild(self, request: web.Request) -> str | None:
        if request.match_info["application_id"] != cast.APPLICATION_ID:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        guild = request.match_info.get("guild_id")
        if guild not in (None, cast.GUILD_ID):
            raise ApiError(403, 50001, "Missing Access")
        return guild

    def _registered(self, request: web.Request) -> list[Json]:
        return self._core.store.commands.get(self._guild(request), [])

    def _one(self, request: web.Request) -> Json:
        for command in self._registered(request):
            if command["id"] == request.match_info["command_id"]:
                return command
        raise unknown(10063, "application command")

    def _store(self, guild: str | None, commands: list[Json]) -> list[Json]:
        stored = self._core.store.replace_commands(guild, commands)
        self._core.feed.publish("commands")
        return stored

    def _made(self, command: Json, guild: str | None, earlier: Json | None) -> Json:
        """As Discord stores it; a command that keeps its name keeps its id."""
        ids = self._core.store.ids
        made: Json = {
            "id": earlier["id"] if earlier else ids.next(),
            "application_id": cast.APPLICATION_ID,
            "version": ids.next(),
            "type": command.get("type") or 1,
            "name": command["name"],
            "name_localizations": command.get("name_localizations"),
            "description": command.get("description") or "",
            "description_localizations": command.get("description_localizations"),
            "default_member_permissions": _as_text(command.get("default_member_permissions")),
            "dm_permission": command.get("dm_permission", True),
            "contexts": command.get("contexts"),
            "integration_types": command.get("integration_types") or [0],
            "nsfw": bool(command.get("nsfw")),
        }
        if command.get("options"):
            made["options"] = command["options"]
        return made | ({"guild_id": guild} if guild else {})


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)
