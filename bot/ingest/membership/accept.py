"""Whether a poll counts: it is whole, this clan's, not empty, not short, and not older than what is known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.membership import GroupDetail, MembersPoll, RosterEntry
from bot.domain.watch import Rules, Shortfall, Watch

GROUP_EVERY = timedelta(hours=1)
POLLS_TO_LEARN = 5
OLDER_FOR = timedelta(minutes=30)
"""As long as an answer minted before the stored one is dropped (promises.md, "Bungie.net")."""


def merge_rows(entries: Iterable[RosterEntry]) -> dict[int, RosterEntry]:
    """One row a membership: of several, the one with the newest join date, then the one that was sent last."""
    merged: dict[int, RosterEntry] = {}
    for entry in entries:
        held = merged.get(entry.membership_id)
        if held is None or entry.joined_at >= held.joined_at:
            merged[entry.membership_id] = entry
    return merged


def needs_group(watch: Watch, poll: MembersPoll, now: datetime) -> bool:
    """Whether to read GetGroup before the poll is judged: it must be, or a change of the clan's words is half seen."""
    half_seen = any(membership_id == 0 for membership_id, _ in watch.sightings)
    return half_seen or must_have_group(watch, poll, now)


def must_have_group(watch: Watch, poll: MembersPoll, now: datetime) -> bool:
    """Whether the poll is worth nothing without GetGroup: the ids changed, or an hour has passed since it was read."""
    due = watch.group_read_at is None or now - watch.group_read_at >= GROUP_EVERY
    return due or {entry.membership_id for entry in poll.entries} != watch.ids


def judge(
    watch: Watch, poll: MembersPoll, group: GroupDetail | None, now: datetime, rules: Rules
) -> tuple[Watch, str | None]:
    """The watch with what the poll taught about its length, and the reason why it is not accepted (None: it is)."""
    rows = merge_rows(poll.entries)
    if reason := _broken(watch, poll, group, rows, now):
        return watch, reason
    short = _short_by(watch, poll, group, len(rows))
    watch = _learn(watch, short, rows, now, rules)
    if short > watch.short_offset:
        return watch, _short_sentence(short, len(rows))
    return watch, None


def _broken(
    watch: Watch, poll: MembersPoll, group: GroupDetail | None, rows: Mapping[int, RosterEntry], now: datetime
) -> str | None:
    if poll.group_id != watch.group_id or poll.foreign:
        return "The member list names another clan."
    if not poll.ended:
        return "The member list is not whole: its last page did not come."
    if not rows:
        return "The member list is empty."
    if group is None and must_have_group(watch, poll, now):
        return "The clan's own detail can't be read to check the member list with."
    if _is_older(watch, rows, now):
        return "The member list is older than one that was read before."
    return None


def _is_older(watch: Watch, rows: Mapping[int, RosterEntry], now: datetime) -> bool:
    """Whether some members' lastOnlineStatusChange went back and nobody's went on: a stale list has no other mark.

    One that stays so for half an hour is taken for the truth.
    """
    if watch.accepted_at is None or now - watch.accepted_at >= OLDER_FOR:
        return False
    stays = ((watch.members.get(membership_id), row.last_online_change) for membership_id, row in rows.items())
    moves = [(told, stay.online_changed_at) for stay, told in stays if stay and stay.online_changed_at and told]
    return any(told < known for told, known in moves) and not any(told > known for told, known in moves)


def _short_by(watch: Watch, poll: MembersPoll, group: GroupDetail | None, rows: int) -> int:
    """Rows that lack: against totalResults where it is in use, and memberCount less one (it lags by minutes)."""
    counted = group.member_count if group else watch.member_count or 0
    expected = max(poll.total_results if poll.use_total_results else 0, counted - 1)
    return max(expected - rows, 0)


def _learn(watch: Watch, short: int, rows: Iterable[int], now: datetime, rules: Rules) -> Watch:
    """A shortfall that stays the same with the same ids for five polls becomes the clan's offset, up or down."""
    if short == watch.short_offset:
        return replace(watch, shortfall=None)
    ids = _digest(rows)
    held = watch.shortfall
    if held is None or (held.by, held.ids) != (short, ids):
        return replace(watch, shortfall=Shortfall(short, ids, 1, now))
    if now - held.seen_at < rules.spacing:
        return watch
    if held.times + 1 >= POLLS_TO_LEARN:
        return replace(watch, short_offset=short, shortfall=None)
    return replace(watch, shortfall=replace(held, times=held.times + 1, seen_at=now))


def _digest(ids: Iterable[int]) -> str:
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()[:32]


def _short_sentence(short: int, rows: int) -> str:
    return f"The member list is short: {rows} rows where {rows + short} were due."
