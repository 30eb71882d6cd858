"""Everything that the simulated Discord remembers, in memory; keep.py writes it down."""

import copy
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.sandbox.discord import cast
from bot.sandbox.discord.model import Attachment, Channel, Message
from bot.sandbox.discord.permissions import ALL, BOT_DEFAULT, EVERYONE_DEFAULT, in_channel
from bot.sandbox.discord.snowflake import Snowflakes
from bot.sandbox.discord.wire import Json, Upload, unknown

NONCE_WINDOW = timedelta(minutes=5)
"""How long a nonce is remembered; Discord says "the past few minutes"."""

_KEPT_EDITS = 20


class Store:
    """Channels, messages, files and registered commands.

    `origin` is the address the server is reached at (attachments' urls begin with it).
    `changed` is called after each change.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.ids = Snowflakes(now)
        self.origin = ""
        self.changed: Callable[[], None] = lambda: None
        self.channels: dict[str, Channel] = {channel.id: channel for channel in _first_channels()}
        self.messages: dict[str, dict[str, Message]] = {channel: {} for channel in self.channels}
        self.files: dict[str, bytes] = {}
        self.commands: dict[str | None, list[Json]] = {}
        """Registered commands by guild; under None those of the application."""

    # Channels

    def channel(self, channel_id: str) -> Channel:
        """Raises ApiError 10003."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise unknown(10003, "Channel") from None

    def add_channel(self, name: str) -> Channel:
        channel = Channel(self.ids.next(), name, len(self.channels))
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        self.changed()
        return channel

    def remove_channel(self, channel_id: str) -> Channel:
        channel = self.channel(channel_id)
        del self.channels[channel_id], self.messages[channel_id]
        self.changed()
        return channel

    def permissions(self, user_id: str, channel_id: str) -> int:
        """The bits that the user has in the channel; raises ApiError 10003 for an unknown channel."""
        channel = self.channel(channel_id)
        user = cast.USERS[user_id]
        if user_id == cast.OWNER_ID:
            return ALL
        base = EVERYONE_DEFAULT | (BOT_DEFAULT if cast.BOT_ROLE_ID in user.roles else 0)
        return in_channel(base, channel.overwrites, cast.GUILD_ID, user.roles, user_id)

    def overwrite(self, channel_id: str, target_id: str, allow: int, deny: int) -> Channel:
        """Sets what is allowed and denied to a member or role; nothing of both removes the overwrite."""
        channel = self.channel(channel_id)
        kind = 1 if target_id in cast.USERS else 0
        entry = {"id": target_id, "type": kind, "allow": str(allow), "deny": str(deny)}
        others = [one for one in channel.overwrites if one["id"] != target_id]
        channel.overwrites = [*others, entry] if allow or deny else others
        self.changed()
        return channel

    # Messages

    def message(self, channel_id: str, message_id: str) -> Message:
        """Raises ApiError 10003 or 10008."""
        self.channel(channel_id)
        try:
            return self.messages[channel_id][message_id]
        except KeyError:
            raise unknown(10008, "Message") from None

    def add_message(self, message: Message) -> Message:
        self.messages[message.channel_id][message.id] = message
        self.changed()
        return message

    def edit_message(self, message: Message, **changes: object) -> Message:
        """Applies the changes and keeps what stood there before."""
        before = {
            "at": message.edited_at or message.created_at,
            "content": message.content,
            "embeds": copy.deepcopy(message.embeds),
        }
        message.edits = [*message.edits, before][-_KEPT_EDITS:]
        for name, value in changes.items():
            setattr(message, name, value)
        message.edited_at = self.now().isoformat()
        self.changed()
        return message

    def delete_message(self, message: Message) -> None:
        del self.messages[message.channel_id][message.id]
        for attachment in message.attachments:
            self.files.pop(attachment.id, None)
        self.changed()

    def listed(self, channel_id: str) -> list[Message]:
        """What the channel's history has, oldest first: ephemeral answers never stand in it."""
        return [message for message in self.messages[channel_id].values() if not message.ephemeral]

    def by_nonce(self, channel_id: str, author_id: str, nonce: str) -> Message | None:
        """The author's message of the past few minutes with that nonce."""
        since = (self.now() - NONCE_WINDOW).isoformat()
        for message in reversed(self.messages[channel_id].values()):
            if message.created_at < since:
                return None
            if message.nonce == nonce and message.author_id == author_id:
                return message
        return None

    def attach(self, upload: Upload, filename: str, description: str | None) -> Attachment:
        attachment_id = self.ids.next()
        self.files[attachment_id] = upload.data
        size = png_size(upload.data)
        kind = "image/png" if size else upload.content_type
        width, height = size or (None, None)
        return Attachment(attachment_id, filename, len(upload.data), kind, description, width, height)

    def replace_commands(self, guild_id: str | None, commands: Iterable[Json]) -> list[Json]:
        self.commands[guild_id] = list(commands)
        self.changed()
        return self.commands[guild_id]


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height out of a PNG's header; None for anything else."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _first_channels() -> list[Channel]:
    return [
        Channel(cast.ANNOUNCE_CHANNEL_ID, "clan-news", 0, "Who comes, who goes."),
        Channel(cast.GENERAL_CHANNEL_ID, "general", 1),
        Channel(cast.SPAM_CHANNEL_ID, "bot-spam", 2, "Commands go here."),
    ]
