"""/weapons: what the clan, or one member, shoots with: a chart of the top 15 and the top five as text."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot, think
from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, WeaponSort
from cogs import options, pace, weapon_names
from cogs.weapons_asked import DEFAULT_MODE, SpanAsked, WeaponsAsked
from cogs.weapons_controls import ITEMS, show
from cogs.weapons_look import Typed

_SORT_LABELS = {
    WeaponSort.KILLS: "Kills",
    WeaponSort.PRECISION: "Precision kills",
    WeaponSort.MATCHES: "Matches",
    WeaponSort.PLAYERS: "Members who use it",
}


@app_commands.command(
    description="What the clan, or one member, shoots with: a chart by mode, span and kind of weapon."
)
@app_commands.rename(kind="type")
@app_commands.describe(
    kind="Only one type, such as Hand Cannon",
    slot="Only one slot",
    damage="Only one damage type",
    sort="In which order; by kills when left out",
)
@app_commands.choices(
    slot=[app_commands.Choice(name=slot.value.title(), value=slot.value) for slot in Slot],
    damage=[app_commands.Choice(name=damage.value.title(), value=damage.value) for damage in Damage],
    sort=[app_commands.Choice(name=label, value=sort.value) for sort, label in _SORT_LABELS.items()],
)
@app_commands.autocomplete(kind=weapon_names.suggest_type)
@options.clan
@options.member("One member of it; everyone when left out")
@options.mode
@options.span
@options.private
@pace.brisk()
async def weapons(
    interaction: discord.Interaction[HawthorneBot],
    clan: str | None = None,
    member: str | None = None,
    mode: str | None = None,
    days: int | None = None,
    since: str | None = None,
    until: str | None = None,
    season: int | None = None,
    kind: str | None = None,
    slot: str | None = None,
    damage: str | None = None,
    sort: str | None = None,
    private: bool = False,
) -> None:
    asked = WeaponsAsked(
        group_id=0,
        user_id=interaction.user.id,
        span=SpanAsked.typed(days, since, until, season),
        mode=Mode(mode) if mode else DEFAULT_MODE,
        slot=Slot(slot) if slot else None,
        damage=Damage(damage) if damage else None,
        sort=WeaponSort(sort) if sort else WeaponSort.KILLS,
    )
    await think(interaction, ephemeral=private)
    await show(interaction, asked, Typed(clan=clan or "", member=member or "", type=kind or ""))


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(weapons)
    bot.add_dynamic_items(*ITEMS)
