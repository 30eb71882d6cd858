"""/exotics: who owns which exotic; the loop that reads collections runs with this cog."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.domain.collection import ExoticShow
from bot.jobs import collections
from cogs import collection_names, options, pace
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_controls import ITEMS, SHOWS, answer
from cogs.collection_look import Typed

_SHOWS = {
    "missing": ExoticShow.MISSING,
    "owned": ExoticShow.OWNED,
    "nobody": ExoticShow.NOBODY,
    "rare": ExoticShow.RARE,
}


@app_commands.command(description="Which exotics the clan owns: what is rare, what is missing, who has it.")
@app_commands.describe(
    exotic="One exotic: who has it and who lacks it",
    show="Only some of them",
)
@app_commands.choices(show=[app_commands.Choice(name=SHOWS[show], value=word) for word, show in _SHOWS.items()])
@app_commands.autocomplete(exotic=collection_names.suggest_exotic)
@options.clan
@options.member("One member of it: what they lack")
@options.private
@pace.brisk()
async def exotics(
    interaction: discord.Interaction[HawthorneBot],
    clan: str | None = None,
    member: str | None = None,
    exotic: str | None = None,
    show: str | None = None,
    private: bool = False,
) -> None:
    asked = CollectionAsked(
        topic=Topic.EXOTICS,
        group_id=0,
        user_id=interaction.user.id,
        show=_SHOWS[show] if show else ExoticShow.ALL,
    )
    await answer(interaction, asked, Typed(clan or "", member or "", exotic or ""), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(exotics)
    bot.add_dynamic_items(*ITEMS)
    if bot.loops is not None:
        bot.loops.register(collections.LOOP)
