"""Who counts as online: contract.md section 5, word by word."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.profile import CurrentActivity
from bot.domain.reading import Reading

FRESH = timedelta(minutes=15)


def is_playing(activity: CurrentActivity | None, *, transitory: bool, is_online: bool, now: datetime) -> bool:
    """In an activity, and that is confirmed: an activity alone sticks for hours after logout (Bungie-net/api#981)."""
    if activity is None or activity.activity_hash == 0:
        return False
    return transitory or is_online or now - activity.started_at < FRESH


def plays_by_profile(reading: Reading, now: datetime) -> bool:
    """What the stored profile alone says, without the clan's roster."""
    if reading.portrait.private:
        return False
    return is_playing(reading.activity, transitory=reading.transitory, is_online=False, now=now)
