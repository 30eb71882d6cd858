"""Which clan a command means: autocomplete, ids and free text; the configured one when nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.domain.clan import Clan, ClanState
from bot.errors import UnknownThing
from bot.presenters.embeds.frame import CHOICE_LIMIT, CHOICES
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.text import plain_name, safe_name
from cogs.likeness import alike
from cogs.offering import offered
from cogs.reading import reading
from db.pool import Connection
from db.queries.clan import select_clans

NO_CLAN = (
    "No clan is tracked yet. Whoever runs this bot puts the clan's id, the number in its address on bungie.net, "
    "into `clans.ids` of config.toml."
)
_READABLE = {ClanState.NEW, ClanState.TRACKED, ClanState.DISBANDED}


def readable(clans: Sequence[Clan]) -> list[Clan]:
    """The clans that have a roster, or soon will."""
    return [clan for clan in clans if clan.state in _READABLE]


def choose(clans: Sequence[Clan], asked: str | None, configured: Sequence[int]) -> Clan:
    """The clan that was asked for, by id, name, callsign or something close to them; else the first configured one.

    Raises UnknownThing with what to do when there is none, or none like it.
    """
    known = readable(clans)
    if not known:
        raise UnknownThing(_refused(clans) or NO_CLAN)
    if not asked:
        places = {group_id: place for place, group_id in enumerate(configured)}
        return min(known, key=lambda clan: (places.get(clan.group_id, len(places)), clan.group_id))
    found = _by_words(known, asked.strip())
    if found is None:
        names = ", ".join(safe_name(_label(clan), CLAN_NAME_LIMIT) for clan in known[:5])
        raise UnknownThing(f"No clan here is like “{safe_name(asked)}”. Pick one of these: {names}.")
    return found


def _refused(clans: Sequence[Clan]) -> str | None:
    reasons = [clan.reason for clan in clans if clan.state is ClanState.REFUSED and clan.reason]
    return f"No clan is tracked: {safe_name(reasons[0], 200)}" if reasons else None


def _by_words(clans: Sequence[Clan], asked: str) -> Clan | None:
    word = asked.casefold()
    for clan in clans:
        if word in (str(clan.group_id), clan.name.casefold(), clan.callsign.casefold()):
            return clan
    best = _ranked(clans, asked)
    return best[0] if best else None


def _ranked(clans: Sequence[Clan], asked: str) -> list[Clan]:
    """The clans that are like these words, best first."""
    return [clans[place] for place, _ in alike(asked, [f"{clan.name} {clan.callsign}" for clan in clans])]


def _label(clan: Clan) -> str:
    return plain_name(clan.name, CLAN_NAME_LIMIT) if clan.name else f"Clan {clan.group_id}"


async def chosen(interaction: discord.Interaction[HawthorneBot], conn: Connection, now: datetime) -> Clan:
    """The clan that stands in a command's `clan` while another option is typed. Raises UnknownThing."""
    typed = getattr(interaction.namespace, "clan", None)
    return choose(await select_clans(conn, now), typed, interaction.client.config.clans.ids)


@offered
async def suggest(interaction: discord.Interaction[HawthorneBot], current: str) -> list[app_commands.Choice[str]]:
    """Autocomplete for `clan`: all of them while nothing is typed, then those like it; value is the group id."""
    async with reading(interaction.client) as (conn, now):
        clans = readable(await select_clans(conn, now))
    if current.strip():
        typed = [clan for clan in clans if current.strip() in str(clan.group_id)]
        clans = typed or _ranked(clans, current)
    return [app_commands.Choice(name=_label(clan)[:CHOICE_LIMIT], value=str(clan.group_id)) for clan in clans[:CHOICES]]
