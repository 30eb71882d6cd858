"""The client's side over HTTP (/sandbox/discord/...): what the page and tests do as people, and faults on purpose."""

import asyncio
import copy
from typing import Any

from aiohttp import web

from bot.sandbox.discord import cast, invoking
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.faults import fault_from
from bot.sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, Interaction, Interactions
from bot.sandbox.discord.model import Message
from bot.sandbox.discord.permissions import BITS, BOT_DEFAULT, bits
from bot.sandbox.discord.render import attachment_payload
from bot.sandbox.discord.wire import ApiError, Json, answer, as_object, parse_json, unknown

BASE = "/sandbox/discord"
_KINDS = {"command": COMMAND, "autocomplete": AUTOCOMPLETE, "component": COMPONENT}


class ClientRoutes:
    def __init__(self, core: Core, interactions: Interactions) -> None:
        self._core = core
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        channel = f"{BASE}/channels/{{channel_id}}"
        return [
            web.get(f"{BASE}/state", self.state),
            web.get(f"{BASE}/events", self._core.feed.stream),
            web.get(f"{BASE}/commands", self.commands),
            web.get(f"{BASE}/requests", self.requests),
            web.get(f"{BASE}/faults", self.faults),
            web.post(f"{BASE}/faults", self.add_fault),
            web.delete(f"{BASE}/faults", self.clear_faults),
            web.post(f"{BASE}/disconnect", self.disconnect),
            web.get(f"{BASE}/channels", self.channels),
            web.post(f"{BASE}/channels", self.add_channel),
            web.delete(channel, self.remove_channel),
            web.post(f"{channel}/permissions", self.permissions),
            web.get(f"{channel}/messages", self.messages),
            web.post(f"{channel}/messages", self.say),
            web.post(f"{BASE}/interactions", self.interact),
            web.get(f"{BASE}/interactions/{{interaction_id}}", self.interaction),
        ]

    async def state(self, request: web.Request) -> web.Response:
        """What the page needs to begin."""
        return answer(
            {
                "guild": {"id": cast.GUILD_ID, "name": cast.GUILD_NAME},
                "bot": {"id": cast.BOT.id, "name": cast.BOT.name, "online": self._core.gateway.online},
                "users": [_person(user) for user in cast.USERS.values() if not user.bot],
                "channels": self._channels(),
            }
        )

    async def commands(self, request: web.Request) -> web.Response:
        return answer(self._registered())

    async def requests(self, request: web.Request) -> web.Response:
        return answer(self._core.requests.to_json(int(request.query.get("last", "100"))))

    # Faults

    async def faults(self, request: web.Request) -> web.Response:
        return answer({"faults": self._core.faults.to_json()})

    async def add_fault(self, request: web.Request) -> web.Response:
        self._core.faults.add(fault_from(await _json(request)))
        return answer({"faults": self._core.faults.to_json()})

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._core.faults.clear()
        return answer({"faults": []})

    async def disconnect(self, request: web.Request) -> web.Response:
        how = (await _json(request)).get("how", "reconnect")
        if how not in ("reconnect", "invalid", "drop"):
            raise ApiError(400, 0, "how is reconnect, invalid or drop")
        return answer({"connections": self._core.gateway.disconnect(how)})

    # Channels

    async def channels(self, request: web.Request) -> web.Response:
        return answer(self._channels())

    def _channels(self) -> list[Json]:
        return [
            {"id": one.id, "name": one.name, "topic": one.topic, "denied": self._denied(one.id)}
            for one in self._core.store.channels.values()
        ]

    def _denied(self, channel_id: str) -> list[str]:
        """The names of those of the bot's permissions that the channel takes away."""
        left = self._core.store.permissions(cast.APPLICATION_ID, channel_id)
        return [name for name, bit in BITS.items() if BOT_DEFAULT & bit and not left & bit]

    async def add_channel(self, request: web.Request) -> web.Response:
        channel = self._core.store.add_channel(str((await _json(request)).get("name") or "new-channel"))
        self._core.channel_changed("CHANNEL_CREATE", channel)
        return answer({"id": channel.id, "name": channel.name}, 201)

    async def remove_channel(self, request: web.Request) -> web.Response:
        channel = self._core.store.remove_channel(request.match_info["channel_id"])
        self._core.channel_changed("CHANNEL_DELETE", channel)
        return answer({"id": channel.id, "name": channel.name})

    async def permissions(self, request: web.Request) -> web.Response:
        """{"deny": [names], "allow": [names]} for the bot in this channel; both empty gives all back."""
        wanted = await _json(request)
        try:
            allow, deny = bits(wanted.get("allow") or ()), bits(wanted.get("deny") or ())
        except KeyError as error:
            raise ApiError(400, 0, f"{error.args[0]} is none of {', '.join(BITS)}") from None
        channel_id = request.match_info["channel_id"]
        channel = self._core.store.overwrite(channel_id, cast.APPLICATION_ID, allow, deny)
        self._core.channel_changed("CHANNEL_UPDATE", channel)
        return answer({"id": channel.id, "denied": self._denied(channel.id)})

    async def messages(self, request: web.Request) -> web.Response:
        """All, oldest first. With ?user_id: without the ephemeral ones of others; ?after: those behind an id."""
        channel = self._core.store.channel(request.match_info["channel_id"])
        viewer, after = request.query.get("user_id"), int(request.query.get("after", "0"))
        everything = list(self._core.store.messages[channel.id].values())
        shown = [one for one in everything if viewer is None or one.visible_to in (None, viewer)]
        return answer([self.payload(one) for one in shown if int(one.id) > after])

    def payload(self, message: Message) -> Json:
        """A message as the bot sees it, and beside it what only this side knows."""
        origin = self._core.store.origin
        return self._core.payload(message) | {
            "nonce": message.nonce,
            "edits": message.edits,
            "visible_to": message.visible_to,
            "files": [attachment_payload(message, one, origin) for one in message.attachments],
        }

    async def say(self, request: web.Request) -> web.Response:
        """A person writes plain text."""
        data = await _json(request)
        content = str(data.get("content") or "").strip()
        if not 1 <= len(content) <= 2000:
            raise ApiError(400, 50006, "Cannot send an empty message")
        store = self._core.store
        channel = store.channel(request.match_info["channel_id"])
        author = _user_id(data)
        message = Message(store.ids.next(), channel.id, author, store.now().isoformat(), content)
        self._core.post(message)
        return answer(self.payload(message), 201)

    # Interactions

    def _registered(self) -> list[Json]:
        """The guild's commands stand before the application's of the same name, as in the client."""
        commands = self._core.store.commands
        own = commands.get(cast.GUILD_ID, [])
        names = {one["name"] for one in own}
        return [*own, *(one for one in commands.get(None, []) if one["name"] not in names)]

    async def interact(self, request: web.Request) -> web.Response:
        """Waits for the first answer, at most 3 s; with `wait` (seconds) also until a deferred one is filled in."""
        data = await _json(request)
        interaction, payload = self._prepared(data)
        self._interactions.start(interaction, payload)
        await interaction.answered.wait()
        if wait := float(data.get("wait") or 0):
            await _at_most(interaction.settled, wait)
        return answer(self._outcome(interaction))

    async def interaction(self, request: web.Request) -> web.Response:
        interaction = self._interactions.get(request.match_info["interaction_id"])
        return answer(self._outcome(interaction))

    def _prepared(self, data: Json) -> tuple[Interaction, Json]:
        kind = _KINDS.get(str(data.get("type")))
        if kind is None:
            raise ApiError(400, 0, f"type is one of {', '.join(_KINDS)}")
        channel = self._core.store.channel(str(data.get("channel_id") or cast.SPAM_CHANNEL_ID))
        if kind == COMPONENT:
            return self._component(data, channel.id)
        return self._command(data, channel.id, kind)

    def _command(self, data: Json, channel_id: str, kind: int) -> tuple[Interaction, Json]:
        values: dict[str, Any] = as_object(data.get("options") or {})
        focused = data.get("focused") if kind == AUTOCOMPLETE else None
        if kind == AUTOCOMPLETE and focused not in values:
            raise invoking.refused("focused names one of the options")
        command, steps = invoking.find_command(self._registered(), str(data.get("name") or "").strip("/ "))
        payload = invoking.command_data(command, steps, values, focused)
        leaf = steps[-1] if steps else command
        types = {option["name"]: option["type"] for option in leaf.get("options") or []}
        name = " ".join([command["name"], *(step["name"] for step in steps)])
        interaction = Interaction(self._interactions.new_id(), kind, channel_id, _user_id(data), name)
        interaction.option_type = types.get(focused or "", 3)
        return interaction, payload

    def _component(self, data: Json, channel_id: str) -> tuple[Interaction, Json]:
        message = self._core.store.message(channel_id, str(data.get("message_id")))
        user_id = _user_id(data)
        if message.visible_to not in (None, user_id):
            raise unknown(10008, "Message")
        values = [str(value) for value in data.get("values") or []]
        payload = invoking.component_data(message, str(data.get("custom_id")), values)
        interaction = Interaction(self._interactions.new_id(), COMPONENT, channel_id, user_id, "", message)
        return interaction, payload

    def _outcome(self, interaction: Interaction) -> Json:
        response = copy.copy(interaction.extra)
        if interaction.original is not None:
            response = self.payload(interaction.original)
        return {
            "id": interaction.id,
            "ok": interaction.response_type is not None,
            "response_type": interaction.response_type,
            "response": response,
            "deferred": interaction.response_type in (5, 6),
            "thinking": interaction.thinking,
            "followups": [self.payload(message) for message in interaction.followups],
            "ms": interaction.response_ms,
            "settled_ms": interaction.settled_ms,
            "error": "The application did not respond" if interaction.expired else None,
        }


def _person(user: cast.User) -> Json:
    return {"id": user.id, "name": user.name, "owner": user.id == cast.OWNER_ID}


def _user_id(data: Json) -> str:
    """Who acts: the owner when nobody is named."""
    user = cast.USERS.get(str(data.get("user_id") or cast.OWNER_ID))
    if user is None or user.bot:
        raise unknown(10013, "User")
    return user.id


async def _json(request: web.Request) -> Json:
    raw = await request.read()
    return as_object(parse_json(raw)) if raw else {}


async def _at_most(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
