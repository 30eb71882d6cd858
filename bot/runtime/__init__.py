"""Which parts run in this process, their signals and their one stop."""

from bot.runtime.process import serve
from bot.runtime.requirements import PARTS

__all__ = ["PARTS", "serve"]
