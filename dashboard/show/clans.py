"""A clan among others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clan import Clan, ClanState
from bot.presenters.text import number, plural
from dashboard.show.times import When, ago

ROOM = 100


@dataclass(frozen=True, slots=True)
class Card:
    """`note` says why there are no figures, or why they no longer move."""

    clan: Clan
    as_of: When | None
    note: str


def card(clan: Clan, now: datetime) -> Card:
    return Card(clan, ago(clan.as_of, now) if clan.as_of else None, _note(clan))


def _note(clan: Clan) -> str:
    if clan.state is ClanState.DISBANDED:
        return clan.reason or "Bungie.net says that this clan was disbanded."
    return (
        "" if clan.as_of else "Its roster has not been read yet; that takes less than a minute once Bungie.net answers."
    )


def title(clan: Clan) -> str:
    """A clan's name; its id until it was read."""
    return clan.name or f"Clan {clan.group_id}"


def summary(clans: Sequence[Clan]) -> tuple[str, str]:
    """The takeaway of the start page: its first clause, and the rest."""
    members = sum(clan.member_count for clan in clans)
    online = sum(clan.online_count for clan in clans)
    return f"{number(online)} of {plural(members, 'member')} online", f" in {plural(len(clans), 'clan')}."
