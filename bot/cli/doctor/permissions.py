"""What a bot may do in a channel, by Discord's documented order of roles and overwrites. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ADMINISTRATOR = 1 << 3
NEEDED = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
}
"""What announcements need. Read Message History: to see whether a post whose answer was lost arrived."""
THREADS = {10, 11, 12}
"""Channel types of threads: there Send Messages in Threads counts instead of Send Messages."""
IN_THREADS = ("Send Messages in Threads", 1 << 38)


def of_bot(roles: Iterable[Mapping[str, Any]], held: Iterable[str], guild_id: str) -> int:
    """The permissions of someone with these role ids in the guild; @everyone's role bears the guild's id."""
    mine = {*held, guild_id}
    allowed = 0
    for role in roles:
        if role["id"] in mine:
            allowed |= int(role["permissions"])
    return allowed


def in_channel(
    base: int, overwrites: Iterable[Mapping[str, Any]], held: Iterable[str], guild_id: str, user_id: str
) -> int:
    """`base` with the channel's overwrites: @everyone's first, then those of all roles together, then the member's."""
    if base & ADMINISTRATOR:
        return -1
    by_id = {overwrite["id"]: overwrite for overwrite in overwrites}
    for ids in ([guild_id], [role for role in held if role != guild_id], [user_id]):
        found = [by_id[one] for one in ids if one in by_id]
        for overwrite in found:
            base &= ~int(overwrite["deny"])
        for overwrite in found:
            base |= int(overwrite["allow"])
    return base


def missing(permissions: int, channel_type: int) -> list[str]:
    """The names of what a post needs and this does not hold."""
    needed = dict(NEEDED)
    if channel_type in THREADS:
        del needed["Send Messages"]
        needed[IN_THREADS[0]] = IN_THREADS[1]
    return [name for name, bit in needed.items() if not permissions & bit]
