"""/help, /about, and the small ephemeral answers: a hint, a refusal, a fault of ours."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import embed

OURS = "That didn't work, and the fault is ours. Try again; if it stays, give an admin this reference: `{reference}`."
AWAY = (
    "The database does not answer right now, so nothing can be shown. It comes back by itself; try again in a minute. "
    "If it stays, give an admin this reference: `{reference}`."
)


def help_embed(commands: Iterable[tuple[str, str]], last_line: str) -> discord.Embed:
    """Every command with its description, as (name, description)."""
    lines = [f"`/{name}` · {description}" for name, description in commands]
    closing = "Every answer says how old its data is. Add `private: True` to any of them to answer only to you."
    return embed("\n".join([*lines, "", closing, last_line]), colours.QUIET, title="What you can ask")


def about_embed(version: str, last_line: str) -> discord.Embed:
    """What this is, and what it is not."""
    body = (
        "Hawthorne is a Destiny 2 clan's steward: it watches the clan on Bungie.net, tells who joins and leaves, and "
        "keeps the roster.\n\n"
        "What it knows is what Bungie.net's public API answers; what a player keeps private stays unknown. "
        "It asks for no privileged intent, reads no messages and pings nobody.\n\n"
        "Not made or endorsed by Bungie. Free software under the MIT licence."
    )
    return embed(f"{body}\n{last_line}", colours.HAW, title=f"Hawthorne {version}")


def hint_embed(text: str) -> discord.Embed:
    """What can't be done, and what to do instead."""
    return embed(text, colours.STALE)


def fault_embed(text: str, reference: str) -> discord.Embed:
    """A fault of ours; `{reference}` in the text is where the reference goes."""
    return embed(f"{text.replace('{reference}', reference)}\n-# ref {reference}", colours.DANGER)
