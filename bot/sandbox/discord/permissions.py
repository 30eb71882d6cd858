"""Permission bits, and who may do what in a channel (Discord's documented order of overwrites)."""

from collections.abc import Iterable

from bot.sandbox.discord.wire import Json

BITS = {
    "ADMINISTRATOR": 1 << 3,
    "MANAGE_CHANNELS": 1 << 4,
    "MANAGE_GUILD": 1 << 5,
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "MANAGE_MESSAGES": 1 << 13,
    "EMBED_LINKS": 1 << 14,
    "ATTACH_FILES": 1 << 15,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "USE_EXTERNAL_EMOJIS": 1 << 18,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
}
ALL = (1 << 53) - 1


def bits(names: Iterable[str]) -> int:
    """Raises KeyError for a name that is none."""
    value = 0
    for name in names:
        value |= BITS[name]
    return value


EVERYONE_DEFAULT = bits(("VIEW_CHANNEL", "SEND_MESSAGES", "READ_MESSAGE_HISTORY", "USE_APPLICATION_COMMANDS"))
BOT_DEFAULT = bits(
    (
        "VIEW_CHANNEL",
        "SEND_MESSAGES",
        "SEND_MESSAGES_IN_THREADS",
        "EMBED_LINKS",
        "ATTACH_FILES",
        "READ_MESSAGE_HISTORY",
    )
)


def in_channel(base: int, overwrites: Iterable[Json], everyone_id: str, roles: Iterable[str], user: str) -> int:
    """`base`: what the roles grant in the guild. Overwrites: @everyone's first, then roles', then the member's."""
    if base & BITS["ADMINISTRATOR"]:
        return ALL
    by_id = {overwrite["id"]: overwrite for overwrite in overwrites}
    held = [by_id[role] for role in roles if role in by_id]
    base = _apply(base, [by_id[everyone_id]] if everyone_id in by_id else [])
    base = _apply(base, held)
    return _apply(base, [by_id[user]] if user in by_id else [])


def _apply(base: int, overwrites: Iterable[Json]) -> int:
    allow = deny = 0
    for overwrite in overwrites:
        allow |= int(overwrite["allow"])
        deny |= int(overwrite["deny"])
    return base & ~deny | allow
