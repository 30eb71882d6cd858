"""What the routes share: the store and those who must hear of its changes."""

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.discord import cast
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.feed import Feed
from bot.sandbox.discord.gateway import GUILD_MESSAGES, GUILDS, Gateway
from bot.sandbox.discord.model import Channel, Message
from bot.sandbox.discord.ratelimit import RateLimiter
from bot.sandbox.discord.render import channel_payload, message_payload
from bot.sandbox.discord.requestlog import RequestLog
from bot.sandbox.discord.store import Store
from bot.sandbox.discord.validate.messages import Draft
from bot.sandbox.discord.wire import Json


class Core:
    """One guild's state, and the gateway and pages that follow it."""

    def __init__(self, store: Store, token: str, rates: RateLimiter) -> None:
        self.store = store
        self.token = token
        self.rates = rates
        self.faults = Faults()
        self.requests = RequestLog(store.now)
        self.feed = Feed()
        self.gateway = Gateway(token, self.guild_create, lambda on: self.feed.publish("presence", online=on))

    @property
    def now(self) -> Callable[[], datetime]:
        return self.store.now

    # Messages

    def compose(self, draft: Draft, channel_id: str, author_id: str) -> Message:
        """A message out of a checked draft, its files stored; not yet posted."""
        attachments = [self.store.attach(one.upload, one.filename, one.description) for one in draft.files]
        return Message(
            id=self.store.ids.next(),
            channel_id=channel_id,
            author_id=author_id,
            created_at=self.now().isoformat(),
            content=draft.content or "",
            embeds=draft.embeds or [],
            components=draft.components or [],
            attachments=attachments,
            flags=draft.flags,
            nonce=draft.nonce,
            pings=[one for one in draft.pings.users if one in cast.USERS],
            role_pings=list(draft.pings.roles),
            pings_everyone=draft.pings.everyone,
        )

    def post(self, message: Message) -> Json:
        """Puts it into its channel and tells everyone; ephemeral ones go to the page alone."""
        self.store.add_message(message)
        return self._announce("MESSAGE_CREATE", "message", message)

    def edit(self, message: Message, draft: Draft, flags: int | None = None) -> Json:
        """Changes only what the draft names. `flags`: the new ones, where they change."""
        kept = [one for one in message.attachments if draft.kept is None or one.id in draft.kept]
        new = [self.store.attach(one.upload, one.filename, one.description) for one in draft.files]
        named = {name: getattr(draft, name) for name in ("content", "embeds", "components")}
        changes = {name: value for name, value in named.items() if value is not None}
        merged = message.flags | draft.flags if flags is None else flags
        self.store.edit_message(message, **changes, attachments=[*kept, *new], flags=merged)
        return self._announce("MESSAGE_UPDATE", "edit", message)

    def delete(self, message: Message) -> None:
        self.store.delete_message(message)
        place = {"id": message.id, "channel_id": message.channel_id}
        self.feed.publish("delete", **place)
        if not message.ephemeral:
            self.gateway.dispatch("MESSAGE_DELETE", place | {"guild_id": cast.GUILD_ID}, GUILD_MESSAGES)

    def payload(self, message: Message) -> Json:
        return message_payload(message, self.store.origin)

    def _announce(self, event: str, kind: str, message: Message) -> Json:
        payload = self.payload(message)
        self.feed.publish(kind, id=message.id, channel_id=message.channel_id)
        if not message.ephemeral:
            author = cast.member_payload(cast.USERS[message.author_id])
            del author["user"]
            self.gateway.dispatch(event, payload | {"guild_id": cast.GUILD_ID, "member": author}, GUILD_MESSAGES)
        return payload

    # Guild

    def channel_payload(self, channel: Channel) -> Json:
        listed = self.store.listed(channel.id) if channel.id in self.store.messages else []
        return channel_payload(channel, listed[-1].id if listed else None)

    def channel_changed(self, event: str, channel: Channel) -> None:
        """`event`: CHANNEL_CREATE, CHANNEL_UPDATE or CHANNEL_DELETE."""
        self.gateway.dispatch(event, self.channel_payload(channel), GUILDS)
        self.feed.publish("channels")

    def guild_create(self) -> Json:
        members = [cast.member_payload(user) for user in cast.USERS.values()]
        return cast.guild_payload() | {
            "joined_at": cast.JOINED_AT,
            "large": False,
            "unavailable": False,
            "member_count": len(members),
            "members": members,
            "channels": [self.channel_payload(channel) for channel in self.store.channels.values()],
            **{name: [] for name in _EMPTY},
        }


_EMPTY = (
    "threads",
    "presences",
    "voice_states",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)
