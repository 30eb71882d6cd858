"""The discord.py Bot: intents, command tree, one error handler; it knows no cog."""

from bot.client.bot import HawthorneBot
from bot.client.registering import register_commands
from bot.client.replies import explain, replace, respond
from bot.client.shell import PERMISSIONS, invite_url, sync_commands

__all__ = [
    "PERMISSIONS",
    "HawthorneBot",
    "explain",
    "invite_url",
    "register_commands",
    "replace",
    "respond",
    "sync_commands",
]
