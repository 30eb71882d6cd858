"""Sentences about the past that is read and the present that shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.queue import MatchLag, Progress
from bot.presenters.backlog import (
    ahead_sentence,
    backfill_sentence,
    end_sentence,
    lag_sentence,
    pace_words,
    percent,
    walked_sentence,
)

HALF = Progress(characters=290, walked=290, stored=2900, waiting=1877, lacking=35)


def test_the_past_is_told_by_its_reports_once_all_histories_are_walked() -> None:
    assert backfill_sentence(HALF, 0.26) == "Reading match history: 60 % of 4,812 reports; about 2 h left."
    assert backfill_sentence(HALF, 0.0) == "Reading match history: 60 % of 4,812 reports; at a standstill now."
    assert backfill_sentence(replace(HALF, waiting=0), 20) is None


def test_before_that_the_total_is_not_known_and_not_claimed() -> None:
    walking = replace(HALF, walked=37)
    assert (
        backfill_sentence(walking, 20) == "Reading match history: 37 of 290 characters, 60 % of 4,812 reports so far."
    )
    assert backfill_sentence(Progress(290, 0, 0, 0, 0), 20) == "Reading match history: 0 of 290 characters."


@pytest.mark.parametrize(
    ("done", "total", "words"), [(0, 0, "100 %"), (999, 1000, "99 %"), (3, 3, "100 %"), (0, 9, "0 %")]
)
def test_a_hundred_percent_is_all(done: int, total: int, words: str) -> None:
    assert percent(done, total) == words


def test_what_lies_ahead_in_reports_hours_and_bytes() -> None:
    assert ahead_sentence(HALF, 20, 1877 * 9000.0) == (
        "1,877 reports to fetch (2,900 are here already): about 1 min at 20 a second, and 17 MB of disk."
    )
    big = Progress(290, 290, 0, 520_000, 0)
    assert (
        ahead_sentence(big, 12.5, 4.68e9)
        == "520,000 reports to fetch: about 11 h at 12.5 a second, and 4.7 GB of disk."
    )
    assert ahead_sentence(replace(HALF, waiting=0), 20, 0) == "290 histories read; no report is missing."


def test_how_it_ended() -> None:
    assert end_sentence(replace(HALF, waiting=0, lacking=0), 0) == "2,900 reports stored."
    assert end_sentence(replace(HALF, waiting=1, walked=289), 0) == (
        "2,900 reports stored. 1 report waits: asked for again by `run`, or the next `backfill`. 35 reports can't be "
        "had from Bungie.net: see `queue`. 1 history could not be read to the end: run this again."
    )


def test_pace_lag_and_walks() -> None:
    assert pace_words(7200, 20) == "20.0 a second, about 6 min left"
    assert pace_words(7200, 0) == "waiting"
    assert lag_sentence(MatchLag(120, 431)) == "Matches show within 8 min of their end (95 % of 120 in 24 h)."
    assert lag_sentence(MatchLag(0, None)) == ""
    assert walked_sentence(12, 31, 4) == "12 histories walked, 31 new matches; 4 reports wait."
    assert walked_sentence(1, 1, 0) == "1 history walked, 1 new match."
