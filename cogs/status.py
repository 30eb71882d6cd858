"""/status: whether the numbers can be trusted now."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import __version__
from bot.client import HawthorneBot, respond
from bot.presenters.embeds.status import status_embed
from bot.presenters.text import bare_address, stamp
from cogs import options, pace
from cogs.reading import reading
from db.queries.status import select_status


@app_commands.command(description="How old the data is, what Bungie.net does, and what waits to be told.")
@options.private
@pace.brisk()
async def status(interaction: discord.Interaction[HawthorneBot], private: bool = False) -> None:
    async with reading(interaction.client) as (conn, now):
        found = await select_status(conn, now, __version__)
    public = interaction.client.config.dashboard.public_url
    link = f" · {bare_address(f'{public}/status')}" if public else ""
    await respond(interaction, embed=status_embed(found, now, f"-# Status {stamp(now)}{link}"), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(status)
