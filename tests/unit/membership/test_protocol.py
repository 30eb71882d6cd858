"""The protocol's rules one by one: who joined, who left, who changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.event import EventKind
from bot.domain.membership import ClanRef
from bot.domain.role import Role
from bot.domain.watch import Answer, Rules, Whereabouts
from bot.ingest.membership import answer_of
from tests.unit.membership.memory import Memory
from tests.unit.membership.scene import GONE, HERE, Scene, members, scene_of
from tests.unit.membership.truth import INTERVAL, OLD, START, A, B, entry


@pytest.fixture
def scene() -> Scene:
    return scene_of(20)


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
    for _ in range(24):
        assert scene.kinds() == []
        scene.poll(answers={who: None}, after=timedelta(hours=1))
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
