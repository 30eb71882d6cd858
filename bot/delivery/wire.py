"""Discord as the sender sees it: post, edit, find; each answer is one of a few outcomes, and nothing is raised."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.client import HawthorneBot

SEND_SECONDS = 20.0
_CLOCKS_DIFFER = timedelta(minutes=5)
_LOOK_BACK = 2000
_CHANNEL_CODES = {  # a 400 that speaks of the channel, not of the message
    50006,  # empty: without Embed Links the embed is taken off, and nothing is left
    50008,  # not a text channel
    50024,  # can't do that in this kind of channel
    50083,  # the thread is archived
    160005,  # the thread is locked
    40067,  # the forum wants a tag
}
_UNKNOWN_MESSAGE = 10008
_BANNED_SECONDS = 600.0
_UNAUTHORIZED_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """Discord has it, under this id."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The channel does not take it: 403, 404 and their like."""

    reason: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Discord will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have arrived: a reset, a time-out, a 5xx."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It did not arrive; ask again after so many seconds. `everywhere`: so for all channels."""

    reason: str
    seconds: float
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """What was looked for is not there."""


Outcome = Accepted | Refused | Malformed | Unknown | Later | Absent


async def post(bot: HawthorneBot, channel_id: int, embed: discord.Embed, nonce: str) -> Outcome:
    """Send one message. discord.py adds enforce_nonce: the same nonce again answers with the first message."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            message = await bot.get_partial_messageable(channel_id).send(embed=embed, nonce=nonce)
    except Exception as error:  # every kind has its meaning in `judge`
        return judge(error)
    return Accepted(message.id)


async def edit(bot: HawthorneBot, channel_id: int, message_id: int, embed: discord.Embed) -> Outcome:
    """Change a message of ours; Absent when somebody deleted it."""
    message = bot.get_partial_messageable(channel_id).get_partial_message(message_id)
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await message.edit(embed=embed)
    except discord.NotFound as error:
        return Absent() if error.code == _UNKNOWN_MESSAGE else judge(error)
    except Exception as error:
        return judge(error)
    return Accepted(message_id)


async def find(bot: HawthorneBot, channel_id: int, mark_id: int, since: datetime) -> Outcome:
    """Look through the channel, from when the row was first tried, for our own message with the row's mark.

    Absent only where the history can be read: without that permission Discord answers with no messages, not with 403.
    """
    channel = bot.get_partial_messageable(channel_id)
    seen = False
    try:
        async for message in channel.history(limit=_LOOK_BACK, after=since - _CLOCKS_DIFFER, oldest_first=True):
            seen = True
            if bot.user and message.author.id == bot.user.id and _bears(message, mark_id):
                return Accepted(message.id)
        seen = seen or [message async for message in channel.history(limit=1)] != []
    except Exception as error:
        return judge(error)
    return Absent() if seen else _empty(bot, channel_id)


def _empty(bot: HawthorneBot, channel_id: int) -> Outcome:
    """What a channel without any message means: nothing was ever said, or we may not read what was."""
    channel = bot.get_channel(channel_id)
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or channel.guild.me is None:
        return Unknown("The gateway has not told the channel's permissions yet.")
    may_read = channel.permissions_for(channel.guild.me).read_message_history
    return Absent() if may_read else Refused("Read Message History is missing: what was posted can't be seen.")


def _bears(message: discord.Message, mark_id: int) -> bool:
    return any((embed.url or "").endswith(f"#{mark_id}") for embed in message.embeds)


async def guild_of(bot: HawthorneBot, channel_id: int) -> int | Outcome:
    """The server that a channel belongs to, from the cache or by asking."""
    known = bot.get_channel(channel_id)
    try:
        channel = known or await bot.fetch_channel(channel_id)
    except Exception as error:
        judged = judge(error)
        return Refused(judged.reason) if isinstance(judged, Malformed) else judged
    guild = getattr(channel, "guild", None)
    return guild.id if guild else Refused("It is no channel of a server.")


def judge(error: Exception) -> Outcome:
    """What an exception says about the message. Raises it again when it is none that Discord or the network makes."""
    if isinstance(error, discord.RateLimited):
        return Later("Discord asks to wait.", error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _judge_http(error)
    if isinstance(error, OSError | aiohttp.ClientError | TimeoutError):
        return Unknown(type(error).__name__)
    raise error


def _judge_http(error: discord.HTTPException) -> Outcome:
    reason = f"{error.status} {error.text or error.response.reason or ''}"[:300].strip()
    if error.status in (403, 404) or error.code in _CHANNEL_CODES:
        return Refused(reason)
    if error.status == 401:
        return Later("Discord refuses the token.", _UNAUTHORIZED_SECONDS, everywhere=True)
    if error.status == 429:  # without Via: the address is banned for a while, and asking on makes it worse
        return Later("Discord has banned this address for a while.", _BANNED_SECONDS, everywhere=True)
    return Unknown(reason) if error.status >= 500 else Malformed(reason)
