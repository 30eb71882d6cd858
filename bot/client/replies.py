"""Answering: the first response in spite of resets, and the one place that turns errors into words."""

from __future__ import annotations

import contextlib
import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
from discord import app_commands, ui

from bot.errors import AskError, DatabaseAway
from bot.presenters.embeds.plain import AWAY, OURS, fault_embed, hint_embed
from db.pool import DATABASE_AWAY

if TYPE_CHECKING:
    from bot.client.bot import HawthorneBot

log = structlog.get_logger(__name__)

_GONE = (10062, 10008)  # the interaction is too old, or the message to fill was deleted meanwhile
_ALREADY_ACKNOWLEDGED = 40060
_OUTDATED = app_commands.CommandSignatureMismatch | app_commands.CommandNotFound


class Tree(app_commands.CommandTree["HawthorneBot"]):
    """The command tree; whatever a command raises ends in `explain`."""

    async def on_error(
        self, interaction: discord.Interaction[HawthorneBot], error: app_commands.AppCommandError, /
    ) -> None:
        await explain(interaction, error)


async def explain(interaction: discord.Interaction[HawthorneBot], error: Exception) -> None:
    """Say what went wrong, to the one who asked: what it was, whose fault, what to do. Never raises."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.NotFound) and cause.code in _GONE:
        log.warning("answer_too_late", command=_name(interaction))
        return
    reference = None if _is_theirs(cause) else new_reference()
    try:
        await _whisper(interaction, _hint(cause) if reference is None else _fault(cause, reference))
    except Exception:  # Discord itself is the trouble: there is nobody left to tell
        log.exception("explanation_failed", command=_name(interaction), reference=reference)
    if reference is not None:  # after the answer: a traceback takes its time
        log.error("command_failed", reference=reference, command=_name(interaction), exc_info=cause)


def _is_theirs(error: Exception) -> bool:
    """Whether it is something that the one who asked can mend, and no fault of ours."""
    if isinstance(error, AskError):
        return not isinstance(error, DatabaseAway)
    return isinstance(error, app_commands.CheckFailure | _OUTDATED)


def _hint(error: Exception) -> discord.Embed:
    if isinstance(error, app_commands.CommandOnCooldown):
        again = discord.utils.utcnow().timestamp() + error.retry_after
        return hint_embed(f"That was quick. Try again <t:{int(again) + 1}:R>.")
    if isinstance(error, _OUTDATED):
        return hint_embed("This command has changed since Discord learned it. Try again in a minute.")
    if isinstance(error, app_commands.CheckFailure):
        return hint_embed("You may not run this here. Ask an admin of this server.")
    return hint_embed(str(error))


def _fault(error: Exception, reference: str) -> discord.Embed:
    return fault_embed(AWAY if isinstance(error, (DatabaseAway, *DATABASE_AWAY)) else OURS, reference)


def new_reference() -> str:
    """What connects an apology with its line in the log: `7f3a-91c2`."""
    return f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"


def _name(interaction: discord.Interaction[HawthorneBot]) -> str:
    return interaction.command.qualified_name if interaction.command else str(interaction.type)


async def _whisper(interaction: discord.Interaction[HawthorneBot], embed: discord.Embed) -> None:
    if not interaction.response.is_done():
        await respond(interaction, embed=embed, ephemeral=True)
        return
    if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        # What follows first would take the place of "thinking…", and be seen by whoever sees that.
        with contextlib.suppress(discord.HTTPException):
            await interaction.delete_original_response()
    await interaction.followup.send(embed=embed, ephemeral=True)


async def respond(interaction: discord.Interaction[HawthorneBot], **message: Any) -> None:
    """Send the first response, once more when the connection was reset: discord.py retries none of Linux's resets."""
    await _twice(interaction.response.send_message, message)


async def replace(interaction: discord.Interaction[HawthorneBot], **message: Any) -> None:
    """Change the message whose button or select was used, as the first response."""
    await _twice(interaction.response.edit_message, message)


async def think(interaction: discord.Interaction[HawthorneBot], *, ephemeral: bool) -> None:
    """Take fifteen minutes for the answer to a command, which `fill` gives then: for answers with a chart."""
    await _twice(interaction.response.defer, {"ephemeral": ephemeral, "thinking": True})


async def hold(interaction: discord.Interaction[HawthorneBot]) -> None:
    """Take fifteen minutes for the change to a message whose button or select was used; `fill` makes it."""
    await _twice(interaction.response.defer, {})


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of a message: a PNG with what it says for those who do not see it."""

    name: str
    alt: str
    png: bytes

    def file(self) -> discord.File:
        """Good for one try: sending closes it."""
        return discord.File(io.BytesIO(self.png), self.name, description=self.alt)


async def fill(
    interaction: discord.Interaction[HawthorneBot],
    picture: Picture | None,
    embed: discord.Embed,
    plain: discord.Embed,
    view: ui.View,
) -> None:
    """Give the answer that was thought about, or change the message that was held; earlier pictures go.

    Where Discord does not take the picture, `plain` goes without one.
    """
    try:
        await _fill(interaction, picture, embed, view)
    except discord.HTTPException:
        if picture is None:
            raise
        await _fill(interaction, None, plain, view)


async def _fill(
    interaction: discord.Interaction[HawthorneBot], picture: Picture | None, embed: discord.Embed, view: ui.View
) -> None:

    async def send() -> None:
        files = [picture.file()] if picture else []
        await interaction.edit_original_response(attachments=files, embed=embed, view=view)

    await _twice(send, {})


async def _twice(send: Any, message: dict[str, Any]) -> None:
    try:
        await send(**message)
    except (OSError, aiohttp.ClientError):
        try:
            await send(**message)
        except discord.HTTPException as error:
            if error.code != _ALREADY_ACKNOWLEDGED:  # the first one did arrive
                raise
