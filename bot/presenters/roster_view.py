"""Which members a roster shows, in the order that answers "who is here, who is fading"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.roster import RosterMember

NEW_FOR = timedelta(days=30)
IDLE_FROM = timedelta(days=30)
_LONG_AGO = datetime(2014, 9, 9, tzinfo=UTC)


class RosterShow(StrEnum):
    """new: joined within 30 days. idle: not online, and last played 30 days ago or longer. private: not readable."""

    ALL = "all"
    ONLINE = "online"
    NEW = "new"
    IDLE = "idle"
    PRIVATE = "private"


SHOW_LABELS = {
    RosterShow.ALL: "All",
    RosterShow.ONLINE: "Online",
    RosterShow.NEW: "New, 30 days",
    RosterShow.IDLE: "Idle, 30 days or more",
    RosterShow.PRIVATE: "Private",
}


def shown(member: RosterMember, show: RosterShow, now: datetime) -> bool:
    """Whether a member belongs to that part of the roster."""
    if show is RosterShow.ONLINE:
        return bool(member.online)
    if show is RosterShow.NEW:
        return now - member.joined_at <= NEW_FOR
    if show is RosterShow.IDLE:
        seen = member.last_played_at
        return not member.online and seen is not None and now - seen >= IDLE_FROM
    return show is RosterShow.ALL or member.private


def by_presence(members: Iterable[RosterMember]) -> list[RosterMember]:
    """Online first, the fullest activity first, then whoever was seen last; ties by name and id."""
    rows = list(members)
    crowd = Counter(activity_of(member) for member in rows if member.online)

    def place(member: RosterMember) -> tuple[bool, int, str, float, str, int]:
        activity = activity_of(member) if member.online else ""
        seen = member.activity_started_at if member.online else member.last_played_at
        age = -(seen or _LONG_AGO).timestamp()
        return (not member.online, -crowd[activity], activity, age, member.name.casefold(), member.membership_id)

    return sorted(rows, key=place)


def activity_of(member: RosterMember) -> str:
    """What someone online does; "In the game" where Bungie.net does not say."""
    return member.activity or "In the game"
