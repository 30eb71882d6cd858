"""A simulated Bungie.net: the API under /Platform, the manifest's files, and the host of reports."""

from bot.sandbox.bungie.faults import FaultError
from bot.sandbox.bungie.server import BungieServer

__all__ = ["BungieServer", "FaultError"]
