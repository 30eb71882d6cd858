"""A clan among others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clan import Clan, ClanState
from bot.domain.roster import RosterMember
from bot.presenters.roster_view import activity_of
from bot.presenters.text import number, plain_name, plural
from dashboard.show.times import When, ago

_NAME_LIMIT = 64

ROOM = 100


@dataclass(frozen=True, slots=True)
class Card:
    """`playing`: activities with how many are in them. `note` says why figures are missing or stand still."""

    clan: Clan
    online: int
    playing: list[tuple[str, int]]
    as_of: When | None
    note: str


def card(clan: Clan, members: Sequence[RosterMember], now: datetime) -> Card:
    playing = Counter(activity_of(member) for member in members if member.online)
    ordered = sorted(playing.items(), key=lambda item: (-item[1], item[0]))
    return Card(clan, playing.total(), ordered, ago(clan.as_of, now) if clan.as_of else None, _note(clan))


def _note(clan: Clan) -> str:
    if clan.state is ClanState.DISBANDED:
        return clan.reason or "Bungie.net says that this clan was disbanded."
    return (
        "" if clan.as_of else "Its roster has not been read yet; that takes less than a minute once Bungie.net answers."
    )


def title(clan: Clan) -> str:
    """A clan's name for running text, where no mark in it may turn direction; its id until it was read."""
    return plain_name(clan.name, _NAME_LIMIT) if clan.name else f"Clan {clan.group_id}"


def summary(cards: Sequence[Card]) -> tuple[str, str]:
    """The takeaway of the start page: its first clause, and the rest."""
    members = sum(card.clan.member_count for card in cards)
    online = sum(card.online for card in cards)
    return f"{number(online)} of {plural(members, 'member')} online", f" in {plural(len(cards), 'clan')}."
