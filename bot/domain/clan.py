"""Clans: Bungie.net calls them groups of type 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClanState(StrEnum):
    """new: not read yet. refused: unknown, or no clan. dropped: no longer configured.

    disbanded: Bungie.net said so three times over a day.
    """

    NEW = "new"
    TRACKED = "tracked"
    REFUSED = "refused"
    DISBANDED = "disbanded"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Clan:
    """One clan as stored. member_count counts open stints; `as_of` is the last accepted poll, None before the first.

    `reason` is the sentence that explains `refused` and `disbanded`.
    """

    group_id: int
    state: ClanState
    name: str
    callsign: str
    motto: str
    member_count: int
    online_count: int
    as_of: datetime | None
    reason: str | None = None
