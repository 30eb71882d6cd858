"""What a command means by a weapon, a weapon type or a season: autocomplete, ids and free text."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.domain.weapon import Season, Weapon
from bot.errors import UnknownThing
from bot.presenters.embeds.frame import CHOICE_LIMIT, CHOICES
from bot.presenters.text import number, plain_name, safe_name
from cogs.clans import chosen
from cogs.likeness import SURE, alike, hint, offer
from cogs.offering import offered
from cogs.reading import reading
from cogs.weapons_asked import type_code
from db.pool import Connection
from db.queries.season import select_seasons
from db.queries.weapon import search_weapons, select_weapon, select_weapon_types

_EVERY = 2000  # more than a clan uses
_BIGGEST_HASH = 2**32 - 1
_NO_KILLS = "Nobody here has a weapon kill that is known yet. Match histories are read from now on; ask again later."


# Types


def find_type(types: Sequence[str], asked: str) -> str:
    """The manifest's word for a type: any case, spaces or underscores, or clearly meant. Raises UnknownThing."""
    word = _folded(asked)
    for known in types:
        if word in (_folded(known), f"{_folded(known)}s", type_code(known)):
            return known
    close = alike(word, types)
    if close and close[0][1] >= SURE and (len(close) == 1 or close[1][1] < close[0][1]):
        return types[close[0][0]]
    raise UnknownThing(_no_type(asked, types, hint(types[place] for place, _ in close)))


def _no_type(asked: str, types: Sequence[str], close: str) -> str:
    if not types:
        return "Weapon types are not known yet: Destiny's definitions are still being read. Try again in a few minutes."
    return f"“{safe_name(asked)}” is no weapon type.{close} {offer('type')}"


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


@offered
async def suggest_type(interaction: discord.Interaction[HawthorneBot], current: str) -> list[app_commands.Choice[str]]:
    """Autocomplete for `type`: all that begin with or have what is typed."""
    async with reading(interaction.client) as (conn, _):
        types = await select_weapon_types(conn)
    word = _folded(current)
    first = [name for name in types if _folded(name).startswith(word)]
    within = [name for name in types if word in _folded(name)]
    offered = list(dict.fromkeys([*first, *within]))
    return [app_commands.Choice(name=name[:CHOICE_LIMIT], value=name[:CHOICE_LIMIT]) for name in offered[:CHOICES]]


# Weapons


async def find_weapon(conn: Connection, asked: str, group_id: int) -> Weapon:
    """The weapon of that hash or name, or the one with most kills of those clearly meant; of all for "".

    Raises UnknownThing.
    """
    word = asked.strip()
    if word.isascii() and word.isdigit() and int(word) <= _BIGGEST_HASH:
        found = await select_weapon(conn, int(word))
        if found is not None:
            return found
    hits = await search_weapons(conn, word, group_id=group_id, limit=CHOICES)
    exact = [hit for hit in hits if hit.weapon.name.casefold() == word.casefold()]
    if exact or hits:
        return (exact or list(hits))[0].weapon
    every = await search_weapons(conn, "", group_id=group_id, limit=_EVERY)
    close = alike(word, [hit.weapon.name for hit in every])
    if close and close[0][1] >= SURE:
        return every[close[0][0]].weapon
    if not every:
        raise UnknownThing(_NO_KILLS)
    told = hint(every[place].weapon.name for place, _ in close)
    raise UnknownThing(f"No weapon with kills here is like “{safe_name(asked)}”.{told} {offer('weapon')}")


@offered
async def suggest_weapon(
    interaction: discord.Interaction[HawthorneBot], current: str
) -> list[app_commands.Choice[str]]:
    """Autocomplete for `weapon`: those with kills in the chosen clan, most kills first; value is the hash."""
    async with reading(interaction.client) as (conn, now):
        clan = await chosen(interaction, conn, now)
        hits = await search_weapons(conn, current.strip(), group_id=clan.group_id, limit=CHOICES)
    return [
        app_commands.Choice(
            name=plain_name(f"{hit.weapon.name} · {hit.weapon.type}", CHOICE_LIMIT - 1),
            value=str(hit.weapon.weapon_hash),
        )
        for hit in hits
    ]


# Seasons


async def find_season(conn: Connection, asked: int) -> Season:
    """Raises UnknownThing for a season that the manifest does not know."""
    seasons = await select_seasons(conn)
    for season in seasons:
        if season.number == asked:
            return season
    if not seasons:
        raise UnknownThing("Seasons are not known yet: Destiny's definitions are still being read. Use `days` for now.")
    numbers = sorted(season.number for season in seasons)
    known = f"give one from {numbers[0]} to {numbers[-1]}, or leave `season` out"
    raise UnknownThing(f"There is no season {asked} here: {known}.")


@offered
async def suggest_season(
    interaction: discord.Interaction[HawthorneBot], current: str
) -> list[app_commands.Choice[int]]:
    """Autocomplete for `season`: the newest first."""
    async with reading(interaction.client) as (conn, now):
        seasons = [season for season in await select_seasons(conn) if season.starts_at <= now]
    word = str(current).strip().casefold()
    ordered = sorted(seasons, key=lambda season: -season.number)
    shown = [one for one in ordered if word in f"{number(one.number)} {one.name}".casefold()]
    return [
        app_commands.Choice(name=plain_name(f"{one.number} · {one.name}", CHOICE_LIMIT - 1), value=one.number)
        for one in shown[:CHOICES]
    ]
