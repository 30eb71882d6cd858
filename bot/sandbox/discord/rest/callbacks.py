"""Answers to interactions: the callback, and messages by the interaction's token."""

from aiohttp import web

from bot.sandbox.discord import cast, responding
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.interactions import Interaction, Interactions
from bot.sandbox.discord.wire import BODY, answer, no_content, unknown

_MESSAGE = "/webhooks/{webhook_id}/{token}/messages/{message_id}"


class CallbackRoutes:
    def __init__(self, core: Core, interactions: Interactions) -> None:
        self._core = core
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/interactions/{interaction_id}/{token}/callback", self.callback),
            web.post("/webhooks/{webhook_id}/{token}", self.follow_up),
            web.get(_MESSAGE, self.message),
            web.patch(_MESSAGE, self.edit),
            web.delete(_MESSAGE, self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        parts = request.match_info
        interaction = self._interactions.to_answer(parts["interaction_id"], parts["token"])
        described = responding.respond(self._core, interaction, request[BODY])
        wanted = request.query.get("with_response", "").lower() in ("1", "true")
        return answer(described) if wanted else no_content()

    async def follow_up(self, request: web.Request) -> web.Response:
        return answer(responding.follow_up(self._core, self._found(request), request[BODY]))

    async def message(self, request: web.Request) -> web.Response:
        message = responding.find(self._found(request), request.match_info["message_id"])
        return answer(self._core.payload(message))

    async def edit(self, request: web.Request) -> web.Response:
        message_id = request.match_info["message_id"]
        return answer(responding.edit(self._core, self._found(request), message_id, request[BODY]))

    async def delete(self, request: web.Request) -> web.Response:
        responding.delete(self._core, self._found(request), request.match_info["message_id"])
        return no_content()

    def _found(self, request: web.Request) -> Interaction:
        if request.match_info["webhook_id"] != cast.APPLICATION_ID:
            raise unknown(10015, "Webhook")
        return self._interactions.by_token(request.match_info["token"])
