"""The roster in an order that someone asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bot.domain.roster import RosterMember, RosterSort

_KEYS: dict[RosterSort, Callable[[RosterMember], Any]] = {
    RosterSort.NAME: lambda member: member.name.casefold(),
    RosterSort.ROLE: lambda member: member.role.rank,
    RosterSort.JOINED_AT: lambda member: member.joined_at,
    RosterSort.LAST_PLAYED_AT: lambda member: member.last_played_at,
    RosterSort.POWER: lambda member: member.power,
    RosterSort.TRIUMPH_SCORE: lambda member: member.triumph_score,
    RosterSort.TRIUMPH_SCORE_ACTIVE: lambda member: member.triumph_score_active,
    RosterSort.SEALS: lambda member: len(member.seals),
    RosterSort.ONLINE: lambda member: member.online,
}


def sort_members(
    members: Iterable[RosterMember], sort: RosterSort = RosterSort.NAME, *, descending: bool = False
) -> list[RosterMember]:
    """The members in that order (contract.md section 5): names ignore case, roles go by rank, seals by their number.

    Empty values come last in both orders, and ties are broken by membership id, ascending in both.
    """
    key = _KEYS[sort]
    by_id = sorted(members, key=lambda member: member.membership_id)
    told = [member for member in by_id if key(member) is not None]
    empty = [member for member in by_id if key(member) is None]
    return sorted(told, key=key, reverse=descending) + empty
