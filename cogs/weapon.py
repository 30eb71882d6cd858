"""/weapon: who is best with one weapon, how it went by day, which classes carry it."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot, think
from bot.domain.mode import Mode
from cogs import options, pace, weapon_names
from cogs.weapons_asked import DEFAULT_MODE, SpanAsked, WeaponsAsked
from cogs.weapons_controls import show
from cogs.weapons_look import Typed


@app_commands.command(description="Who in the clan is best with a weapon, with its days and classes, as a chart.")
@app_commands.describe(weapon="Its name, offered by kills; the one used most in the clan when left out")
@app_commands.autocomplete(weapon=weapon_names.suggest_weapon)
@options.clan
@options.member("One member of it; everyone when left out")
@options.mode
@options.span
@options.private
@pace.brisk()
async def weapon(
    interaction: discord.Interaction[HawthorneBot],
    weapon: str | None = None,
    clan: str | None = None,
    member: str | None = None,
    mode: str | None = None,
    days: int | None = None,
    since: str | None = None,
    until: str | None = None,
    season: int | None = None,
    private: bool = False,
) -> None:
    asked = WeaponsAsked(
        group_id=0,
        user_id=interaction.user.id,
        span=SpanAsked.typed(days, since, until, season),
        mode=Mode(mode) if mode else DEFAULT_MODE,
    )
    await think(interaction, ephemeral=private)
    await show(interaction, asked, Typed(clan=clan or "", member=member or "", weapon=weapon or ""))


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(weapon)
