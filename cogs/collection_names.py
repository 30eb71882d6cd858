"""What a command means by an exotic or a seal: autocomplete, hashes and free text."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.domain.collection import Exotic
from bot.domain.roster import SealColumn
from bot.errors import UnknownThing
from bot.presenters.embeds.frame import CHOICE_LIMIT, CHOICES
from bot.presenters.seal_words import titles
from bot.presenters.text import plain_name, safe_name
from cogs.likeness import SURE, alike, hint, offer
from cogs.offering import offered
from cogs.reading import reading
from db.pool import Connection
from db.queries.exotics import search_exotics
from db.queries.seals import search_seals

_EVERY = 2000  # more than the game has
_NOT_YET = "are not known yet: Destiny's definitions are still being read. Try again in a few minutes."


async def find_exotic(conn: Connection, asked: str) -> Exotic:
    """The exotic of that collectible hash or name, or the one that is clearly meant. Raises UnknownThing."""
    hits = await search_exotics(conn, asked.strip(), CHOICES)
    exact = [hit for hit in hits if hit.name.casefold() == asked.strip().casefold()]
    if exact or hits:
        return (exact or list(hits))[0]
    every = await search_exotics(conn, "", _EVERY)
    names = [each.name for each in every]
    return every[_meant(asked, names, names, "exotic")]


async def find_seal(conn: Connection, asked: str) -> SealColumn:
    """The seal of that completion record, title or name, or the one that is clearly meant. Raises UnknownThing."""
    hits = await search_seals(conn, asked.strip(), CHOICES)
    word = asked.strip().casefold()
    exact = [hit for hit in hits if word in (hit.title.casefold(), hit.name.casefold())]
    if exact or hits:
        return (exact or list(hits))[0]
    every = await search_seals(conn, "", _EVERY)
    names = [each.title if each.title == each.name else f"{each.title} {each.name}" for each in every]
    return every[_meant(asked, names, list(titles(every).values()), "seal")]


def _meant(asked: str, names: Sequence[str], labels: Sequence[str], noun: str) -> int:
    """The place of the name that is clearly meant by these words. `labels`: what each is called to whoever asks."""
    if not names:
        raise UnknownThing(f"{noun.title()}s {_NOT_YET}")
    close = alike(asked, names)
    if close and close[0][1] >= SURE:
        return close[0][0]
    told = hint(labels[place] for place, _ in close)
    raise UnknownThing(f"No {noun} is like “{safe_name(asked)}”.{told} {offer(noun)}")


@offered
async def suggest_exotic(
    interaction: discord.Interaction[HawthorneBot], current: str
) -> list[app_commands.Choice[str]]:
    """Autocomplete for `exotic`: all that have what is typed in their name; value is the collectible hash."""
    async with reading(interaction.client) as (conn, _):
        hits = await search_exotics(conn, current.strip(), CHOICES)
    return [
        app_commands.Choice(name=plain_name(hit.name, CHOICE_LIMIT - 1), value=str(hit.collectible_hash))
        for hit in hits
    ]


@offered
async def suggest_seal(interaction: discord.Interaction[HawthorneBot], current: str) -> list[app_commands.Choice[str]]:
    """Autocomplete for `seal`: today's first; a title of several years says which; value is the completion record."""
    async with reading(interaction.client) as (conn, _):
        every = await search_seals(conn, "", _EVERY)
        hits = await search_seals(conn, current.strip(), CHOICES)
    told = titles(every)
    return [
        app_commands.Choice(name=plain_name(told[hit.record_hash], CHOICE_LIMIT - 1), value=str(hit.record_hash))
        for hit in hits
    ]
