"""How often one person may ask: a hand never notices, a script that hammers the database does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import discord
from discord import app_commands

TIMES, SECONDS = 30, 10.0
_Command = TypeVar("_Command")


def _by_person(interaction: discord.Interaction[Any]) -> tuple[int | None, int]:
    return interaction.guild_id, interaction.user.id


def brisk() -> Callable[[_Command], _Command]:
    """A check for one command: each keeps a count of its own."""
    return app_commands.checks.cooldown(TIMES, SECONDS, key=_by_person)
