"""Minted stamps: servers of Bungie.net flip between answers up to a minute apart (Bungie-net/api#1030)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.stamp import Stamp

_AHEAD = timedelta(minutes=5)
_PATIENCE = timedelta(minutes=30)


def judge(stamp: Stamp, minted_at: datetime | None, now: datetime) -> tuple[bool, Stamp]:
    """Whether an answer minted then is believed, and the stamp to keep.

    An older answer than the stored one is not, until nothing but older ones has come for 30 minutes. A stamp more than
    5 minutes ahead is not kept, or every later answer would be older; the answer itself counts. So does one without.
    """
    if minted_at is None:
        return True, Stamp(stamp.minted_at)
    if stamp.minted_at is None or minted_at >= stamp.minted_at:
        kept = stamp.minted_at if minted_at > now + _AHEAD else minted_at
        return True, Stamp(kept)
    since = stamp.older_since or now
    if now - since >= _PATIENCE:
        return True, Stamp(minted_at)
    return False, Stamp(stamp.minted_at, since)
