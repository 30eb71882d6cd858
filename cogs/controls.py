"""Buttons and selects under an answer: their ids carry what is shown, so they outlive a restart; for the asker only."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import discord
from discord import ui

from bot.client import HawthorneBot, explain, respond
from bot.presenters.embeds.plain import hint_embed

NO_ID = r"(?!)"  # matches nothing: the template of a class that only others are made from


class Asked(Protocol):
    """What an answer shows, and who may change it."""

    @property
    def user_id(self) -> int: ...

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self: ...


AskedT = TypeVar("AskedT", bound=Asked)
ItemT = TypeVar("ItemT", bound=ui.Item[Any])


class Control(ui.DynamicItem[ItemT], Generic[ItemT, AskedT], template=NO_ID):
    """One kind of control; it says `chosen`. The base of an answer's controls says the rest.

    `carries`: what their ids hold and their constructors take. `not_yours`: what others are told who use them.
    """

    carries: ClassVar[type[Asked]]
    not_yours: ClassVar[str]
    asked: AskedT

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        asked: Any = cls.carries.parse(match)
        return cls(asked)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show something else in place; only to the one who asked."""
        try:
            if interaction.user.id == self.asked.user_id:
                await self.show(interaction, self.chosen())
            else:
                await respond(interaction, embed=hint_embed(self.not_yours), ephemeral=True)
        except Exception as error:  # discord.py would only log it: whoever used the control gets an answer
            await explain(interaction, error)

    def chosen(self) -> AskedT:
        """What is shown after its use."""
        raise NotImplementedError

    async def show(self, interaction: discord.Interaction[HawthorneBot], asked: AskedT) -> None:
        """Put that in the place of what the message shows."""
        raise NotImplementedError
