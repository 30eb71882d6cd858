"""/seals: who holds which seal, and who is nearly there."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot
from cogs import collection_names, options, pace
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_controls import answer
from cogs.collection_look import Typed


@app_commands.command(description="Who holds which seal, who gilded it, and who is closest to the next one.")
@app_commands.describe(seal="One seal: who holds it and who is close")
@app_commands.autocomplete(seal=collection_names.suggest_seal)
@options.clan
@options.member("One member of it: what they hold, and what is nearest")
@options.private
@pace.brisk()
async def seals(
    interaction: discord.Interaction[HawthorneBot],
    clan: str | None = None,
    member: str | None = None,
    seal: str | None = None,
    private: bool = False,
) -> None:
    asked = CollectionAsked(topic=Topic.SEALS, group_id=0, user_id=interaction.user.id)
    await answer(interaction, asked, Typed(clan or "", member or "", seal or ""), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    """The controls are those of /exotics, which sets them up."""
    bot.tree.add_command(seals)
