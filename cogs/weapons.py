"""/weapons: what the clan, or one member, shoots with: a chart of the top 15 and the top five as text."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import HawthorneBot, think
from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, WeaponSort
from cogs import clans, pace, people, weapon_names
from cogs.weapons_asked import DAYS, DEFAULT_MODE, SpanAsked, WeaponsAsked
from cogs.weapons_controls import ITEMS, show
from cogs.weapons_look import Typed

MODES = [app_commands.Choice(name=mode.label, value=mode.value) for mode in Mode]
SPANS = [app_commands.Choice(name=label, value=days) for days, label in DAYS.items()]
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
    clan="Which clan; the server's own when left out",
    member="One member of it; everyone when left out",
    mode="Which matches; Crucible when left out",
    days="How far back; 30 days when left out",
    since="From this day on (YYYY-MM-DD, UTC), instead of days",
    until="Up to this day, itself included (YYYY-MM-DD, UTC)",
    season="A season by its number, instead of days",
    kind="Only one type, such as Hand Cannon",
    slot="Only one slot",
    damage="Only one damage type",
    sort="In which order; by kills when left out",
    private="Answer only to me",
)
@app_commands.choices(days=SPANS)
@app_commands.choices(
    mode=MODES,
    slot=[app_commands.Choice(name=slot.value.title(), value=slot.value) for slot in Slot],
    damage=[app_commands.Choice(name=damage.value.title(), value=damage.value) for damage in Damage],
    sort=[app_commands.Choice(name=label, value=sort.value) for sort, label in _SORT_LABELS.items()],
)
@app_commands.autocomplete(season=weapon_names.suggest_season)
@app_commands.autocomplete(clan=clans.suggest, member=people.suggest, kind=weapon_names.suggest_type)
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
