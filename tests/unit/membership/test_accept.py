"""Which polls count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.membership import MembersPoll, RosterEntry
from bot.domain.watch import Stay, Watch
from bot.ingest.membership import judge, needs_group
from bot.ingest.membership.accept import merge_rows
from tests.unit.membership.memory import RULES
from tests.unit.membership.truth import OLD, START, A, entry, group_of, poll_of

TEN = [entry(number) for number in range(1, 11)]
KNOWN = Watch(A, ids=frozenset(range(1, 11)), member_count=10, group_read_at=START, baseline_at=START)


def reason(poll: MembersPoll, members: int | None = 10, watch: Watch = KNOWN) -> str | None:
    group = None if members is None else group_of(A, members)
    return judge(watch, poll, group, START, RULES)[1]


def test_a_whole_poll_is_accepted() -> None:
    assert reason(poll_of(A, TEN, START)) is None


@pytest.mark.parametrize(
    ("poll", "word"),
    [
        (replace(poll_of(A, TEN, START), group_id=7), "another clan"),
        (replace(poll_of(A, TEN, START), foreign=1), "another clan"),
        (replace(poll_of(A, TEN, START), ended=False), "not whole"),
        (poll_of(A, [], START), "empty"),
        (poll_of(A, TEN[:9], START, total=10), "short"),
        (poll_of(A, [*TEN[:9], TEN[0]], START, total=10), "short"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_reason(poll: MembersPoll, word: str) -> None:
    assert word in (reason(poll) or "")


@pytest.mark.parametrize(("members", "accepted"), [(10, True), (11, True), (12, False), (8, True)])
def test_member_count_may_be_one_ahead_and_any_number_behind(members: int, accepted: bool) -> None:
    assert (reason(poll_of(A, TEN, START), members) is None) is accepted


def test_total_results_count_only_when_they_are_in_use() -> None:
    poll = replace(poll_of(A, TEN, START, total=99), use_total_results=False)
    assert reason(poll) is None


def test_changed_ids_need_the_clans_own_detail() -> None:
    changed = poll_of(A, [*TEN, entry(11)], START)
    assert needs_group(KNOWN, changed, START)
    assert "can't be read" in (reason(changed, members=None) or "")
    same = poll_of(A, TEN, START)
    assert not needs_group(KNOWN, same, START)
    assert reason(same, members=None) is None
    later = START + timedelta(hours=1)
    assert needs_group(KNOWN, same, later)
    assert "can't be read" in (judge(KNOWN, same, None, later, RULES)[1] or "")


def test_a_shortfall_is_learnt_from_five_polls_that_agree_and_unlearnt_likewise() -> None:
    watch, now = KNOWN, START
    short = poll_of(A, TEN[:7], START, total=10)
    for number in range(5):
        watch, refused = judge(watch, short, group_of(A, 10), now, RULES)
        assert (refused is None) is (number == 4)
        now += RULES.interval
    assert watch.short_offset == 3
    assert judge(watch, short, group_of(A, 10), now, RULES)[1] is None
    assert judge(watch, poll_of(A, TEN[:6], START, total=10), group_of(A, 10), now, RULES)[1] is not None
    for _ in range(5):
        watch, refused = judge(watch, poll_of(A, TEN, now), group_of(A, 10), now, RULES)
        assert refused is None
        now += RULES.interval
    assert watch.short_offset == 0


def test_polls_close_together_teach_nothing() -> None:
    watch, now = KNOWN, START
    for _ in range(20):
        watch, refused = judge(watch, poll_of(A, TEN[:7], now, total=10), group_of(A, 10), now, RULES)
        assert refused is not None
        now += RULES.spacing / 8
    assert watch.short_offset == 0


def test_other_ids_begin_the_count_anew() -> None:
    watch, now = KNOWN, START
    for number in range(12):
        rows = TEN[number % 2 :][:8]
        watch, refused = judge(watch, poll_of(A, rows, now, total=10), group_of(A, 10), now, RULES)
        assert refused is not None
        now += RULES.interval


def test_rows_of_one_membership_are_merged_into_the_newest() -> None:
    newer = replace(TEN[0], joined_at=OLD + timedelta(days=1))
    assert merge_rows([newer, TEN[0], TEN[1]]) == {1: newer, 2: TEN[1]}
    later = replace(TEN[1], name="Sent last#0001")
    assert merge_rows([TEN[1], later])[2] == later


MINUTE = timedelta(minutes=1)


def at(number: int, minutes: float | None) -> RosterEntry:
    """A row whose lastOnlineStatusChange is so many minutes after the start; None: Bungie.net sent none."""
    return replace(entry(number), last_online_change=None if minutes is None else START + minutes * MINUTE)


def knowing(*rows: RosterEntry) -> Watch:
    """A watch that read those rows just now."""
    stays = {row.membership_id: stay_of(row) for row in rows}
    return replace(KNOWN, members=stays, accepted_at=START)


def stay_of(row: RosterEntry) -> Stay:
    return Stay(
        membership_id=row.membership_id,
        membership_type=row.membership_type,
        bungie_net_id=None,
        name=row.name,
        name_since=START,
        role=row.role,
        role_since=START,
        joined_at=row.joined_at,
        online_changed_at=row.last_online_change,
    )


@pytest.mark.parametrize(
    ("told", "accepted"),
    [
        ((at(1, 9), at(2, 8)), True),  # nobody came or went
        ((at(1, 9), at(2, 30)), True),  # someone did
        ((at(1, 3), at(2, 8)), False),  # what was known already is unsaid
        ((at(1, 3), at(2, 30)), True),  # one row went back, but the list is news
        ((at(1, None), at(2, None)), True),  # no marks at all
    ],
)
def test_a_list_older_than_the_last_is_refused(told: tuple[RosterEntry, ...], accepted: bool) -> None:
    known = knowing(at(1, 9), at(2, 8))
    said = reason(poll_of(A, [*told, *TEN[2:]], START), watch=known)
    assert (said is None) is accepted
    assert accepted or "older" in (said or "")


def test_a_list_that_stays_older_for_half_an_hour_is_the_truth() -> None:
    known, older = knowing(at(1, 9)), poll_of(A, [at(1, 3), *TEN[1:]], START)
    assert judge(known, older, group_of(A, 10), START + 29 * MINUTE, RULES)[1] is not None
    assert judge(known, older, group_of(A, 10), START + 30 * MINUTE, RULES)[1] is None
