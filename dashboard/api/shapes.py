"""Rows as the API and the CSV show them: ids as strings, hashes as numbers, times as ISO 8601 UTC with Z. Pure.

The order of the keys is the order of the CSV's columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain.clan import Clan
from bot.domain.event import Event
from bot.domain.member import Member, MemberCharacter, MemberStint
from bot.domain.roster import HeldSeal, RosterMember
from bot.domain.status import LoopStatus, Status

Shape = dict[str, Any]
ROSTER_COLUMNS = (
    "membership_id",
    "membership_type",
    "name",
    "role",
    "joined_at",
    "online",
    "activity",
    "activity_mode",
    "activity_started_at",
    "last_played_at",
    "power",
    "triumph_score",
    "triumph_score_active",
    "seals",
    "title",
    "private",
)
EVENT_COLUMNS = ("id", "kind", "membership_id", "name", "occurred_at", "detail")
_ID_KEYS = ("to_group_id", "from_group_id", "from_membership_id", "to_membership_id")


def time(when: datetime | None) -> str | None:
    """2026-05-03T18:00:00Z; fractions of a second only where there are some."""
    return None if when is None else when.isoformat().replace("+00:00", "Z")


def text_id(value: int | None) -> str | None:
    return None if value is None else str(value)


def clan(row: Clan) -> Shape:
    return {
        "group_id": str(row.group_id),
        "name": row.name,
        "callsign": row.callsign,
        "motto": row.motto,
        "member_count": row.member_count,
        "online_count": row.online_count,
        "as_of": time(row.as_of),
    }


def seal(held: HeldSeal) -> Shape:
    return {
        "record_hash": held.record_hash,
        "title": held.title,
        "gilded": held.gilded,
        "gilded_times": held.gilded_times,
    }


def roster_member(row: RosterMember) -> Shape:
    return {
        "membership_id": str(row.membership_id),
        "membership_type": row.membership_type,
        "name": row.name,
        "role": row.role.value,
        "joined_at": time(row.joined_at),
        "online": row.online,
        "activity": row.activity,
        "activity_mode": row.activity_mode,
        "activity_started_at": time(row.activity_started_at),
        "last_played_at": time(row.last_played_at),
        "power": row.power,
        "triumph_score": row.triumph_score,
        "triumph_score_active": row.triumph_score_active,
        "seals": [seal(held) for held in row.seals],
        "title": row.title,
        "private": row.private,
    }


def person(member: Member, row: RosterMember | None, seals: Iterable[HeldSeal]) -> Shape:
    """One member: what a roster says of them, then characters, stays in clans and dates. `row` None: in no clan now."""
    return {
        "membership_id": str(member.membership_id),
        "membership_type": member.membership_type,
        "name": member.name,
        "role": row.role.value if row else None,
        "joined_at": time(row.joined_at) if row else None,
        "online": bool(row and row.online),
        "activity": row.activity if row else None,
        "activity_mode": row.activity_mode if row else None,
        "activity_started_at": time(row.activity_started_at) if row else None,
        "last_played_at": time(member.last_played_at),
        "power": member.power,
        "triumph_score": member.triumph_score,
        "triumph_score_active": member.triumph_score_active,
        "seals": [seal(held) for held in seals],
        "title": member.title,
        "private": member.private,
        "first_seen_at": time(member.first_seen_at),
        "read_at": time(member.read_at),
        "records_read_at": time(member.records_read_at),
        "characters": [character(each) for each in member.characters],
        "clans": [stint(each) for each in member.stints],
    }


def character(row: MemberCharacter) -> Shape:
    return {
        "character_id": str(row.character_id),
        "class": row.class_name,
        "power": row.power,
        "last_played_at": time(row.last_played_at),
        "title": row.title,
        "gone_at": time(row.gone_at),
    }


def stint(row: MemberStint) -> Shape:
    return {
        "group_id": str(row.group_id),
        "name": row.clan_name,
        "role": row.role.value,
        "joined_at": time(row.joined_at),
        "left_at": time(row.left_at),
    }


def event(row: Event) -> Shape:
    return {
        "id": str(row.id),
        "kind": row.kind.value,
        "membership_id": text_id(row.membership_id),
        "name": row.name,
        "occurred_at": time(row.occurred_at),
        "detail": {key: _detail(key, value) for key, value in row.detail.items()},
    }


def _detail(key: str, value: Any) -> Any:
    """Ids are strings whatever they were stored as."""
    return str(value) if key in _ID_KEYS and value is not None else value


def status(row: Status, now: datetime) -> Shape:
    return {
        "version": row.version,
        "parts": sorted({part.name for part in row.parts}),
        "loops": [loop(each, now) for each in row.loops],
        "bungie": {
            "state": row.bungie.state,
            "since": time(row.bungie.since),
            "budget_used": row.bungie.budget_used,
        },
        "queue": {
            "waiting": row.queue.waiting,
            "running": row.queue.running,
            "failed": row.queue.failed,
            "gone": row.queue.gone,
        },
        "outbox": _outbox(row),
        "held": [
            {"id": str(each.id), "group_id": str(each.group_id), "count": each.count, "since": time(each.since)}
            for each in row.held
        ],
        "channels": [{"channel_id": str(each.channel_id), "state": each.state} for each in row.channels],
    }


def _outbox(row: Status) -> Shape:
    return {
        "new": row.outbox.new,
        "sending": row.outbox.sending,
        "held": row.outbox.held,
        "dead": row.outbox.dead,
        "oldest_seconds": row.outbox.oldest_seconds,
    }


def loop(row: LoopStatus, now: datetime) -> Shape:
    return {
        "name": row.name,
        "last_ok_at": time(row.last_ok_at),
        "last_error": row.last_error,
        "lag_seconds": lag_seconds(row, now),
        "next_at": time(row.next_at),
    }


def lag_seconds(row: LoopStatus, now: datetime) -> int | None:
    """How long ago the last good run ended, beyond the interval; None before the first good run."""
    if row.last_ok_at is None:
        return None
    return max(0, int((now - row.last_ok_at).total_seconds()) - row.interval_seconds)
