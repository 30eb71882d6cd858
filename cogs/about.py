"""/about: what this is, and what it is not."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import __version__
from bot.client import HawthorneBot, respond
from bot.presenters.embeds.plain import about_embed
from cogs import options
from cogs.ages import data_age


@app_commands.command(description="What Hawthorne is, where its data is from, and what it does not read.")
@options.private
async def about(interaction: discord.Interaction[HawthorneBot], private: bool = False) -> None:
    await respond(interaction, embed=about_embed(__version__, await data_age(interaction.client)), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(about)
