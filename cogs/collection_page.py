"""An answer about exotics or seals: what was asked looked up and read, drawn where it has a chart, laid out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

import discord

from bot.client import HawthorneBot, Picture
from bot.domain.collection import ExoticShow
from bot.presenters.embeds.collections import Around
from bot.presenters.freshness import last_line
from bot.presenters.text import bare_address, plural
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_look import Look, Typed, look_up
from cogs.pictures import Drawing, illustrate
from cogs.reading import DEFERRED_SECONDS, reading
from db.pool import Connection

_PAGES = {Topic.EXOTICS: "exotics", Topic.SEALS: "seals"}
_OPTIONS = 25


@dataclass(frozen=True, slots=True)
class Told:
    """What was read, ready to be laid out. `choices`: seals to choose from, as (completion record, title)."""

    embed: Callable[[Around], discord.Embed]
    as_of: datetime | None
    drawing: Drawing | None = None
    choices: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer ready to be sent; `asked` has what it came to be. `plain`: the embed of an answer without `picture`."""

    asked: CollectionAsked
    embed: discord.Embed
    plain: discord.Embed
    picture: Picture | None
    url: str | None
    choices: tuple[tuple[int, str], ...]


Read = Callable[[Connection, Look, datetime], Awaitable[Told]]


async def render(bot: HawthorneBot, asked: CollectionAsked, typed: Typed, read: Read) -> Rendered:
    """What `read` tells of what was asked. Raises UnknownThing for what is not here, DatabaseAway."""
    seconds = {"seconds": DEFERRED_SECONDS} if asked.charted else {}
    async with reading(bot, **seconds) as (conn, now):
        look = await look_up(conn, asked, typed, bot.config.clans.ids, now)
        told = await read(conn, look, now)
    return await _finish(bot, look, told, now)


async def _finish(bot: HawthorneBot, look: Look, told: Told, now: datetime) -> Rendered:
    url = address(bot.config.dashboard.public_url, look.asked)
    around = Around(look.clan, _last_line(bot, look, told.as_of, now, url), url)
    kind = _PAGES[look.asked.topic]
    made = await illustrate(bot, kind, told.drawing, lambda shown: told.embed(replace(around, shown=shown)))
    return Rendered(look.asked, made.embed, made.plain, made.picture, url, told.choices[:_OPTIONS])


def _last_line(bot: HawthorneBot, look: Look, as_of: datetime | None, now: datetime, url: str | None) -> str:
    rest = [plural(look.clan.member_count, "member"), bare_address(url)]
    return last_line("Collections", as_of, bot.config.schedule.collections_seconds, look.bungie, now, *rest)


def address(public_url: str, asked: CollectionAsked) -> str | None:
    """The same view on the dashboard; one member's seals are a page of their own there."""
    if not public_url:
        return None
    about_one = asked.hash_ is not None
    if asked.topic is Topic.SEALS and asked.membership_id is not None and not about_one:
        return f"{public_url}/members/{asked.membership_id}/titles"
    named = {"member": str(asked.membership_id or "")}
    if asked.topic is Topic.EXOTICS and not about_one and asked.show is not ExoticShow.ALL:
        named["show"] = asked.show.value
    query = urlencode({name: value for name, value in named.items() if value and not about_one})
    base = f"{public_url}/clans/{asked.group_id}/{_PAGES[asked.topic]}"
    return f"{base}{f'/{asked.hash_}' if about_one else ''}{f'?{query}' if query else ''}"
