"""The selects and buttons under answers about exotics and seals."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.client import HawthorneBot, fill, hold, replace, respond, think
from bot.domain.collection import ExoticShow
from bot.presenters.embeds.frame import CHOICE_LIMIT
from bot.presenters.text import plain_name
from cogs import exotics_page, seals_page
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_look import Typed
from cogs.collection_page import Rendered, render
from cogs.controls import NO_ID, Control, ItemT

SHOWS = {
    ExoticShow.ALL: "What is rare, and what nobody owns",
    ExoticShow.MISSING: "Missing",
    ExoticShow.OWNED: "Owned",
    ExoticShow.NOBODY: "Owned by nobody",
    ExoticShow.RARE: "Rare: held by fewer than ten",
}
_EVERY = "all"


class _Control(Control[ItemT, CollectionAsked], template=NO_ID):
    carries = CollectionAsked
    not_yours = "These controls belong to whoever asked. Run `/exotics` or `/seals` for an answer of your own."

    async def show(self, interaction: discord.Interaction[HawthorneBot], asked: CollectionAsked) -> None:
        if asked.charted:
            await hold(interaction)
            await _show(interaction, asked, Typed())
        else:
            page = await _render(interaction.client, asked, Typed())
            await replace(interaction, embed=page.embed, view=controls(page), attachments=[])


class ChooseShow(_Control[ui.Select[Any]], template=CollectionAsked.template("v")):
    """Which exotics; of one member's all means those that are missing."""

    def __init__(self, asked: CollectionAsked) -> None:
        shown = {show: label for show, label in SHOWS.items() if show is not _spare(asked)}
        options = [
            discord.SelectOption(label=label, value=show.value, default=show is asked.show)
            for show, label in shown.items()
        ]
        super().__init__(ui.Select(custom_id=asked.custom_id("v"), options=options))
        self.asked = asked

    def chosen(self) -> CollectionAsked:
        return self.asked.only(ExoticShow(self.item.values[0]))


def _spare(asked: CollectionAsked) -> ExoticShow | None:
    """For one member, all and missing are one."""
    return ExoticShow.ALL if asked.membership_id is not None else None


class ChooseSeal(_Control[ui.Select[Any]], template=CollectionAsked.template("e")):
    """One of today's seals, or all."""

    def __init__(self, asked: CollectionAsked, choices: tuple[tuple[int, str], ...] = ()) -> None:
        options = [discord.SelectOption(label="All seals", value=_EVERY, default=asked.hash_ is None)]
        options += [
            discord.SelectOption(
                label=plain_name(title, CHOICE_LIMIT - 1), value=str(hash_), default=hash_ == asked.hash_
            )
            for hash_, title in choices[:24]
        ]
        super().__init__(ui.Select(custom_id=asked.custom_id("e"), options=options, placeholder="One seal"))
        self.asked = asked

    def chosen(self) -> CollectionAsked:
        value = self.item.values[0]
        return self.asked.about(None if value == _EVERY else int(value))


class WholeClan(_Control[ui.Button[Any]], template=CollectionAsked.template("c")):
    """Back to the whole clan and all that it has."""

    def __init__(self, asked: CollectionAsked) -> None:
        super().__init__(ui.Button(label="Whole clan", custom_id=asked.custom_id("c")))
        self.asked = asked

    def chosen(self) -> CollectionAsked:
        return self.asked.whole()


ITEMS = (ChooseShow, ChooseSeal, WholeClan)


def controls(page: Rendered) -> ui.View:
    """A select, and below it the buttons there is a use for."""
    asked, view = page.asked, ui.View(timeout=None)
    if asked.topic is Topic.SEALS and page.choices:
        view.add_item(ChooseSeal(asked, page.choices))
    if asked.topic is Topic.EXOTICS and asked.hash_ is None:
        view.add_item(ChooseShow(asked if asked.membership_id is None else _as_missing(asked)))
    if asked.narrowed:
        view.add_item(WholeClan(asked))
    if page.url:
        view.add_item(ui.Button(label="Dashboard", url=page.url))
    return view


def _as_missing(asked: CollectionAsked) -> CollectionAsked:
    return asked.only(ExoticShow.MISSING) if asked.show is ExoticShow.ALL else asked


async def answer(
    interaction: discord.Interaction[HawthorneBot], asked: CollectionAsked, typed: Typed, *, ephemeral: bool
) -> None:
    """The answer to a command: text at once, a chart after a moment."""
    if asked.charted and not typed.member and not typed.thing:
        await think(interaction, ephemeral=ephemeral)
        await _show(interaction, asked, typed)
        return
    page = await _render(interaction.client, asked, typed)
    await respond(interaction, embed=page.embed, view=controls(page), ephemeral=ephemeral)


async def _show(interaction: discord.Interaction[HawthorneBot], asked: CollectionAsked, typed: Typed) -> None:
    """The answer to an interaction that was deferred."""
    page = await _render(interaction.client, asked, typed)
    await fill(interaction, page.picture, page.embed, page.plain, controls(page))


async def _render(bot: HawthorneBot, asked: CollectionAsked, typed: Typed) -> Rendered:
    read = exotics_page.read if asked.topic is Topic.EXOTICS else seals_page.read
    return await render(bot, asked, typed, read)
