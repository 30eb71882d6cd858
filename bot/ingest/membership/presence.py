"""Those whom an accepted poll shows: members, joiners, and people who are back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.membership import RosterEntry
from bot.domain.role import Role
from bot.domain.watch import Absence, Ended, Fact, Former, Stay
from bot.ingest.membership import events
from bot.ingest.membership.draft import SWITCH_PATIENCE, Draft

OVERLOOKED_MARGIN = timedelta(minutes=15)
_ONE_SECOND = timedelta(seconds=1)  # join dates come with and without a fraction


def see(draft: Draft) -> None:
    """Take every row of the poll in; doubts about those whom it does not show start afresh."""
    for membership_id, name in list(draft.sightings):
        if membership_id and membership_id not in draft.rows:
            draft.forget(membership_id, name)
    for row in draft.rows.values():
        if stay := draft.members.get(row.membership_id):
            _see_member(draft, stay, row)
        else:
            _see_stranger(draft, row)


def enter(draft: Draft, row: RosterEntry) -> Stay:
    """Open a stint; says nothing. Someone known keeps their name until two polls agree on another."""
    name = draft.watch.names.get(row.membership_id) or Fact(row.name, draft.now)
    stay = Stay(
        membership_id=row.membership_id,
        membership_type=row.membership_type,
        bungie_net_id=row.bungie_net_id,
        name=name.value,
        name_since=name.since,
        role=row.role,
        role_since=draft.now,
        joined_at=row.joined_at,
        is_online=row.is_online,
        online_changed_at=row.last_online_change,
    )
    draft.forget(row.membership_id, "joined_at")
    entered = draft.members[row.membership_id] = _name_seen(draft, stay, row.name)
    return entered


def _see_member(draft: Draft, stay: Stay, row: RosterEntry) -> None:
    absence = draft.absences.pop(stay.membership_id, None)
    if row.joined_at - stay.joined_at < _ONE_SECOND:
        draft.members[stay.membership_id] = _with_doubts(draft, stay, row)
    elif absence is not None:
        _left_and_returned(draft, row, absence)
    else:
        _new_stint(draft, stay, row)


def _left_and_returned(draft: Draft, row: RosterEntry, absence: Absence) -> None:
    """The new join date proves the leave that polls had begun to show."""
    draft.end(row.membership_id, absence)
    arrive(draft, row)


def _new_stint(draft: Draft, stay: Stay, row: RosterEntry) -> None:
    """They left and came back between two polls: a new stint, no post."""
    draft.ended.append(Ended(stay.membership_id, stay.joined_at, row.joined_at))
    fresh = replace(stay, joined_at=row.joined_at, role=row.role, role_since=draft.now, reopened=0)
    draft.forget(stay.membership_id, "role")
    draft.members[stay.membership_id] = _with_doubts(draft, fresh, row)


def _with_doubts(draft: Draft, stay: Stay, row: RosterEntry) -> Stay:
    """The stay as the row shows it; name and role change only when two polls agree."""
    fresh = replace(
        stay,
        membership_type=row.membership_type,
        bungie_net_id=row.bungie_net_id or stay.bungie_net_id,
        is_online=row.is_online,
        online_changed_at=row.last_online_change,
    )
    return _role_seen(draft, _name_seen(draft, fresh, row.name), row.role)


def _name_seen(draft: Draft, stay: Stay, name: str) -> Stay:
    if name == stay.name or _joined_elsewhere_since(draft, stay):
        draft.forget(stay.membership_id, "name")
        return stay
    first = draft.sight(stay.membership_id, "name", name)
    if first is None:
        return stay
    draft.tell(events.renamed(draft.group_id, stay, name, first.seen_at))
    return replace(stay, name=name, name_since=draft.now)


def _joined_elsewhere_since(draft: Draft, stay: Stay) -> bool:
    """Whether another tracked clan has the newer row of them: two lists may call them by two names for a while."""
    return any(other.joined_at > stay.joined_at for other in draft.watch.elsewhere.get(stay.membership_id, ()))


def _role_seen(draft: Draft, stay: Stay, role: Role) -> Stay:
    if role == stay.role:
        draft.forget(stay.membership_id, "role")
        return stay
    first = draft.sight(stay.membership_id, "role", role.value)
    if first is None:
        return stay
    draft.tell(events.role_changed(draft.group_id, stay, role.value, first.seen_at))
    return replace(stay, role=role, role_since=draft.now)


def _see_stranger(draft: Draft, row: RosterEntry) -> None:
    former = draft.watch.formers.get(row.membership_id)
    if former is None and _overlooked(draft, row.joined_at):
        _let_in_quietly(draft, row)
    elif former is None or row.joined_at - former.joined_at >= _ONE_SECOND:
        arrive(draft, row)
    elif former.joined_at - row.joined_at < _ONE_SECOND:
        _see_again(draft, former, row)
    # an older join date than that of the last stint can only come from an old answer


def _overlooked(draft: Draft, joined_at: datetime) -> bool:
    """Whether they joined before we began to watch: no news, only a row that an earlier poll lacked."""
    baseline = draft.watch.baseline_at
    return baseline is not None and joined_at < baseline - OVERLOOKED_MARGIN


def _let_in_quietly(draft: Draft, row: RosterEntry) -> None:
    if draft.sight(row.membership_id, "joined_at", events.stamp(row.joined_at)):
        enter(draft, row)


def _see_again(draft: Draft, former: Former, row: RosterEntry) -> None:
    """The same join date back after a leave, in two polls running: they never left."""
    if draft.sight(row.membership_id, "joined_at", events.stamp(row.joined_at)):
        stay = enter(draft, row)
        draft.members[row.membership_id] = replace(stay, joined_at=former.joined_at, reopened=former.reopened + 1)
        draft.reopened.append(former)


def arrive(draft: Draft, row: RosterEntry) -> None:
    """Open a stint whose joined event is still to be told."""
    enter(draft, row)
    draft.arrivals[row.membership_id] = draft.now


def tell_arrivals(draft: Draft) -> None:
    """Say who joined. A second account of a member is only kept; a member of another tracked clan may be switching."""
    for membership_id, since in list(draft.arrivals.items()):
        stay = draft.members[membership_id]
        if membership_id not in draft.rows or _may_be_switch(draft, stay, since):
            continue
        if not _is_second_account(draft, stay):
            draft.tell(events.joined(draft.group_id, replace(stay, name=draft.rows[membership_id].name)))
        del draft.arrivals[membership_id]


def _is_second_account(draft: Draft, stay: Stay) -> bool:
    """Whether the person is here under another id: one person, who may be about to move platform."""
    return stay.bungie_net_id is not None and any(
        other.bungie_net_id == stay.bungie_net_id and key != stay.membership_id and key not in draft.arrivals
        for key, other in draft.members.items()
    )


def _may_be_switch(draft: Draft, stay: Stay, since: datetime) -> bool:
    return bool(draft.watch.elsewhere.get(stay.membership_id)) and draft.now - since < SWITCH_PATIENCE
