"""Whatever numbers a report bears, no column and no sum overflows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.match import GuardianClass, WeaponUse
from tests.unit.bungie.reports import ANNA, card, entry, only, read, stats, weapon, with_values


@pytest.mark.parametrize("value", [float("1e30"), -1.0, 1e6 + 1, "nan", "inf", "-inf", None])
def test_numbers_beyond_belief_are_absent(value: Any) -> None:
    found = only(
        with_values(entry(ANNA, weapon(51, value), weapon(52, 1.0, value)), kills=value, timePlayedSeconds=value)
    )
    assert found.kills == 0
    assert found.weapons == (WeaponUse(52, 1, 0, GuardianClass.HUNTER),)
    assert found.seconds in (0, 1_000_001)  # a long stay, but one that a month holds


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (9.124542641700202e18, 9124542641700202496),
        (-8.776143664318183e18, -8776143664318183424),
        (2.0**63, None),
        (-(2.0**63), -(2**63)),
        (1e300, None),
    ],
)
def test_a_fireteam_is_a_double_that_a_bigint_bears(sent: float, kept: int | None) -> None:
    assert only(with_values(entry(), fireteamId=sent)).fireteam_id == kept


def test_huge_whole_numbers_overflow_nothing() -> None:
    huge = 10**30
    made = entry(player={"destinyUserInfo": card(membershipType=huge), "lightLevel": huge, "classHash": huge})
    found = read(made | {"standing": huge, "characterId": str(huge)}, startingPhaseIndex=huge, teams=[{"teamId": huge}])
    assert (found.starting_phase, found.teams) == (None, ())
    (anna,) = found.players
    assert (anna.membership_type, anna.light, anna.guardian, anna.character_id) == (0, None, None, 0)


numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.just("nan"))
columns = {
    "kills": (0, 2**31),
    "deaths": (0, 2**31),
    "assists": (0, 2**31),
    "score": (-(2**31), 2**31),
    "standing": (-(2**15), 2**15),
    "team": (-(2**15), 2**15),
    "completion_reason": (-(2**15), 2**15),
    "start_seconds": (0, 2**31),
    "seconds": (0, 2**31),
    "fireteam_id": (-(2**63), 2**63),
    "light": (0, 2**31),
    "grenade_kills": (0, 2**31),
}


@given(st.lists(st.lists(numbers, min_size=12, max_size=12), min_size=1, max_size=4))
def test_whatever_numbers_come_every_column_bears_them(rows: list[list[Any]]) -> None:
    names = (
        "kills",
        "deaths",
        "assists",
        "score",
        "standing",
        "team",
        "completionReason",
        "fireteamId",
        "startSeconds",
    )
    more = ("timePlayedSeconds", "activityDurationSeconds")
    entries = []
    for row in rows:
        made = entry(ANNA, weapon(51, row[11], row[0]), values=stats(**dict(zip(names + more, row, strict=False))))
        made["extended"]["values"] = stats(weaponKillsGrenade=row[11])
        entries.append(made)
    found = read(*entries)
    assert 0 <= found.duration_seconds < 2**31
    for player in found.players:
        for column, (least, beyond) in columns.items():
            value = getattr(player, column)
            assert value is None or least <= value < beyond
        assert all(0 < use.kills < 2**31 and 0 <= use.precision_kills < 2**31 for use in player.weapons)
