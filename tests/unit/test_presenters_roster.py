from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.role import Role
from bot.domain.roster import HeldSeal, RosterMember, RosterSort
from bot.presenters.roster import sort_members

YEAR = [datetime(year, 1, 1, tzinfo=UTC) for year in range(2020, 2027)]
SEAL = HeldSeal(1, "Rivensbane", gilded=False, gilded_times=0)
BLANK = RosterMember(1, 3, "", Role.MEMBER, YEAR[0], False, None, None, None, None, None, None, None, (), None, False)

ONE = replace(BLANK, membership_id=1, name="beta#0001", role=Role.FOUNDER, online=True, power=10, seals=(SEAL,))
TWO = replace(BLANK, membership_id=2, name="Alpha#0002", joined_at=YEAR[2], triumph_score=5, last_played_at=YEAR[3])
THREE = replace(BLANK, membership_id=3, name="Émile", role=Role.BEGINNER, joined_at=YEAR[1], power=30)
FOUR = replace(BLANK, membership_id=4, name="ALPHA#0001", power=20, triumph_score_active=7, seals=(SEAL, SEAL))
ALL = [THREE, ONE, FOUR, TWO]


@pytest.mark.parametrize(
    ("sort", "ascending", "descending"),
    [
        (RosterSort.NAME, [4, 2, 1, 3], [3, 1, 2, 4]),
        (RosterSort.ROLE, [3, 2, 4, 1], [1, 2, 4, 3]),
        (RosterSort.JOINED_AT, [1, 4, 3, 2], [2, 3, 1, 4]),
        (RosterSort.LAST_PLAYED_AT, [2, 1, 3, 4], [2, 1, 3, 4]),
        (RosterSort.POWER, [1, 4, 3, 2], [3, 4, 1, 2]),
        (RosterSort.TRIUMPH_SCORE, [2, 1, 3, 4], [2, 1, 3, 4]),
        (RosterSort.TRIUMPH_SCORE_ACTIVE, [4, 1, 2, 3], [4, 1, 2, 3]),
        (RosterSort.SEALS, [2, 3, 1, 4], [4, 1, 2, 3]),
        (RosterSort.ONLINE, [2, 3, 4, 1], [1, 2, 3, 4]),
    ],
)
def test_each_of_the_nine_orders(sort: RosterSort, ascending: list[int], descending: list[int]) -> None:
    assert [m.membership_id for m in sort_members(ALL, sort)] == ascending
    assert [m.membership_id for m in sort_members(ALL, sort, descending=True)] == descending


def test_the_default_is_by_name() -> None:
    assert sort_members(ALL) == sort_members(ALL, RosterSort.NAME)


def test_a_past_roster_knows_no_online_and_goes_by_id() -> None:
    past = [replace(member, online=None) for member in ALL]
    assert [m.membership_id for m in sort_members(past, RosterSort.ONLINE, descending=True)] == [1, 2, 3, 4]
