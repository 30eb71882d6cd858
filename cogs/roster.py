"""/roster: who is in the clan and what they do, ten a page; its buttons carry their state and outlive a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord import app_commands, ui

from bot.client import HawthorneBot, replace, respond
from bot.domain.roster import RosterSort
from bot.jobs import roster as job
from bot.presenters.roster_view import SHOW_LABELS, RosterShow
from cogs import options, pace
from cogs.controls import NO_ID, Control, ItemT
from cogs.roster_page import SORT_LABELS, RosterAsked, render


class _Control(Control[ItemT, RosterAsked], template=NO_ID):
    carries = RosterAsked
    not_yours = "These buttons belong to whoever asked. Run `/roster` for a list of your own."

    async def show(self, interaction: discord.Interaction[HawthorneBot], asked: RosterAsked) -> None:
        page = await render(interaction.client, asked)
        await replace(interaction, embed=page.embed, view=_controls(page.asked, page.pages, page.url))


class TurnPage(_Control[ui.Button[Any]], template=RosterAsked.template("p")):
    """‹ and ›, and the page number between them."""

    def __init__(self, asked: RosterAsked, label: str, *, disabled: bool = False, place: str = "") -> None:
        super().__init__(ui.Button(label=label, custom_id=asked.custom_id(f"p{place}"), disabled=disabled, row=0))
        self.asked = asked

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(RosterAsked.parse(match), "", place=match["place"])

    def chosen(self) -> RosterAsked:
        return self.asked


class SortBy(_Control[ui.Select[Any]], template=RosterAsked.template("s")):
    """The orders of the list."""

    def __init__(self, asked: RosterAsked) -> None:
        options = [
            discord.SelectOption(label=label, value=value, default=value == asked.sort_word)
            for value, label in SORT_LABELS.items()
        ]
        super().__init__(ui.Select(custom_id=asked.custom_id("s"), options=options))
        self.asked = asked

    def chosen(self) -> RosterAsked:
        return self.asked.sorted_by(self.item.values[0])


def _controls(asked: RosterAsked, pages: int, url: str | None) -> ui.View:
    """The buttons, the link and the select; turning needs more than one page.

    The select comes last: a dynamic one takes the first row with room, whatever row it was given.
    """
    view = ui.View(timeout=None)
    if pages > 1:
        first, last = asked.page == 1, asked.page == pages
        view.add_item(TurnPage(asked.on_page(max(1, asked.page - 1)), "‹", disabled=first, place="b"))
        view.add_item(TurnPage(asked, f"{asked.page}/{pages}", disabled=True, place="n"))
        view.add_item(TurnPage(asked.on_page(min(pages, asked.page + 1)), "›", disabled=last, place="f"))
    if url:
        view.add_item(ui.Button(label="Dashboard", url=url, row=0))
    view.add_item(SortBy(asked))
    return view


@app_commands.command(description="Who is in the clan: online first, with what they play, power and seals.")
@app_commands.describe(
    sort="In which order; those online first when left out",
    show="Only some of them",
)
@app_commands.choices(
    sort=[app_commands.Choice(name=label, value=value) for value, label in SORT_LABELS.items() if value != "presence"],
    show=[app_commands.Choice(name=label, value=value.value) for value, label in SHOW_LABELS.items()],
)
@options.clan
@options.private
@pace.brisk()
async def roster(
    interaction: discord.Interaction[HawthorneBot],
    clan: str | None = None,
    sort: str | None = None,
    show: str | None = None,
    private: bool = False,
) -> None:
    asked = RosterAsked(
        group_id=0,
        sort=RosterSort(sort) if sort else None,
        show=RosterShow(show or "all"),
        page=1,
        user_id=interaction.user.id,
    )
    page = await render(interaction.client, asked, clan)
    await respond(interaction, embed=page.embed, view=_controls(page.asked, page.pages, page.url), ephemeral=private)


async def setup(bot: HawthorneBot) -> None:
    bot.tree.add_command(roster)
    bot.add_dynamic_items(TurnPage, SortBy)
    if bot.loops is not None:
        bot.loops.register(job.LOOP)
