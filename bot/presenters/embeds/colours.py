"""The accents of guide section 7: one a message, each with a meaning."""

from __future__ import annotations

from bot.presenters import palette

ONLINE = 0x3FCE95
QUIET = 0x67757A
SEAL = 0xB5A6E4
GILDED = 0xF0C25C
EXOTIC = 0xDFBB4A
HAW = 0xF4788C
DANGER = 0xFF8A80
STALE = 0xECA94F

DAMAGE = {damage: int(colour[1:], 16) for damage, colour in palette.DAMAGE.items()}
