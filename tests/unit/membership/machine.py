"""The membership protocol against a world that changes, answers that lie, and crashes: the state machine.

Once things are quiet, what was announced is the truth: every stay that polls could see was opened once and closed once,
nothing is said twice, nothing that is not so still stands, and a real purge got out.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.event import EventKind
from bot.domain.membership import GroupDetail, MembersPoll
from bot.domain.role import Role
from bot.domain.watch import Answer, Decision
from bot.ingest.membership import needs_group
from tests.unit.membership import checks
from tests.unit.membership.memory import Memory, Stint
from tests.unit.membership.truth import INTERVAL, A, B, Truth, poll_of

clans = st.sampled_from((A, B))
picks = st.integers(0, 10**6)
QUIET_POLLS = 45
MOST_HIDDEN = 12
MOST = 90


class MembershipMachine(RuleBasedStateMachine):
    """Two clans are polled; rules change the world, spoil an answer, or end the process before it has stored."""

    def __init__(self) -> None:
        super().__init__()
        self.truth = Truth()
        self.memory = Memory()
        self.memory.track(A, B)
        self.asking = True
        self.reading = True
        self.lied: set[int] = set()
        self.ever_hidden: set[int] = set()
        self.purges: list[set[Stint]] = []

    @initialize(in_a=st.integers(35, 60), in_b=st.integers(4, 20))
    def begin(self, in_a: int, in_b: int) -> None:
        self.truth.fill(A, in_a)
        self.truth.fill(B, in_b)
        for group_id in (A, B):
            self._poll(group_id, self.truth.poll(group_id))
        self.baseline = set(self.truth.stints)

    # the world

    def _someone(self, group_id: int, pick: int) -> int:
        members = sorted(self.truth.clans[group_id])
        return members[pick % len(members)]

    def _spare(self, group_id: int) -> bool:
        return len(self.truth.clans[group_id]) > 3

    @rule(group_id=clans)
    def join(self, group_id: int) -> None:
        if len(self.truth.clans[group_id]) < MOST:
            self.truth.join(group_id)

    @rule(group_id=clans, pick=picks)
    def leave(self, group_id: int, pick: int) -> None:
        if self._spare(group_id):
            self.truth.leave(group_id, self._someone(group_id, pick))

    @rule(group_id=clans, pick=picks, name=st.sampled_from(("Ace#0001", "Bee#0002", "Cee#0003")))
    def rename(self, group_id: int, pick: int, name: str) -> None:
        who = self._someone(group_id, pick)
        if self.truth.clans[group_id][who].name != name:
            self.truth.rename(group_id, who, name)

    @rule(group_id=clans, pick=picks, role=st.sampled_from((Role.MEMBER, Role.ADMIN, Role.BEGINNER)))
    def promotion(self, group_id: int, pick: int, role: Role) -> None:
        who = self._someone(group_id, pick)
        if self.truth.clans[group_id][who].role is not role:
            self.truth.promote(group_id, who, role)

    @rule(group_id=clans, pick=picks)
    def move(self, group_id: int, pick: int) -> None:
        """Not of someone who was hidden: whoever was said to have left can't be known to have moved."""
        who = self._someone(group_id, pick)
        if who not in self.truth.hidden and who not in self.memory.formers[group_id]:
            self.truth.move(group_id, who)

    @rule(group_id=clans, pick=picks)
    def switch(self, group_id: int, pick: int) -> None:
        to = B if group_id == A else A
        if self._spare(group_id) and len(self.truth.clans[to]) < MOST:
            self.truth.switch(group_id, self._someone(group_id, pick), to)

    @rule(group_id=clans, pick=picks, between=st.booleans())
    def rejoin(self, group_id: int, pick: int, between: bool) -> None:
        """Out and in again, with a new join date; a poll may see it."""
        if not self._spare(group_id):
            return
        row = self.truth.leave(group_id, self._someone(group_id, pick))
        self.truth.now += timedelta(seconds=20)
        if between:
            self.honest(group_id)
        self.truth.join(group_id, row)

    @rule(pick=picks)
    def purge(self, pick: int) -> None:
        if len(self.truth.clans[A]) > 33:
            gone = [self.truth.leave(A, self._someone(A, pick + number * 7)) for number in range(30)]
            self.purges.append({(A, row.membership_id, row.joined_at) for row in gone})

    @rule(group_id=clans, name=st.sampled_from(("Eyes Up", "Eyes Down", "Whether we wanted it or not")))
    def rename_clan(self, group_id: int, name: str) -> None:
        if self.truth.clan_names[group_id][-1] != name:
            self.truth.clan_names[group_id].append(name)

    # answers

    @rule(group_id=clans)
    def honest(self, group_id: int) -> None:
        self.truth.now += INTERVAL
        if self._poll(group_id, self.truth.poll(group_id)):
            self.lied.discard(group_id)

    @rule(group_id=clans)
    def too_soon(self, group_id: int) -> None:
        self.truth.now += timedelta(seconds=20)
        self._poll(group_id, self.truth.poll(group_id))

    @rule(count=st.integers(1, 3))
    def both(self, count: int) -> None:
        for _ in range(count):
            self.honest(A)
            self._poll(B, self.truth.poll(B))

    @rule(group_id=clans, pick=picks)
    def partial_page(self, group_id: int, pick: int) -> None:
        """A page lacks rows, or never came."""
        self.truth.now += INTERVAL
        rows = self.truth.rows(group_id)
        kept = rows[: pick % max(len(rows), 1)]
        self._refused(group_id, poll_of(group_id, kept, self.truth.now, total=len(rows)))

    @rule(group_id=clans)
    def empty_answer(self, group_id: int) -> None:
        self.truth.now += INTERVAL
        self._refused(group_id, poll_of(group_id, [], self.truth.now, total=0))

    @rule(group_id=clans, pick=picks)
    def duplicate_row(self, group_id: int, pick: int) -> None:
        """Someone stands twice, either beside everyone or in someone else's place."""
        self.truth.now += INTERVAL
        rows = self.truth.rows(group_id)
        if not rows:
            return
        twice = rows[pick % len(rows)]
        if pick % 2:
            self._poll(group_id, poll_of(group_id, [*rows, twice], self.truth.now, total=len(rows)))
        elif len(rows) > 1:
            lost = [row for row in rows if row is not rows[(pick + 1) % len(rows)]]
            self._refused(group_id, poll_of(group_id, [*lost, twice], self.truth.now, total=len(rows)))

    @precondition(lambda self: len(self.lied) < 2)
    @rule(group_id=clans, pick=picks)
    def stale_answer(self, group_id: int, pick: int) -> None:
        """The member list of some time ago, whole and in good order; never twice running."""
        past = self.truth.past[group_id]
        if group_id in self.lied or not past:
            return
        self.truth.now += INTERVAL
        if self._poll(group_id, poll_of(group_id, past[pick % len(past)], self.truth.now)):
            self.lied.add(group_id)

    @rule(group_id=clans, pick=picks, count=st.sampled_from((1, 1, 2, MOST_HIDDEN)), everywhere=st.booleans())
    def hide(self, group_id: int, pick: int, count: int, everywhere: bool) -> None:
        """The member list, its totals and memberCount forget people whom they have shown and who are still there."""
        for number in range(min(count, len(self.truth.clans[group_id]) - 3)):
            who = self._someone(group_id, pick + number * 5)
            if who in self.memory.watches[group_id].members:
                self.truth.hidden[who] = everywhere
                self.ever_hidden.add(who)

    @rule()
    def show(self) -> None:
        self.truth.hidden.clear()

    @rule(asking=st.booleans(), reading=st.booleans())
    def outage(self, asking: bool, reading: bool) -> None:
        """GetGroupsForMember or GetGroup stops answering, or answers again."""
        self.asking, self.reading = asking, reading

    @rule(group_id=clans, hours=st.sampled_from((2, 7, 25)))
    def long_outage(self, group_id: int, hours: int) -> None:
        self.truth.now += timedelta(hours=hours)

    @rule(group_id=clans)
    def crash(self, group_id: int) -> None:
        """All is decided, nothing is stored."""
        self.truth.now += INTERVAL
        self._decide(group_id, self.truth.poll(group_id))

    # polls

    def _group(self, group_id: int, poll: MembersPoll) -> GroupDetail | None:
        if self.reading and needs_group(self.memory.load(group_id), poll, self.truth.now):
            return self.truth.group(group_id)
        return None

    def _decide(self, group_id: int, poll: MembersPoll) -> Decision:
        group = self._group(group_id, poll)
        asked = self.memory.decide(poll, group, {}, self.truth.now).questions
        answers: dict[int, Answer | None] = {
            question.membership_id: self.truth.answer(group_id, question) if self.asking else None for question in asked
        }
        return self.memory.decide(poll, group, answers, self.truth.now)

    def _poll(self, group_id: int, poll: MembersPoll) -> bool:
        decision = self._decide(group_id, poll)
        checks.silent_stints_were_seen_whole(self.memory, decision)
        checks.nobody_left_who_is_said_to_be_here(self.memory, self.truth, decision)
        checks.switches_are_not_told_in_halves(self.memory, decision)
        checks.only_the_hidden_come_back(decision, self.ever_hidden)
        self.memory.store(decision)
        return decision.accepted

    def _refused(self, group_id: int, poll: MembersPoll) -> None:
        decision = self._decide(group_id, poll)
        assert not decision.accepted
        assert decision.reason
        assert not decision.told
        assert decision.watch.members == self.memory.load(group_id).members
        self.memory.store(decision)

    # what must hold

    @invariant()
    def nothing_is_said_twice(self) -> None:
        checks.each_stay_opens_once(self.memory)

    def teardown(self) -> None:
        self.truth.hidden.clear()
        self.asking = self.reading = True
        if not self.memory.watches[A].members:
            return
        for _ in range(QUIET_POLLS):
            self.both(1)
        checks.rosters_are_true(self.memory, self.truth)
        checks.announcements_are_true(self.memory, self.truth, self.baseline)
        checks.changes_are_true(self.memory, self.truth)
        for purged in self.purges:
            checks.a_purge_is_no_flood(self.memory, purged, MOST_HIDDEN)
        for group_id in (A, B):
            watch = self.memory.watches[group_id]
            assert not watch.absences
            assert not watch.arrivals
            assert watch.held_since is None
        assert self.memory.notices == ["watching", "watching"]
        assert EventKind.SEAL_EARNED not in {event.kind for event in self.memory.events()}
