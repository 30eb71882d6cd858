"""Someone's decision about a held batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.watch import BatchEnd, Decision, Rules, Watch
from bot.ingest.membership.draft import Draft
from bot.ingest.membership.guard import batch_key

_NO_POLL = Rules(timedelta(0), 1)  # a decision compares nothing


def close_batch(watch: Watch, how: BatchEnd, now: datetime) -> Decision:
    """Approve: everyone in it left, told as one digest. Discard: nobody did; they are said to have left only when
    Bungie.net itself confirms it, and are asked about hourly until polls show them again."""
    draft = Draft(watch, now, _NO_POLL)
    since = draft.held_since
    if since is None:
        return draft.finish()
    for membership_id, absence in sorted(watch.absences.items()):
        if absence.held and how is BatchEnd.APPROVED:
            draft.end(membership_id, absence, batch_key(watch.group_id, since))
        elif absence.held:
            draft.absences[membership_id] = replace(absence, held=False, discarded=True)
    draft.batch_ends.append((since, how))
    draft.held_since = None
    return draft.finish()
