"""The mass guard: many absent at once are held, released, decided about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.event import EventKind
from bot.domain.watch import Answer, BatchEnd
from bot.ingest.membership import close_batch
from tests.unit.membership.scene import GONE, Scene, members, scene_of
from tests.unit.membership.truth import A


@pytest.fixture
def scene() -> Scene:
    return scene_of(20)


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
    for _ in range(30):
        scene.poll(answers=answers, after=timedelta(hours=1))
    assert scene.kinds() == [EventKind.LEFT] * 4  # a day without an answer is not enough for what is held


def test_a_discarded_leave_is_said_when_bungie_confirms_it(scene: Scene) -> None:
    gone = members(scene)[:5]
    for who in gone:
        del scene.rows[A][who]
    scene.poll()
    decision = close_batch(scene.memory.load(A), BatchEnd.DISCARDED, scene.now)
    scene.memory.store(decision)
    assert [how for _, how in decision.batch_ends] == [BatchEnd.DISCARDED]
    for _ in range(30):
        scene.poll(answers=dict.fromkeys(gone), after=timedelta(hours=1))
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
