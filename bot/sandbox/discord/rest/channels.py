"""Channels and their messages."""

from collections.abc import Callable

from aiohttp import web

from bot.sandbox.discord import cast
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.model import COMPONENTS_V2, EPHEMERAL, SILENT, SUPPRESS_EMBEDS, Message
from bot.sandbox.discord.permissions import BITS
from bot.sandbox.discord.validate.messages import Draft, draft_message
from bot.sandbox.discord.wire import BODY, ApiError, answer, no_content, unknown

_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_SETTABLE = SUPPRESS_EMBEDS | SILENT | COMPONENTS_V2
_MOST_LISTED = 100


class ChannelRoutes:
    def __init__(self, core: Core) -> None:
        self._core = core

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/channels/{channel_id}", self.channel),
            web.get("/channels/{channel_id}/messages", self.messages),
            web.post("/channels/{channel_id}/messages", self.create),
            web.post("/channels/{channel_id}/typing", self.typing),
            web.get(_MESSAGE, self.message),
            web.patch(_MESSAGE, self.edit),
            web.delete(_MESSAGE, self.delete),
        ]

    async def channel(self, request: web.Request) -> web.Response:
        self._require(request, "VIEW_CHANNEL")
        channel = self._core.store.channel(request.match_info["channel_id"])
        return answer(self._core.channel_payload(channel))

    async def typing(self, request: web.Request) -> web.Response:
        self._require(request, "SEND_MESSAGES")
        return no_content()

    async def messages(self, request: web.Request) -> web.Response:
        """Newest first. Without READ_MESSAGE_HISTORY the list is empty, not refused (documented)."""
        if not self._require(request, "VIEW_CHANNEL") & BITS["READ_MESSAGE_HISTORY"]:
            return answer([])
        listed = self._core.store.listed(request.match_info["channel_id"])
        chosen = _page(listed, dict(request.query))
        return answer([self._core.payload(message) for message in reversed(chosen)])

    async def message(self, request: web.Request) -> web.Response:
        self._require(request, "VIEW_CHANNEL", "READ_MESSAGE_HISTORY")
        return answer(self._core.payload(self._message(request)))

    async def create(self, request: web.Request) -> web.Response:
        """A nonce with enforce_nonce that the author used in this channel lately answers the earlier message."""
        permissions = self._require(request, "SEND_MESSAGES")
        channel_id = request.match_info["channel_id"]
        draft = draft_message(request[BODY])
        if draft.empty:
            raise ApiError(400, 50006, "Cannot send an empty message")
        _check_parts(draft, permissions)
        if draft.nonce and draft.enforce_nonce:
            earlier = self._core.store.by_nonce(channel_id, cast.APPLICATION_ID, draft.nonce)
            if earlier:
                return answer(self._core.payload(earlier))
        draft.flags &= _SETTABLE
        return answer(self._core.post(self._core.compose(draft, channel_id, cast.APPLICATION_ID)))

    async def edit(self, request: web.Request) -> web.Response:
        permissions = self._require(request, "VIEW_CHANNEL")
        message = self._message(request)
        if message.author_id != cast.APPLICATION_ID:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        earlier = {one.id: one.filename for one in message.attachments}
        draft = draft_message(request[BODY], earlier, bool(message.flags & COMPONENTS_V2))
        _check_parts(draft, permissions)
        draft.flags &= _SETTABLE
        return answer(self._core.edit(message, draft))

    async def delete(self, request: web.Request) -> web.Response:
        permissions = self._require(request, "VIEW_CHANNEL")
        message = self._message(request)
        if message.author_id != cast.APPLICATION_ID and not permissions & BITS["MANAGE_MESSAGES"]:
            raise ApiError(403, 50013, "Missing Permissions")
        self._core.delete(message)
        return no_content()

    def _message(self, request: web.Request) -> Message:
        """Ephemeral messages are reached by their interaction's token only."""
        message = self._core.store.message(request.match_info["channel_id"], request.match_info["message_id"])
        if message.flags & EPHEMERAL:
            raise unknown(10008, "Message")
        return message

    def _require(self, request: web.Request, *names: str) -> int:
        """The bot's permissions in the channel; raises ApiError 10003, 50001 (cannot see it) or 50013."""
        permissions = self._core.store.permissions(cast.APPLICATION_ID, request.match_info["channel_id"])
        if not permissions & BITS["VIEW_CHANNEL"]:
            raise ApiError(403, 50001, "Missing Access")
        if any(not permissions & BITS[name] for name in names):
            raise ApiError(403, 50013, "Missing Permissions")
        return permissions


def _check_parts(draft: Draft, permissions: int) -> None:
    if (draft.embeds and not permissions & BITS["EMBED_LINKS"]) or (
        draft.files and not permissions & BITS["ATTACH_FILES"]
    ):
        raise ApiError(403, 50013, "Missing Permissions")


def _page(listed: list[Message], query: dict[str, str]) -> list[Message]:
    """Oldest first: `after` takes the next ones, `before` (and nothing) the last ones, `around` both sides of an id."""
    limit = _number(query, "limit", 50)
    if not 1 <= limit <= _MOST_LISTED:
        raise ApiError(400, 50035, "Invalid Form Body", _limit_error(limit))
    if "around" in query:
        middle = _number(query, "around", 0)
        older = _chosen(listed, lambda one: one < middle)[-(limit // 2) :] if limit > 1 else []
        return older + _chosen(listed, lambda one: one >= middle)[: limit - limit // 2]
    if "after" in query:
        after = _number(query, "after", 0)
        return _chosen(listed, lambda one: one > after)[:limit]
    before = _number(query, "before", 1 << 63)
    return _chosen(listed, lambda one: one < before)[-limit:]


def _chosen(listed: list[Message], wanted: Callable[[int], bool]) -> list[Message]:
    return [message for message in listed if wanted(int(message.id))]


def _number(query: dict[str, str], name: str, default: int) -> int:
    value = query.get(name, str(default))
    if not value.isdigit():
        error = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{value}" is not snowflake.'}
        raise ApiError(400, 50035, "Invalid Form Body", {name: {"_errors": [error]}})
    return int(value)


def _limit_error(limit: int) -> dict[str, object]:
    high = limit > _MOST_LISTED
    bound = f"less than or equal to {_MOST_LISTED}" if high else "greater than or equal to 1"
    code = "NUMBER_TYPE_MAX" if high else "NUMBER_TYPE_MIN"
    return {"limit": {"_errors": [{"code": code, "message": f"int value should be {bound}."}]}}
