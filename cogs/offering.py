"""Autocomplete that never fails: free text works all the same."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.client import HawthorneBot
from bot.errors import AskError

ValueT = TypeVar("ValueT", str, int)
Suggest = Callable[[discord.Interaction[HawthorneBot], str], Coroutine[Any, Any, list[app_commands.Choice[ValueT]]]]


def offered(suggest: Suggest[ValueT]) -> Suggest[ValueT]:
    """Offer nothing while the database is away, or for a clan that is none."""

    @functools.wraps(suggest)
    async def safely(interaction: discord.Interaction[HawthorneBot], current: str) -> list[app_commands.Choice[ValueT]]:
        try:
            return await suggest(interaction, current)
        except AskError:
            return []

    return safely
