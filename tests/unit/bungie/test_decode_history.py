"""Histories and account stats into nouns: lines that can't be read cost no more than themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.bungie.decode_history import account_characters, history_page
from bot.domain.match import AccountCharacter, HistoryPage
from bot.errors import Unavailable
from tests.unit.bungie.reports import NOW, details, line, page, raw, stats


def test_a_line_is_read_whole() -> None:
    (row,) = page(line()).rows
    assert row.details.instance_id == 123
    assert row.details.period == datetime(2026, 2, 28, 20, tzinfo=UTC)
    assert row.details.modes == (5, 10)
    assert (row.kills, row.deaths, row.assists, row.score, row.standing) == (10, 4, 3, 25, 0)
    assert (row.completed, row.seconds, row.duration_seconds) == (True, 600, 900)


@pytest.mark.parametrize("body", [{}, {"activities": None}, {"activities": []}])
def test_nothing_lies_behind_the_last_page(body: dict[str, Any]) -> None:
    assert history_page(raw(body), NOW) == HistoryPage(())


@pytest.mark.parametrize(
    "bad",
    [
        line(period=None),
        line(period="soon"),
        line(period="0001-01-01T00:00:00Z"),
        line(period="2017-08-31T23:00:00Z"),
        line(period="2026-03-02T12:00:01Z"),
        line(activityDetails=None),
        line(activityDetails=details(instanceId=None)),
        line(activityDetails=details(instanceId="0")),
        line(activityDetails=details(instanceId="x")),
        line(activityDetails=details(instanceId=str(2**63))),
        line(activityDetails=details(modes={"a": 1})),
        None,
        [],
        "text",
    ],
)
def test_a_line_that_can_not_be_read_is_counted(bad: object) -> None:
    found = page(line(), bad, line(activityDetails=details(instanceId="124")))
    assert [row.details.instance_id for row in found.rows] == [123, 124]
    assert found.unreadable == 1


def test_a_line_without_figures_is_a_match_all_the_same() -> None:
    (row,) = page(line(values=None)).rows
    assert (row.kills, row.seconds, row.duration_seconds, row.score, row.standing) == (0, 0, 0, None, None)
    assert not row.completed


def test_time_played_stands_in_for_a_duration_that_is_absent() -> None:
    (row,) = page(line(values=stats(timePlayedSeconds=120.0))).rows
    assert (row.seconds, row.duration_seconds) == (120, 120)


def test_hashes_that_mean_none_and_modes_beyond_belief() -> None:
    odd = details(directorActivityHash=2166136261, referenceId=0, modes=[5, 10**9], mode=10**9, membershipType=-1)
    (row,) = page(line(activityDetails=odd)).rows
    assert (row.details.activity_hash, row.details.reference_hash) == (None, None)
    assert (row.details.mode, row.details.modes, row.details.membership_type) == (0, (5,), -1)


def test_another_shape_is_no_answer() -> None:
    with pytest.raises(Unavailable):
        history_page(raw({"activities": {"a": 1}}), NOW)


def test_every_character_of_an_account_once() -> None:
    characters = [
        {"characterId": "7", "deleted": False, "results": {}, "merged": {}},
        {"characterId": "8", "deleted": True},
        {"characterId": "7", "deleted": False},
        {"characterId": "0"},
    ]
    found = account_characters(raw({"mergedAllCharacters": {}, "characters": characters}))
    assert found == (AccountCharacter(7, deleted=False), AccountCharacter(8, deleted=True))
    assert account_characters(raw({"characters": []})) == ()
    with pytest.raises(Unavailable):
        account_characters(raw({}))
