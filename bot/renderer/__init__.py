"""Charts in a warm worker process: the loop never waits for matplotlib, and no other process loads it."""

from __future__ import annotations

from bot.renderer.renderer import Renderer

__all__ = ["Renderer"]
