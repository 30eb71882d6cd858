"""When an answer of Bungie.net was minted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """When the answer that is stored was minted, and since when only older ones have come (None: they don't)."""

    minted_at: datetime | None = None
    older_since: datetime | None = None
