"""Answers that say that there is no such clan (622, 686)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.watch import BatchEnd, Decision, Ended, Missing, Notice, Rules, Watch

TIMES = 3
OVER = timedelta(hours=24)


def note_missing(watch: Watch, now: datetime, rules: Rules) -> Decision:
    """One more such answer. Three of them over 24 h: the clan is disbanded, its stints close, one message says so."""
    missing = _counted(watch.missing, now, rules)
    watch = replace(watch, missing=missing)
    if missing.times < TIMES or now - missing.since < OVER:
        return Decision(watch, accepted=False, reason="Bungie.net says that there is no such clan.")
    ended = tuple(Ended(stay.membership_id, stay.joined_at, missing.since) for stay in watch.members.values())
    name = watch.facts["name"].value if "name" in watch.facts else str(watch.group_id)
    notice = Notice("disbanded", {"name": name, "members": len(ended)})
    cleared = replace(watch, members={}, absences={}, arrivals={}, sightings={}, held_since=None)
    batch = ((watch.held_since, BatchEnd.DISCARDED),) if watch.held_since else ()
    return Decision(cleared, accepted=False, disbanded=True, ended=ended, notices=(notice,), batch_ends=batch)


def _counted(missing: Missing | None, now: datetime, rules: Rules) -> Missing:
    if missing is None:
        return Missing(now, 1, now)
    if now - missing.last_at < rules.spacing:
        return missing
    return Missing(missing.since, missing.times + 1, now)
