"""Who counts as online: contract.md section 5, word by word."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.profile import CurrentActivity
from bot.domain.reading import Reading, Subject

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


def login_lag(subject: Subject, after: Reading, now: datetime) -> timedelta | None:
    """How long ago someone logged in who is seen playing for the first time; None where nothing tells.

    The login is the sooner of lastOnlineStatusChange and the activity's start, of those that lie after the last read.
    """
    before = subject.reading
    if before.read_at is None or before.playing or not after.playing or after.activity is None:
        return None
    told = [after.activity.started_at, *([subject.online_since] if subject.online_since else [])]
    since = [moment for moment in told if before.read_at < moment <= now]
    return now - min(since) if since else None
