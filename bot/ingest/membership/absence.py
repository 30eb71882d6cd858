"""Those whom accepted polls no longer show: moved, held, asked about, and at last said to have left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.membership import ClanRef
from bot.domain.watch import Absence, Answer, Ended, Question, Stay, Whereabouts
from bot.ingest.membership import events
from bot.ingest.membership.draft import SWITCH_PATIENCE, Draft

POLLS_TO_MOVE = 2
SAY_UNASKED_AFTER = timedelta(hours=24)
ASK_EAGERLY = 5
ASK_LATER_EVERY = timedelta(hours=1)


def answer_of(group_id: int, clans: Iterable[ClanRef]) -> Answer:
    """What the clans that GetGroupsForMember names say about someone's place in this one."""
    named = tuple(clans)
    if any(clan.group_id == group_id for clan in named):
        return Answer(Whereabouts.HERE)
    if not named:
        return Answer(Whereabouts.GONE)
    return Answer(Whereabouts.GONE, named[0].group_id, named[0].name)


def miss(draft: Draft) -> None:
    """Count the poll against every member whom it does not show."""
    for membership_id in draft.members.keys() - draft.rows.keys():
        draft.absences[membership_id] = _counted(draft, draft.absences.get(membership_id))


def _counted(draft: Draft, absence: Absence | None) -> Absence:
    if absence is None:
        return Absence(since=draft.now, times=1, last_at=draft.now)
    if draft.now - absence.last_at < draft.rules.spacing:
        return absence
    return replace(absence, times=absence.times + 1, last_at=draft.now)


def wait_anew(draft: Draft) -> None:
    """A gap is no accepted absence: the day without an answer begins again at its end."""
    for membership_id, absence in draft.absences.items():
        draft.absences[membership_id] = replace(absence, answered_at=draft.now)


def settle_moves(draft: Draft) -> None:
    """Gone for two polls while another account of the same person is here: neither left nor joined."""
    for membership_id, absence in list(draft.absences.items()):
        old = draft.members[membership_id]
        new = draft.members.get(draft.heir(old) or 0)
        if new is not None and absence.times >= POLLS_TO_MOVE:
            _move(draft, old, new, absence)


def _move(draft: Draft, old: Stay, new: Stay, absence: Absence) -> None:
    """They moved platform, unless it is the later account that went: then they stay where they have been all along."""
    del draft.members[old.membership_id], draft.absences[old.membership_id]
    draft.arrivals.pop(old.membership_id, None)
    draft.arrivals.pop(new.membership_id, None)
    event = None
    if new.joined_at >= old.joined_at:
        event = events.moved(draft.group_id, old, new, absence.since)
        draft.tell(event)
    draft.ended.append(Ended(old.membership_id, old.joined_at, absence.since, event, moved_to=new.membership_id))


def hear(draft: Draft) -> None:
    """Take in what Bungie.net answered about those who are absent, and ask about those who are due."""
    for membership_id, absence in list(draft.absences.items()):
        stay = draft.members[membership_id]
        if not _due(draft, stay, absence):
            continue
        if membership_id in draft.answers:
            draft.absences[membership_id] = _answered(absence, draft.answers[membership_id], draft.now)
        else:
            draft.questions.append(Question(stay.membership_type, membership_id))


def _due(draft: Draft, stay: Stay, absence: Absence) -> bool:
    """Asked each cycle until an answer says gone; hourly once it has said five times that they are still here."""
    if absence.times < draft.rules.confirmations or absence.answer is Whereabouts.GONE:
        return False
    if draft.heir(stay) is not None:
        return False
    insists = absence.discarded or (absence.answer is Whereabouts.HERE and absence.asks >= ASK_EAGERLY)
    return not insists or absence.asked_at is None or draft.now - absence.asked_at >= ASK_LATER_EVERY


def _answered(absence: Absence, answer: Answer | None, now: datetime) -> Absence:
    asked = replace(absence, asks=absence.asks + 1, asked_at=now)
    if answer is None:
        return asked
    return replace(
        asked,
        answer=answer.whereabouts,
        answered_at=now,
        to_group_id=answer.to_group_id,
        to_name=answer.to_name,
    )


def say_left(draft: Draft) -> None:
    """Say who left: those whom Bungie.net confirms, and those about whom it could not be asked for a day."""
    for membership_id, absence in sorted(draft.absences.items()):
        if absence.held or draft.heir(draft.members[membership_id]) is not None:
            continue
        if absence.answer is Whereabouts.GONE:
            if not _may_be_switch(draft, membership_id, absence):
                draft.end(membership_id, absence)
        elif not absence.discarded and _unasked_for_a_day(absence, draft):
            draft.end(membership_id, absence)


def _may_be_switch(draft: Draft, membership_id: int, absence: Absence) -> bool:
    """Said to be in a tracked clan whose polls don't show them yet: wait for its joined, as it waits for us."""
    going = absence.to_group_id
    if going not in draft.watch.tracked or draft.now - absence.since >= SWITCH_PATIENCE:
        return False
    return all(other.group_id != going for other in draft.watch.elsewhere.get(membership_id, ()))


def _unasked_for_a_day(absence: Absence, draft: Draft) -> bool:
    since: datetime = absence.answered_at or absence.since
    return absence.times >= draft.rules.confirmations and draft.now - since >= SAY_UNASKED_AFTER
