"""Charts as PNG, as guide section 8 wants them. Loads matplotlib: only the render worker may import this."""

from __future__ import annotations

from functools import singledispatch

from bot.domain.chart import Chart, Columns, OwnerBars, PlayerBars, SealBars, WeaponBars, WeaponSheet
from bot.presenters.charts.columns import columns
from bot.presenters.charts.owners import owner_bars
from bot.presenters.charts.players import player_bars
from bot.presenters.charts.seals import seal_bars
from bot.presenters.charts.sheet import weapon_sheet
from bot.presenters.charts.weapons import weapon_bars


@singledispatch
def draw(chart: Chart) -> bytes:
    """The chart as a PNG, 1,600 pixels wide. Equal charts give equal bytes."""
    raise TypeError(f"no chart is drawn from {type(chart).__name__}")


draw.register(WeaponBars, weapon_bars)
draw.register(PlayerBars, player_bars)
draw.register(Columns, columns)
draw.register(WeaponSheet, weapon_sheet)
draw.register(OwnerBars, owner_bars)
draw.register(SealBars, seal_bars)
