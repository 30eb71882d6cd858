"""The small world behind the sandbox: two clans, the people around them, and what happens to them."""

from bot.sandbox.world.model import Clan, Person, WorldEvent
from bot.sandbox.world.world import World, WorldError

__all__ = ["Clan", "Person", "World", "WorldError", "WorldEvent"]
