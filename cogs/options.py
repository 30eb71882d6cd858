"""Options that several commands have: each with its one description, its choices and what autocomplete offers.

Decorators for a command's function; its parameters bear the names of the options.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from discord import app_commands

from bot.domain.mode import Mode
from cogs import clans, people, weapon_names
from cogs.weapons_asked import DAYS

_Command = TypeVar("_Command", bound=Callable[..., Any])


def private(command: _Command) -> _Command:
    """Whether only the asker sees the answer."""
    return app_commands.describe(private="Answer only to me")(command)


def clan(command: _Command) -> _Command:
    """Which of the tracked clans."""
    described = app_commands.describe(clan="Which clan; the server's own when left out")
    return described(app_commands.autocomplete(clan=clans.suggest)(command))


def member(description: str) -> Callable[[_Command], _Command]:
    """One person of the clan; what that means is the command's own."""

    def add(command: _Command) -> _Command:
        described = app_commands.describe(member=description)
        return described(app_commands.autocomplete(member=people.suggest)(command))

    return add


def mode(command: _Command) -> _Command:
    """The kind of matches."""
    described = app_commands.describe(mode="Which matches; Crucible when left out")
    return described(
        app_commands.choices(mode=[app_commands.Choice(name=mode.label, value=mode.value) for mode in Mode])(command)
    )


def span(command: _Command) -> _Command:
    """`days`, `since` with `until`, or `season`."""
    described = app_commands.describe(
        days="How far back; 30 days when left out",
        since="From this day on (YYYY-MM-DD, UTC), instead of days",
        until="Up to this day, itself included (YYYY-MM-DD, UTC)",
        season="A season by its number, instead of days",
    )
    chosen = app_commands.choices(days=[app_commands.Choice(name=label, value=days) for days, label in DAYS.items()])
    return described(chosen(app_commands.autocomplete(season=weapon_names.suggest_season)(command)))
