from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mode import Mode
from bot.domain.weapon import Damage, Slot, WeaponSort
from bot.errors import BadParameter, UnknownThing
from cogs.weapon_names import find_type
from cogs.weapons_asked import DAYS, SpanAsked, WeaponsAsked, base36, type_code

CUSTOM_ID = 100
IDS = st.integers(0, 2**63 - 1)
SPANS = st.one_of(
    st.sampled_from(sorted(DAYS)).map(SpanAsked),
    st.integers(1, 999).map(lambda number: SpanAsked(None, season=number)),
    st.tuples(st.none() | st.dates(), st.none() | st.dates()).map(lambda days: SpanAsked(None, *days)),
)
ASKED = st.builds(
    WeaponsAsked,
    group_id=IDS,
    user_id=IDS,
    span=SPANS,
    mode=st.sampled_from(Mode),
    membership_id=st.none() | IDS,
    type_code=st.just("") | st.text().map(lambda text: type_code(text.encode("utf-8", "replace").decode())),
    slot=st.none() | st.sampled_from(Slot),
    damage=st.none() | st.sampled_from(Damage),
    sort=st.sampled_from(WeaponSort),
    weapon_hash=st.none() | st.integers(0, 2**32 - 1),
)


@given(ASKED)
def test_all_that_can_be_asked_fits_into_the_id_of_a_control_and_comes_back(asked: WeaponsAsked) -> None:
    custom_id = asked.custom_id("m")
    assert len(custom_id) <= CUSTOM_ID
    found = re.fullmatch(WeaponsAsked.template("m"), custom_id)
    assert found is not None
    assert WeaponsAsked.parse(found) == asked
    assert re.fullmatch(WeaponsAsked.template("d"), custom_id) is None


def test_base_36() -> None:
    assert [base36(value) for value in (0, 35, 36, 2**63 - 1)] == ["0", "z", "10", "1y2p0ij32e8e7"]


def test_a_span_is_asked_for_in_one_way() -> None:
    assert SpanAsked.typed(None, None, None, None) == SpanAsked(30)
    assert SpanAsked.typed(0, None, None, None).parameters() == {"days": "0"}
    assert SpanAsked.typed(None, " 2026-05-03 ", None, None) == SpanAsked(None, since=date(2026, 5, 3))
    assert SpanAsked.typed(None, None, None, 23).parameters() == {"season": "23"}
    for asked in ((7, "2026-05-03", None, None), (None, None, "2026-05-03", 3), (7, "2026-05-03", "2026-05-04", 3)):
        with pytest.raises(BadParameter, match="say different spans"):
            SpanAsked.typed(*asked)


@pytest.mark.parametrize("typed", ["2026-5-3", "20260503", "2026-13-01", "٢٠٢٦-٠٥-٠٣", "", "3 May"])
def test_what_is_no_day_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(BadParameter, match="Write it as YYYY-MM-DD"):
        SpanAsked.typed(None, typed, None, None)


TYPES = ("Auto Rifle", "Hand Cannon", "Linear Fusion Rifle", "Fusion Rifle", "Scout Rifle", "Sword")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("hand cannon", "Hand Cannon"),
        ("HAND_CANNON", "Hand Cannon"),
        ("hand cannons", "Hand Cannon"),
        ("fusion rifle", "Fusion Rifle"),
        ("hand canon", "Hand Cannon"),
        (type_code("Scout Rifle"), "Scout Rifle"),
    ],
)
def test_a_type_is_known_however_it_is_spelled(asked: str, meant: str) -> None:
    assert find_type(TYPES, asked) == meant


def test_a_type_that_could_be_several_is_not_guessed() -> None:
    with pytest.raises(UnknownThing, match="is no weapon type"):
        find_type(TYPES, "rifle")
    with pytest.raises(UnknownThing, match="still being read"):
        find_type((), "sword")
