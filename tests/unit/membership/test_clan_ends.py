"""A clan that is gone, and a clan that was not polled for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ingest.membership import note_missing
from tests.unit.membership.scene import GONE, Scene, members, scene_of
from tests.unit.membership.truth import START, A, entry


@pytest.fixture
def scene() -> Scene:
    return scene_of(20)


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
