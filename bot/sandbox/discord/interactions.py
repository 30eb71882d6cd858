"""Interactions: who invoked what, the token that answers it, and the three seconds in which it must be answered."""

import asyncio
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.sandbox.discord import cast
from bot.sandbox.discord.core import Core
from bot.sandbox.discord.model import LOADING, Message
from bot.sandbox.discord.validate.messages import MOST_FILE_BYTES
from bot.sandbox.discord.wire import ApiError, Json, unknown

COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
PATIENCE_SECONDS = 3.0
_DEFERRED_UPDATE = 6
TOKEN_SECONDS = 15 * 60
_REMEMBERED = 2000


@dataclass
class Interaction:
    """`source`: the message whose component was used. `option_type`: the type of the option being completed.

    `answered` is set by the first response or by the time-out, `settled` once nothing is being thought about any more.
    """

    id: str
    kind: int
    channel_id: str
    user_id: str
    name: str
    source: Message | None = None
    option_type: int = 3
    token: str = field(default_factory=lambda: secrets.token_urlsafe(64))
    started: float = field(default_factory=time.monotonic)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    expired: bool = False
    response_type: int | None = None
    response_ms: float | None = None
    settled_ms: float | None = None
    original: Message | None = None
    extra: Json | None = None
    followups: list[Message] = field(default_factory=list)

    @property
    def thinking(self) -> bool:
        return self.original is not None and bool(self.original.flags & LOADING)

    def metadata(self) -> Json:
        """What a message that answers it keeps of it."""
        known: Json = {"id": self.id, "type": self.kind, "user_id": self.user_id, "name": self.name}
        return known | {"message_id": self.source.id} if self.source else known

    def first_answer(self, response_type: int) -> None:
        self.response_type = response_type
        self.response_ms = self._age_ms()
        self.answered.set()
        if not self.thinking and response_type != _DEFERRED_UPDATE:
            self.settle()

    def settle(self) -> None:
        if not self.settled.is_set():
            self.settled_ms = self._age_ms()
            self.settled.set()

    def _age_ms(self) -> float:
        return round((time.monotonic() - self.started) * 1000, 2)


class Interactions:
    """`patience` is how long an interaction waits for its first response, in seconds."""

    def __init__(self, core: Core, patience: float = PATIENCE_SECONDS) -> None:
        self.patience = patience
        self._core = core
        self._by_id: OrderedDict[str, Interaction] = OrderedDict()
        self._by_token: dict[str, Interaction] = {}

    def start(self, interaction: Interaction, data: Json) -> Interaction:
        """Sends it to the bot and lets it expire when nothing comes back."""
        self._remember(interaction)
        self._core.gateway.dispatch("INTERACTION_CREATE", self._payload(interaction, data))
        asyncio.get_running_loop().call_later(self.patience, self._expire, interaction)
        return interaction

    def new_id(self) -> str:
        return self._core.store.ids.next()

    def get(self, interaction_id: str) -> Interaction:
        try:
            return self._by_id[interaction_id]
        except KeyError:
            raise unknown(10062, "interaction") from None

    def to_answer(self, interaction_id: str, token: str) -> Interaction:
        """For the first response; raises ApiError 10062 when unknown or too late, 40060 when it has one already."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token or interaction.expired:
            raise unknown(10062, "interaction")
        if interaction.response_type is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        return interaction

    def by_token(self, token: str) -> Interaction:
        """The interaction for follow-ups and edits; raises ApiError 10015, or 50027 after fifteen minutes."""
        interaction = self._by_token.get(token)
        if interaction is None or interaction.response_type is None:
            raise unknown(10015, "Webhook")
        if time.monotonic() - interaction.started > TOKEN_SECONDS:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _remember(self, interaction: Interaction) -> None:
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        if len(self._by_id) > _REMEMBERED:
            _, oldest = self._by_id.popitem(last=False)
            del self._by_token[oldest.token]

    def _expire(self, interaction: Interaction) -> None:
        if interaction.response_type is None:
            interaction.expired = True
            interaction.answered.set()
            interaction.settled.set()

    def _payload(self, interaction: Interaction, data: Json) -> Json:
        channel = self._core.store.channel(interaction.channel_id)
        permissions = self._permissions(channel.id, interaction.user_id)
        payload: Json = {
            "id": interaction.id,
            "type": interaction.kind,
            "token": interaction.token,
            "channel_id": channel.id,
            "channel": self._core.channel_payload(channel) | {"permissions": permissions},
            "member": cast.member_payload(cast.USERS[interaction.user_id]) | {"permissions": permissions},
            "app_permissions": self._permissions(channel.id, cast.APPLICATION_ID),
            "data": data,
            **_SAME_FOR_ALL,
        }
        source = interaction.source
        return payload | ({"message": self._core.payload(source)} if source else {})

    def _permissions(self, channel_id: str, user_id: str) -> str:
        return str(self._core.store.permissions(user_id, channel_id))


_SAME_FOR_ALL: Json = {
    "version": 1,
    "application_id": cast.APPLICATION_ID,
    "guild_id": cast.GUILD_ID,
    "guild": {"id": cast.GUILD_ID, "locale": cast.LOCALE, "features": []},
    "locale": cast.LOCALE,
    "guild_locale": cast.LOCALE,
    "entitlements": [],
    "authorizing_integration_owners": {"0": cast.GUILD_ID},
    "context": 0,
    "attachment_size_limit": MOST_FILE_BYTES,
}
