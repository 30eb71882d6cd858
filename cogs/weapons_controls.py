"""The selects and buttons under answers about weapons."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.client import HawthorneBot, fill, hold
from bot.domain.mode import Mode
from cogs.controls import NO_ID, Control, ItemT
from cogs.weapons_asked import DAYS, WeaponsAsked
from cogs.weapons_look import Typed
from cogs.weapons_page import Rendered, render

_AS_ASKED = "asked"
_LABEL_LIMIT = 100


class _Control(Control[ItemT, WeaponsAsked], template=NO_ID):
    carries = WeaponsAsked
    not_yours = "These controls belong to whoever asked. Run `/weapons` or `/weapon` for an answer of your own."

    async def show(self, interaction: discord.Interaction[HawthorneBot], asked: WeaponsAsked) -> None:
        await hold(interaction)
        await show(interaction, asked, Typed())


class ChooseMode(_Control[ui.Select[Any]], template=WeaponsAsked.template("m")):
    """The kinds of matches."""

    def __init__(self, asked: WeaponsAsked) -> None:
        options = [
            discord.SelectOption(label=mode.label, value=str(mode.number), default=mode is asked.mode) for mode in Mode
        ]
        super().__init__(ui.Select(custom_id=asked.custom_id("m"), options=options))
        self.asked = asked

    def chosen(self) -> WeaponsAsked:
        return self.asked.in_mode(int(self.item.values[0]))


class ChooseDays(_Control[ui.Select[Any]], template=WeaponsAsked.template("d")):
    """How far back; dates or a season that were asked for stand first, until something else is chosen."""

    def __init__(self, asked: WeaponsAsked, label: str = "As asked") -> None:
        days = asked.span.days
        options = [
            discord.SelectOption(label=words, value=str(value), default=value == days) for value, words in DAYS.items()
        ]
        if days not in DAYS:
            shown = (label[:1].upper() + label[1:])[:_LABEL_LIMIT]
            options.insert(0, discord.SelectOption(label=shown, value=_AS_ASKED, default=True))
        super().__init__(ui.Select(custom_id=asked.custom_id("d"), options=options))
        self.asked = asked

    def chosen(self) -> WeaponsAsked:
        value = self.item.values[0]
        return self.asked if value == _AS_ASKED else self.asked.over(int(value))


class Clear(_Control[ui.Button[Any]], template=WeaponsAsked.template("c")):
    """Back to the whole clan and all weapons."""

    def __init__(self, asked: WeaponsAsked) -> None:
        label = "Whole clan" if asked.weapon_hash is not None else "Clear filters"
        super().__init__(ui.Button(label=label, custom_id=asked.custom_id("c")))
        self.asked = asked

    def chosen(self) -> WeaponsAsked:
        return self.asked.cleared()


ITEMS = (ChooseMode, ChooseDays, Clear)


def controls(page: Rendered) -> ui.View:
    """Two selects, and below them the buttons there is a use for."""
    view = ui.View(timeout=None)
    view.add_item(ChooseMode(page.asked))
    view.add_item(ChooseDays(page.asked, page.span_label))
    if page.asked.filtered:
        view.add_item(Clear(page.asked))
    if page.url:
        view.add_item(ui.Button(label="Dashboard", url=page.url))
    return view


async def show(interaction: discord.Interaction[HawthorneBot], asked: WeaponsAsked, typed: Typed) -> None:
    """The answer to an interaction that was deferred."""
    page = await render(interaction.client, asked, typed)
    await fill(interaction, page.picture, page.embed, page.plain, controls(page))
