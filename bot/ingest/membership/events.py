"""The events of the protocol and the `about` that makes each of them unique."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.event import EventKind, NewEvent
from bot.domain.watch import Elsewhere, Fact, Stay


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with Z, as the API writes times."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def joined(group_id: int, stay: Stay) -> NewEvent:
    return NewEvent(
        kind=EventKind.JOINED,
        group_id=group_id,
        membership_id=stay.membership_id,
        about=stamp(stay.joined_at),
        occurred_at=stay.joined_at,
        name=stay.name,
    )


def left(
    group_id: int, stay: Stay, at: datetime, to_group_id: int | None = None, to_name: str | None = None
) -> NewEvent:
    detail: dict[str, Any] = {"joined_at": stamp(stay.joined_at)}
    if to_group_id is not None:
        detail |= {"to_group_id": str(to_group_id), "to_name": to_name or ""}
    return NewEvent(
        kind=EventKind.LEFT,
        group_id=group_id,
        membership_id=stay.membership_id,
        about=f"{stamp(stay.joined_at)} {stay.reopened}",
        occurred_at=at,
        name=stay.name,
        detail=detail,
    )


def switched(group_id: int, stay: Stay, at: datetime, other: Elsewhere) -> NewEvent:
    """Stored under the clan they came to; `group_id` is the one they came from."""
    return NewEvent(
        kind=EventKind.CLAN_SWITCHED,
        group_id=other.group_id,
        other_group_id=group_id,
        membership_id=stay.membership_id,
        about=stamp(other.joined_at),
        occurred_at=at,
        name=stay.name,
        detail={"from_group_id": str(group_id), "to_group_id": str(other.group_id)},
    )


def moved(group_id: int, old: Stay, new: Stay, at: datetime) -> NewEvent:
    return NewEvent(
        kind=EventKind.PLATFORM_MOVED,
        group_id=group_id,
        membership_id=new.membership_id,
        about=str(new.membership_id),
        occurred_at=at,
        name=new.name,
        detail={
            "from_membership_id": str(old.membership_id),
            "to_membership_id": str(new.membership_id),
        },
    )


def renamed(group_id: int, stay: Stay, name: str, at: datetime) -> NewEvent:
    return NewEvent(
        kind=EventKind.RENAMED,
        group_id=group_id,
        membership_id=stay.membership_id,
        about=stamp(stay.name_since),
        occurred_at=at,
        name=name,
        detail={"from": stay.name, "to": name},
    )


def role_changed(group_id: int, stay: Stay, role: str, at: datetime) -> NewEvent:
    return NewEvent(
        kind=EventKind.ROLE_CHANGED,
        group_id=group_id,
        membership_id=stay.membership_id,
        about=stamp(stay.role_since),
        occurred_at=at,
        name=stay.name,
        detail={"from": stay.role.value, "to": role},
    )


def clan_changed(group_id: int, clan_name: str, field: str, old: Fact, value: str, at: datetime) -> NewEvent:
    return NewEvent(
        kind=EventKind.CLAN_CHANGED,
        group_id=group_id,
        membership_id=None,
        about=f"{field} {stamp(old.since)}",
        occurred_at=at,
        name=clan_name,
        detail={"field": field, "from": old.value, "to": value},
    )
