"""The dark theme's colours as charts use them; the dashboard's tokens.css is where they come from.

Charts are always dark: Discord shows them on either theme, and on their own ground both are readable.
"""

from __future__ import annotations

from typing import Final

from bot.domain.weapon import Damage

GROUND: Final = "#161b1d"  # between the page's --surface and --raised: guide section 8
TEXT: Final = "#e7ecea"
MUTED: Final = "#a4b0b1"
FAINT: Final = "#869396"
CONTROL: Final = "#67757a"
HAW: Final = "#f4788c"
HAW_DIM: Final = "#b14b5f"
EXOTIC: Final = "#dfbb4a"
SEAL: Final = "#b5a6e4"
GILDED: Final = "#f0c25c"
UP: Final = "#3fce95"
DOWN: Final = "#f6834a"

DAMAGE: Final = {
    Damage.KINETIC: "#c3cbca",
    Damage.ARC: "#77cdf0",
    Damage.SOLAR: "#f6834a",
    Damage.VOID: "#b692ee",
    Damage.STASIS: "#7da2ff",
    Damage.STRAND: "#5ad67c",
}

TOKENS: Final = {
    "text": TEXT,
    "muted": MUTED,
    "faint": FAINT,
    "control": CONTROL,
    "haw": HAW,
    "heat-3": HAW_DIM,
    "exotic": EXOTIC,
    "seal": SEAL,
    "gilded": GILDED,
    "up": UP,
    "down": DOWN,
    **{damage.value: colour for damage, colour in DAMAGE.items()},
}
"""Which token each colour is."""
