from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.collection import ExoticShow
from cogs.collection_asked import CollectionAsked, Topic
from cogs.collection_page import address

CUSTOM_ID = 100
IDS = st.integers(0, 2**63 - 1)
ASKED = st.builds(
    CollectionAsked,
    topic=st.sampled_from(Topic),
    group_id=IDS,
    user_id=IDS,
    membership_id=st.none() | IDS,
    hash_=st.none() | st.integers(0, 2**32 - 1),
    show=st.sampled_from(ExoticShow),
)


@given(ASKED)
def test_all_that_can_be_asked_fits_into_the_id_of_a_control_and_comes_back(asked: CollectionAsked) -> None:
    custom_id = asked.custom_id("v")
    assert len(custom_id) <= CUSTOM_ID
    found = re.fullmatch(CollectionAsked.template("v"), custom_id)
    assert found is not None
    assert CollectionAsked.parse(found) == asked
    assert re.fullmatch(CollectionAsked.template("c"), custom_id) is None


def test_only_answers_about_a_whole_clan_have_a_chart() -> None:
    asked = CollectionAsked(Topic.EXOTICS, 1, 2)
    assert asked.charted
    assert not asked.only(ExoticShow.NOBODY).charted
    assert not asked.about(5).charted
    assert asked.about(5).whole() == asked


def test_the_dashboard_shows_the_same() -> None:
    asked = CollectionAsked(Topic.EXOTICS, 1, 2, membership_id=3, show=ExoticShow.RARE)
    assert address("https://a.example", asked) == "https://a.example/clans/1/exotics?member=3&show=rare"
    assert address("https://a.example", asked.about(5)) == "https://a.example/clans/1/exotics/5"
    assert address("https://a.example", CollectionAsked(Topic.SEALS, 1, 2)) == "https://a.example/clans/1/seals"
    assert address("", asked) is None
