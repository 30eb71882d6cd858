"""The protocol's rules one by one, where a loop test would be slow or could not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.event import EventKind
from bot.domain.membership import ClanRef, RosterEntry
from bot.domain.role import Role
from bot.domain.watch import Answer, BatchEnd, Decision, Rules, Whereabouts
from bot.ingest.membership import answer_of, close_batch, note_missing
from tests.unit.membership.memory import Memory
from tests.unit.membership.truth import INTERVAL, OLD, START, A, B, entry, group_of, poll_of

GONE, HERE = Answer(Whereabouts.GONE), Answer(Whereabouts.HERE)


@dataclass
class Scene:
    """Clans whose polls are written down row by row."""

    memory: Memory = field(default_factory=Memory)
    now: datetime = START
    rows: dict[int, dict[int, RosterEntry]] = field(default_factory=dict)

    def clan(self, group_id: int, count: int) -> None:
        self.memory.track(group_id)
        first = group_id * 100
        self.rows[group_id] = {first + n: entry(first + n, OLD + timedelta(days=n)) for n in range(count)}
        self.poll(group_id)

    def poll(
        self, group_id: int = A, answers: Mapping[int, Answer | None] | None = None, after: timedelta = INTERVAL
    ) -> Decision:
        self.now += after
        rows = list(self.rows[group_id].values())
        poll, group = poll_of(group_id, rows, self.now), group_of(group_id, len(rows))
        decision = self.memory.decide(poll, group, answers or {}, self.now)
        self.memory.store(decision)
        return decision

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.memory.events()]


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.clan(A, 20)
    return made


def members(scene: Scene, group_id: int = A) -> list[int]:
    return sorted(scene.rows[group_id])


def test_the_first_poll_is_silent(scene: Scene) -> None:
    assert scene.memory.notices == ["watching"]
    assert scene.kinds() == []
    assert len(scene.memory.watches[A].members) == 20


@pytest.mark.parametrize(
    ("clans", "answer"),
    [
        ((), GONE),
        ((ClanRef(A, "here"),), HERE),
        ((ClanRef(7, "there"),), Answer(Whereabouts.GONE, 7, "there")),
        ((ClanRef(7, "there"), ClanRef(A, "here")), HERE),
    ],
)
def test_what_an_answer_says_of_a_clan(clans: tuple[ClanRef, ...], answer: Answer) -> None:
    assert answer_of(A, clans) == answer


def test_nobody_is_asked_about_before_the_second_poll_that_lacks_them(scene: Scene) -> None:
    who = members(scene)[0]
    del scene.rows[A][who]
    assert scene.poll().questions == ()
    assert scene.poll(after=RULES_TOO_SOON).questions == ()
    (question,) = scene.poll().questions
    assert (question.membership_type, question.membership_id) == (3, who)


RULES_TOO_SOON = INTERVAL / 3


@pytest.mark.parametrize("confirmations", [1, 3])
def test_as_many_polls_confirm_a_leave_as_are_configured(confirmations: int) -> None:
    scene = Scene(Memory(rules=Rules(INTERVAL, confirmations)))
    scene.clan(A, 20)
    who = members(scene)[0]
    del scene.rows[A][who]
    for _ in range(confirmations):
        assert scene.kinds() == []
        scene.poll(answers={who: GONE})
    assert scene.kinds() == [EventKind.LEFT]


def test_someone_who_is_said_to_be_here_never_left_and_is_asked_about_less_often(scene: Scene) -> None:
    who = members(scene)[0]
    del scene.rows[A][who]
    scene.poll()
    asked = 0
    for _ in range(60):  # three hours
        asked += bool(scene.poll(answers={}).questions)
        scene.poll(answers={who: HERE}, after=timedelta(0))
    assert scene.kinds() == []
    assert 5 <= asked <= 9
    scene.now += timedelta(hours=30)
    scene.poll(answers={who: None})
    assert scene.kinds() == [EventKind.LEFT]  # a day without any answer since the last that said so


def test_a_leave_to_a_tracked_clan_waits_for_that_clans_poll(scene: Scene) -> None:
    scene.clan(B, 8)
    who = members(scene)[0]
    row = scene.rows[A].pop(who)
    there = {who: Answer(Whereabouts.GONE, B, "there")}
    scene.poll()
    scene.poll(answers=there)
    assert scene.kinds() == []
    scene.rows[B][who] = replace(row, joined_at=scene.now)
    scene.poll(B)
    scene.poll()
    (event,) = scene.memory.events()
    assert event.kind is EventKind.CLAN_SWITCHED
    assert (event.group_id, event.other_group_id) == (B, A)
    scene.poll(B)
    assert scene.kinds() == [EventKind.CLAN_SWITCHED]


def test_a_leave_to_a_tracked_clan_that_never_shows_them_is_said_in_time(scene: Scene) -> None:
    scene.clan(B, 8)
    who = members(scene)[0]
    del scene.rows[A][who]
    scene.poll()
    for _ in range(5):
        scene.poll(answers={who: Answer(Whereabouts.GONE, B, "there")})
    (event,) = scene.memory.events()
    assert event.detail["to_group_id"] == str(B)


def test_a_new_join_date_proves_a_leave_that_polls_had_begun_to_show(scene: Scene) -> None:
    who = members(scene)[0]
    row = scene.rows[A].pop(who)
    scene.poll()
    scene.rows[A][who] = replace(row, joined_at=scene.now)
    scene.poll()
    assert scene.kinds() == [EventKind.LEFT, EventKind.JOINED]


def test_an_older_join_date_comes_from_an_old_answer(scene: Scene) -> None:
    who = members(scene)[0]
    old = scene.rows[A][who]
    scene.rows[A][who] = replace(old, joined_at=START)
    scene.poll()
    scene.rows[A][who] = old
    scene.poll()
    scene.poll()
    assert scene.kinds() == []
    assert scene.memory.watches[A].members[who].joined_at == START


def test_a_join_date_from_before_the_baseline_is_no_news(scene: Scene) -> None:
    scene.rows[A][5] = entry(5, OLD)
    scene.poll()
    assert 5 not in scene.memory.watches[A].members
    scene.poll()
    assert 5 in scene.memory.watches[A].members
    assert scene.kinds() == []


def test_a_stale_answer_that_shows_a_leaver_once_changes_nothing(scene: Scene) -> None:
    who = members(scene)[0]
    row = scene.rows[A].pop(who)
    scene.poll()
    scene.poll(answers={who: GONE})
    for _ in range(4):
        scene.rows[A][who] = row
        scene.poll()
        del scene.rows[A][who]
        scene.poll()
    assert scene.kinds() == [EventKind.LEFT]
    assert scene.memory.withdrawn == []


def test_names_that_come_and_go_are_not_announced(scene: Scene) -> None:
    who = members(scene)[0]
    row = scene.rows[A][who]
    for _ in range(4):
        scene.rows[A][who] = replace(row, name="Other#0001", role=Role.ADMIN)
        scene.poll()
        scene.rows[A][who] = row
        scene.poll()
    assert scene.kinds() == []


@pytest.mark.parametrize(("size", "absent", "held"), [(20, 3, False), (20, 4, True), (60, 6, False), (60, 7, True)])
def test_more_than_three_and_more_than_a_tenth_are_held(size: int, absent: int, held: bool) -> None:
    scene = Scene()
    scene.clan(A, size)
    for who in members(scene)[:absent]:
        del scene.rows[A][who]
    decision = scene.poll()
    assert (decision.watch.held_since is not None) is held


def test_leaves_within_an_hour_count_together(scene: Scene) -> None:
    for who in members(scene)[:4]:
        del scene.rows[A][who]
        decision = scene.poll()  # nobody can be asked about
    assert decision.watch.held_since is not None
    assert all(absence.held for absence in decision.watch.absences.values())


def test_what_is_not_confirmed_stays_held_and_the_rest_gets_out(scene: Scene) -> None:
    gone = members(scene)[:5]
    for who in gone:
        del scene.rows[A][who]
    scene.poll()
    answers: dict[int, Answer | None] = {**dict.fromkeys(gone[:4], GONE), gone[4]: None}
    scene.poll(answers=answers)
    assert scene.kinds() == []
    scene.poll(answers=answers, after=timedelta(hours=1))
    assert scene.kinds() == [EventKind.LEFT] * 4
    assert len({told.digest_of for told in scene.memory.told.values()}) == 1
    watch = scene.memory.watches[A]
    assert watch.held_since is not None
    assert watch.absences.keys() == {gone[4]}
    scene.now += timedelta(days=3)
    scene.poll(answers=answers)
    assert scene.kinds() == [EventKind.LEFT] * 4  # a day without an answer is not enough for what is held


def test_a_discarded_leave_is_said_when_bungie_confirms_it(scene: Scene) -> None:
    gone = members(scene)[:5]
    for who in gone:
        del scene.rows[A][who]
    scene.poll()
    decision = close_batch(scene.memory.load(A), BatchEnd.DISCARDED, scene.now)
    scene.memory.store(decision)
    assert [how for _, how in decision.batch_ends] == [BatchEnd.DISCARDED]
    scene.now += timedelta(days=2)
    scene.poll(answers=dict.fromkeys(gone))
    assert scene.kinds() == []
    assert scene.memory.watches[A].held_since is None
    scene.poll(answers=dict.fromkeys(gone, GONE), after=timedelta(hours=1))
    assert scene.kinds() == [EventKind.LEFT] * 5


def test_a_move_is_not_a_leave_of_many(scene: Scene) -> None:
    for who in members(scene):
        scene.rows[A][who] = replace(scene.rows[A][who], bungie_net_id=who)
    scene.poll()
    for who in members(scene)[:6]:
        row = scene.rows[A].pop(who)
        scene.rows[A][who + 50_000] = replace(row, membership_id=who + 50_000, joined_at=scene.now)
    assert scene.poll().watch.held_since is None
    scene.poll()
    assert scene.kinds() == [EventKind.PLATFORM_MOVED] * 6


def test_disbanded_takes_three_answers_over_a_day(scene: Scene) -> None:
    watch = scene.memory.load(A)
    for hours in (0, 1, 2, 23):
        decision = note_missing(watch, START + timedelta(hours=hours), scene.memory.rules)
        assert not decision.disbanded
        watch = decision.watch
    decision = note_missing(watch, START + timedelta(hours=24), scene.memory.rules)
    assert decision.disbanded
    assert len(decision.ended) == 20
    assert [notice.kind for notice in decision.notices] == ["disbanded"]


def test_one_good_poll_ends_the_count_towards_disbanded(scene: Scene) -> None:
    scene.memory.store(note_missing(scene.memory.load(A), scene.now, scene.memory.rules))
    assert scene.memory.watches[A].missing is not None
    scene.poll()
    assert scene.memory.watches[A].missing is None


def test_two_answers_a_day_apart_are_not_enough(scene: Scene) -> None:
    watch = note_missing(scene.memory.load(A), START, scene.memory.rules).watch
    assert not note_missing(watch, START + timedelta(hours=30), scene.memory.rules).disbanded


def test_what_a_long_gap_hid_is_told_together_and_later_news_alone(scene: Scene) -> None:
    scene.now += timedelta(hours=7)
    scene.rows[A][5] = entry(5, scene.now)
    who = members(scene)[1]
    del scene.rows[A][who]
    scene.poll()
    scene.poll(answers={who: GONE})
    first, second = scene.memory.told.values()
    assert first.digest_of is not None
    assert (first.digest_of, first.not_before) == (second.digest_of, second.not_before)
    for _ in range(3):
        scene.poll()
    scene.rows[A][6] = entry(6, scene.now)
    assert scene.poll().told[0].digest_of is None
