"""Which member a command means: autocomplete, ids and free text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.domain.clan import Clan
from bot.domain.member import Inside
from bot.errors import UnknownThing
from bot.presenters.embeds.frame import CHOICE_LIMIT, CHOICES
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT
from bot.presenters.text import plain_name, safe_name
from bot.presenters.weapon_words import bare
from cogs.clans import choose, chosen, readable
from cogs.likeness import alike, hint, offer
from cogs.offering import offered
from cogs.reading import reading
from db.pool import Connection
from db.queries.clan import select_clans
from db.queries.member import select_membership_id
from db.queries.people import select_insiders

_SURE = 88
_CLEARLY = 5  # points that the best must be ahead of the second
_NAMESAKES = 5


@dataclass(frozen=True, slots=True)
class Whose:
    """A clan and one of its members as they were typed; "" where nothing was said."""

    clan: str = ""
    member: str = ""


async def find_member(conn: Connection, asked: str, clans: Sequence[Clan], clan: Clan, *, here: bool) -> Inside:
    """The member who was asked for: by id, an earlier id, name or words like it.

    Looked for in that clan first, and unless `here`, in the other clans then. Raises UnknownThing with close names.
    """
    known = {one.group_id for one in readable(clans)}
    people = [one for one in await select_insiders(conn) if one.group_id in known]
    inside = [one for one in people if one.group_id == clan.group_id]
    outside = [] if here else [one for one in people if one.group_id != clan.group_id]
    current = await select_membership_id(conn, asked.strip()) if asked.strip().isdigit() else None
    for group in (inside, outside):
        if found := _by_words(group, asked.strip(), current):
            return found
        if several := _namesakes(group, asked.strip()):
            names = ", ".join(safe_name(one.name) for one in several[:_NAMESAKES])
            raise UnknownThing(f"Several go by “{safe_name(asked)}”: {names}. Type one of these names whole.")
    raise UnknownThing(_nobody(asked, inside or people, clan))


async def find_whose(
    conn: Connection, typed: Whose, group_id: int, configured: Sequence[int], now: datetime
) -> tuple[Clan, int | None]:
    """The clan that is asked about, and the membership id where a member was typed, who may bring another clan along.

    `group_id`: the clan of an earlier answer, 0 for none. Raises UnknownThing.
    """
    clans = await select_clans(conn, now)
    clan = choose(clans, str(group_id) if group_id else typed.clan, configured)
    if not typed.member:
        return clan, None
    person = await find_member(conn, typed.member, clans, clan, here=bool(typed.clan))
    return next(one for one in clans if one.group_id == person.group_id), person.membership_id


def _by_words(people: Sequence[Inside], asked: str, current: int | None) -> Inside | None:
    """By id, then the whole name, then the name without code where one alone bears it, then what is clearly meant."""
    word = asked.casefold()
    exact = [one for one in people if one.membership_id == current or one.name.casefold() == word]
    named = _namesakes(people, asked)
    if exact or len(named) == 1:
        return (exact or named)[0]
    return None if named else _clearly(people, asked)


def _namesakes(people: Sequence[Inside], asked: str) -> list[Inside]:
    """Those who bear this name, whatever their code."""
    return [one for one in people if bare(one.name).casefold() == asked.casefold()]


def _clearly(people: Sequence[Inside], asked: str) -> Inside | None:
    scored = _scored(people, asked)
    if not scored or scored[0][1] < _SURE or (len(scored) > 1 and scored[0][1] - scored[1][1] < _CLEARLY):
        return None
    return scored[0][0]


def _scored(people: Sequence[Inside], asked: str) -> list[tuple[Inside, float]]:
    """Those whose names are like these words, best first, each with its likeness from 60 to 100."""
    return [(people[place], score) for place, score in alike(asked, [bare(one.name) for one in people])]


def _nobody(asked: str, people: Sequence[Inside], clan: Clan) -> str:
    close = hint(one.name for one, _ in _scored(people, asked))
    where = f"**{safe_name(clan.name, CLAN_NAME_LIMIT)}**" if clan.name else "this clan"
    return f"Nobody in {where} now goes by “{safe_name(asked)}”.{close} {offer('member')}"


@offered
async def suggest(interaction: discord.Interaction[HawthorneBot], current: str) -> list[app_commands.Choice[str]]:
    """Autocomplete for `member`: those of the chosen clan, or of the default one; value is the membership id."""
    async with reading(interaction.client) as (conn, now):
        clan = await chosen(interaction, conn, now)
        people = [one for one in await select_insiders(conn) if one.group_id == clan.group_id]
    return [
        app_commands.Choice(name=plain_name(one.name, CHOICE_LIMIT), value=str(one.membership_id))
        for one in _offered(people, current.strip())[:CHOICES]
    ]


def _offered(people: Sequence[Inside], typed: str) -> list[Inside]:
    """Names that begin with what is typed, then those that have it within, then those like it."""
    word = typed.casefold()
    first = [one for one in people if one.name.casefold().startswith(word)]
    within = [one for one in people if word in one.name.casefold() or word == str(one.membership_id)]
    like = [one for one, _ in _scored(people, typed)] if word else []
    return list(dict.fromkeys([*first, *within, *like]))
