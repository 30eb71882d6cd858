"""The mass guard: many absent at once are held until Bungie.net confirms each of them, or someone decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.watch import Absence, BatchEnd, Whereabouts
from bot.ingest.membership.draft import Draft
from bot.ingest.membership.events import stamp

WITHIN = timedelta(hours=1)
ALWAYS_FEW = 3
SHARE = 10  # one in ten
WAIT_FOR_ALL = timedelta(hours=1)


def batch_key(group_id: int, since: datetime) -> str:
    """What the posts of one batch share, so that they are told as one digest."""
    return f"held {group_id} {stamp(since)}"


def hold_many(draft: Draft) -> None:
    """Hold everyone who went absent within the hour when they are more than three and more than a tenth of the clan."""
    recent = [
        membership_id for membership_id, absence in draft.absences.items() if _counts(draft, membership_id, absence)
    ]
    if len(recent) <= ALWAYS_FEW or len(recent) * SHARE <= len(draft.members):
        return
    draft.held_since = draft.held_since or draft.now
    for membership_id in recent:
        draft.absences[membership_id] = replace(draft.absences[membership_id], held=True)


def _counts(draft: Draft, membership_id: int, absence: Absence) -> bool:
    recent = draft.now - absence.since <= WITHIN
    return recent and not absence.discarded and draft.heir(draft.members[membership_id]) is None


def settle_batch(draft: Draft) -> None:
    """Release what is confirmed once all is answered (or an hour passed); drop a batch whose members are all back."""
    if draft.held_since is None:
        return
    held = {m: a for m, a in draft.absences.items() if a.held}
    gone = sorted(m for m, a in held.items() if a.answer is Whereabouts.GONE)
    if gone and (all(a.answer for a in held.values()) or draft.now - draft.held_since >= WAIT_FOR_ALL):
        for membership_id in gone:
            draft.end(membership_id, held[membership_id], batch_key(draft.group_id, draft.held_since))
    if len(gone) == len(held) or not held:
        _close(draft, BatchEnd.RELEASED if held else BatchEnd.DISCARDED)


def _close(draft: Draft, how: BatchEnd) -> None:
    if draft.held_since is not None and not any(a.held for a in draft.absences.values()):
        draft.batch_ends.append((draft.held_since, how))
        draft.held_since = None
