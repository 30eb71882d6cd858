"""What one poll of a clan's members means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from bot.domain.membership import GroupDetail, MembersPoll
from bot.domain.watch import Answer, Decision, Fact, Notice, Rules, Watch
from bot.ingest.membership import absence, events, guard, presence
from bot.ingest.membership.accept import judge, merge_rows
from bot.ingest.membership.draft import Draft

GAP = timedelta(hours=6)


def decide(
    watch: Watch,
    poll: MembersPoll,
    group: GroupDetail | None,
    answers: Mapping[int, Answer | None],
    now: datetime,
    rules: Rules,
) -> Decision:
    """Judge the poll, and when it counts compare it with what is remembered.

    `group` is GetGroup's detail read for this poll, None when it was not due or not to be had. `answers` holds who was
    asked about and what was said; None: could not be asked. `questions` of the result are those still to be asked:
    with their answers the same call decides anew.
    """
    watch = _forget_missing(watch)
    watch, reason = judge(watch, poll, group, now, rules)
    if reason is not None:
        return Decision(watch, accepted=False, reason=reason)
    draft = Draft(watch, now, rules, merge_rows(poll.entries), answers)
    if watch.baseline_at is None:
        _begin(draft, group)
    else:
        _compare(draft)
    if group is not None:
        _see_clan(draft, group)
    return draft.finish(**_read(watch, draft, group))


def _forget_missing(watch: Watch) -> Watch:
    return replace(watch, missing=None)


def _begin(draft: Draft, group: GroupDetail | None) -> None:
    """The first accepted poll is silent but for one message."""
    for row in draft.rows.values():
        presence.enter(draft, row)
    minutes = ceil(draft.rules.interval * draft.rules.confirmations / timedelta(minutes=1))
    name = group.name if group else ""
    draft.notices.append(Notice("watching", {"name": name, "members": len(draft.rows), "minutes": minutes}))


def _compare(draft: Draft) -> None:
    _mind_the_gap(draft)
    presence.see(draft)
    absence.miss(draft)
    absence.settle_moves(draft)
    guard.hold_many(draft)
    absence.hear(draft)
    guard.settle_batch(draft)
    absence.say_left(draft)
    presence.tell_arrivals(draft)


def _mind_the_gap(draft: Draft) -> None:
    """After more than 6 h without an accepted poll, what the next polls find is one digest: it waits for the leaves."""
    last = draft.watch.accepted_at
    if last is not None and draft.now - last > GAP:
        draft.digest_of = f"gap {draft.group_id} {events.stamp(last)}"
        draft.digest_until = draft.now + draft.rules.interval * draft.rules.confirmations + draft.rules.spacing
        absence.wait_anew(draft)
    elif draft.digest_until is not None and draft.now > draft.digest_until:
        draft.digest_of = draft.digest_until = None


def _see_clan(draft: Draft, group: GroupDetail) -> None:
    """Name, callsign and motto change when two reads agree."""
    for field, value in (("name", group.name), ("callsign", group.callsign), ("motto", group.motto)):
        held = draft.facts.get(field)
        if held is None:
            draft.facts[field] = Fact(value, draft.now)
        elif held.value == value:
            draft.forget(0, field)
        elif first := draft.sight(0, field, value):
            draft.facts[field] = Fact(value, draft.now)
            name = draft.facts["name"].value
            draft.tell(events.clan_changed(draft.group_id, name, field, held, value, first.seen_at))


def _read(watch: Watch, draft: Draft, group: GroupDetail | None) -> dict[str, object]:
    """The rest of what an accepted poll leaves behind."""
    changes: dict[str, object] = {
        "ids": frozenset(draft.rows),
        "accepted_at": draft.now,
        "baseline_at": watch.baseline_at or draft.now,
    }
    if group is not None:
        changes |= {"group_read_at": draft.now, "member_count": group.member_count}
    return changes
