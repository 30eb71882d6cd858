"""The discord.py Bot: intents, command tree, one error handler; it knows no cog."""

from bot.client.bot import HawthorneBot
from bot.client.registering import register_commands
from bot.client.replies import Picture, explain, fill, hold, replace, respond, think
from bot.client.shell import PERMISSIONS, invite_url, sync_commands

__all__ = [
    "PERMISSIONS",
    "HawthorneBot",
    "Picture",
    "explain",
    "fill",
    "hold",
    "invite_url",
    "register_commands",
    "replace",
    "respond",
    "sync_commands",
    "think",
]
