"""What the store holds: channels, messages and their attachments, as plain data that JSON can keep."""

from dataclasses import asdict, dataclass, field
from typing import Any

from bot.sandbox.discord.wire import Json

EPHEMERAL = 1 << 6
LOADING = 1 << 7
SILENT = 1 << 12
COMPONENTS_V2 = 1 << 15
SUPPRESS_EMBEDS = 1 << 2


@dataclass
class Channel:
    id: str
    name: str
    position: int
    topic: str | None = None
    overwrites: list[Json] = field(default_factory=list)


@dataclass
class Attachment:
    id: str
    filename: str
    size: int
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass
class Message:
    """`visible_to`: the one user who sees it (ephemeral), else None. `edits`: what stood there before, oldest first.

    `interaction`: {id, type, user_id, name} of the interaction that it answers.
    """

    id: str
    channel_id: str
    author_id: str
    created_at: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    edited_at: str | None = None
    edits: list[Json] = field(default_factory=list)
    interaction: Json | None = None
    visible_to: str | None = None
    pings: list[str] = field(default_factory=list)
    role_pings: list[str] = field(default_factory=list)
    pings_everyone: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    def to_json(self) -> Json:
        return asdict(self)


def message_from(data: Json) -> Message:
    attachments = [Attachment(**item) for item in data.pop("attachments")]
    return Message(**data, attachments=attachments)


def channel_from(data: dict[str, Any]) -> Channel:
    return Channel(**data)
