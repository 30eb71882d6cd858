"""/help: every command with what it does."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot, respond
from bot.presenters.embeds.plain import help_embed
from cogs import options
from cogs.ages import data_age


@app_commands.command(name="help", description="What you can ask, and how.")
@options.private
async def help_(interaction: discord.Interaction[HawthorneBot], private: bool = False) -> None:
    commands = sorted(
        (command.name, command.description)
        for command in interaction.client.tree.get_commands()
        if isinstance(command, app_commands.Command)
    )
    await respond(interaction, embed=help_embed(commands, await data_age(interaction.client)), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(help_)
