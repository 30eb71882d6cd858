"""Discord: the token, and what the bot may do in each channel that it tells. Over plain REST, without a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

import bot
from bot.bungie.probe import clock_ahead
from bot.cli.doctor import permissions
from bot.cli.doctor.finding import Finding, fix, ok, skip
from bot.clock import Clock
from bot.config import Config

_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
_TEXT_TYPES = {0, 5, *permissions.THREADS}


class Refused(Exception):
    """Discord's answer was no success; `code` is Discord's own, 0 without one."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {message}".strip())
        self.status = status
        self.code = code


@dataclass
class Guild:
    """What is asked once a server."""

    name: str
    roles: list[dict[str, Any]]
    held: list[str]


class Rest:
    """Discord's REST API with the bot's token. Raises Refused, aiohttp.ClientError, TimeoutError."""

    def __init__(self, config: Config, session: aiohttp.ClientSession, clock: Clock) -> None:
        self._root = config.discord.api_url
        self._session = session
        self._clock = clock
        self._headers = {
            "Authorization": f"Bot {config.discord.token.reveal()}",
            "User-Agent": f"DiscordBot (https://discord.com, {bot.__version__})",
        }
        self.ahead: timedelta | None = None

    async def get(self, path: str) -> Any:
        asked = self._clock.now()
        async with self._session.get(
            f"{self._root}{path}", headers=self._headers, timeout=_TIMEOUT, allow_redirects=False
        ) as answer:
            self.ahead = clock_ahead(answer.headers.get("Date"), asked, self._clock.now())
            if answer.status != 200:
                raise await _refused(answer)
            return await answer.json(content_type=None)


async def _refused(answer: aiohttp.ClientResponse) -> Refused:
    try:
        body = await answer.json(content_type=None)
        return Refused(answer.status, int(body.get("code", 0)), str(body.get("message", "")))
    except (ValueError, AttributeError):
        return Refused(answer.status, 0, "without a reason")


@dataclass
class Skew:
    """How far this machine's clock is ahead of each server that told the time."""

    discord: timedelta | None = None
    bungie: timedelta | None = None


async def check_discord(config: Config, channels: Iterable[int], clock: Clock, skew: Skew) -> AsyncIterator[Finding]:
    """The token, then a line a channel."""
    if not config.discord.token:
        yield fix(
            "Discord token",
            "discord.token is missing: discord.com/developers, your application, Bot, Reset Token.",
        )
        yield skip("permissions", "the token comes first.")
        return
    async with aiohttp.ClientSession() as session:
        rest = Rest(config, session, clock)
        token, me = await _check_token(rest)
        skew.discord = rest.ahead
        yield token
        if me is None:
            yield skip("permissions", "the token comes first.")
            return
        async for finding in _check_channels(rest, me, sorted(channels)):
            yield finding


async def _check_token(rest: Rest) -> tuple[Finding, str | None]:
    """The finding, and the bot's user id if the token is good."""
    try:
        me = await rest.get("/users/@me")
    except Refused as error:
        if error.status == 401:
            said = "Discord refuses discord.token: copy it again from your application's page, Bot, Reset Token."
            return fix("Discord token", said), None
        return fix("Discord token", f"Discord answered {error}: try again later."), None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        said = str(error) or "no answer in time"
        return fix("Discord token", f"Discord can't be reached ({said}): check the connection, discord.api_url."), None
    return ok("Discord token", f"it is {me.get('username', 'a bot')}'s"), str(me["id"])


async def _check_channels(rest: Rest, me: str, channels: list[int]) -> AsyncIterator[Finding]:
    if not channels:
        yield ok("permissions", "no channel is told yet: discord.announce_channel_id names one")
    guilds: dict[str, Guild] = {}
    for channel_id in channels:
        try:
            yield await _check_channel(rest, me, channel_id, guilds)
        except Refused as error:
            yield fix(f"channel {channel_id}", _why_refused(error))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            yield fix(f"channel {channel_id}", f"Discord's answer is not understood or late ({error!r}): try again.")


def _why_refused(error: Refused) -> str:
    if error.code == 10003:
        return "there is no such channel: right-click the right one in Discord, Copy Channel ID."
    if error.status == 403:
        return "the bot can't see it: add the bot to the server (./hawthorne invite), and give it View Channel there."
    return f"Discord answered {error}: try again later."


async def _check_channel(rest: Rest, me: str, channel_id: int, guilds: dict[str, Guild]) -> Finding:
    channel = await rest.get(f"/channels/{channel_id}")
    name = f"channel #{channel.get('name') or channel_id}"
    if not channel.get("guild_id") or channel["type"] not in _TEXT_TYPES:
        return fix(name, "it is no text channel of a server: name another one.")
    guild_id = channel["guild_id"]
    if guild_id not in guilds:
        guilds[guild_id] = await _read_guild(rest, me, guild_id)
    guild = guilds[guild_id]
    overwrites = channel.get("permission_overwrites", [])
    if channel["type"] in permissions.THREADS:
        overwrites = (await rest.get(f"/channels/{channel['parent_id']}")).get("permission_overwrites", [])
    base = permissions.of_bot(guild.roles, guild.held, guild_id)
    allowed = permissions.in_channel(base, overwrites, guild.held, guild_id, me)
    lacking = permissions.missing(allowed, channel["type"])
    if lacking:
        return fix(name, f"in {guild.name} the bot lacks {', '.join(lacking)}: give it that in the channel's settings.")
    return ok(name, f"the bot may do in {guild.name} all that it needs")


async def _read_guild(rest: Rest, me: str, guild_id: str) -> Guild:
    member = await rest.get(f"/guilds/{guild_id}/members/{me}")
    guild = await rest.get(f"/guilds/{guild_id}")
    return Guild(str(guild.get("name", guild_id)), guild["roles"], list(member["roles"]))
