"""Collections: whose are due, what is news, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.collecting import Catalog, CatalystState, CollectionReading, TriumphState
from bot.domain.profile import Profile, RecordState
from bot.domain.reading import Gilding, Portrait, Reading, SealState, SealTerms, Subject
from bot.domain.stamp import Stamp
from bot.ingest.collections.changes import (
    absorb,
    acquired,
    catalyst_changes,
    fail,
    is_baseline,
    passed_by,
    triumph_changes,
)
from bot.ingest.collections.due import is_due, wanted_with_profile
from bot.ingest.collections.news import exotic_events, seal_events

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEEN = CollectionReading(tried_at=NOW - HOUR, read_at=NOW - HOUR, played_at=NOW - 2 * HOUR)
CATALOG = Catalog(exotics={1: None, 2: NOW - 30 * timedelta(minutes=1), 3: None})


def subject(seen: CollectionReading, *, played: datetime | None = NOW - 2 * HOUR, **reading: object) -> Subject:
    portrait = Portrait(last_played_at=played)
    return Subject(1, 3, frozenset({7}), False, Reading(portrait, **reading), collection=seen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "played", "due"),
    [
        (CollectionReading(), None, True),
        (SEEN, NOW - 2 * HOUR, False),
        (SEEN, NOW - HOUR, True),
        (replace(SEEN, read_at=NOW - timedelta(days=7)), NOW - 2 * HOUR, True),
        (replace(SEEN, private=True, hidden_reads=2), NOW, False),
        (replace(SEEN, private=True, hidden_reads=2, tried_at=NOW - timedelta(days=1)), NOW, True),
        (replace(SEEN, failures=1, tried_at=NOW - timedelta(minutes=29)), NOW, False),
        (replace(SEEN, failures=1, tried_at=NOW - timedelta(minutes=30)), NOW, True),
        (replace(SEEN, failures=60, tried_at=NOW - timedelta(hours=12)), NOW, True),
    ],
)
def test_who_is_due(seen: CollectionReading, played: datetime | None, due: bool) -> None:
    assert is_due(subject(seen, played=played), NOW) is due


def test_with_every_tenth_read_while_playing_and_once_after_the_end() -> None:
    assert not wanted_with_profile(subject(replace(SEEN, reads_since=8), playing=True), NOW)
    assert wanted_with_profile(subject(replace(SEEN, reads_since=9), playing=True), NOW)
    assert not wanted_with_profile(subject(replace(SEEN, reads_since=9)), NOW)
    assert wanted_with_profile(subject(SEEN, records_due_at=NOW), NOW)
    assert wanted_with_profile(subject(CollectionReading()), NOW)
    assert wanted_with_profile(subject(replace(SEEN, hidden_reads=1)), NOW)


def profile(collectibles: frozenset[int] | None, minted: datetime = NOW) -> Profile:
    return Profile(1, 3, secondary_minted_at=minted, date_last_played=NOW, collectibles=collectibles)


def test_private_is_said_after_two_reads_in_a_row() -> None:
    once = absorb(SEEN, profile(None), NOW)
    assert (once.hidden_reads, once.private, once.read_at) == (1, False, SEEN.read_at)
    twice = absorb(once, profile(None), NOW)
    assert twice.private
    back = absorb(twice, profile(frozenset({1})), NOW)
    assert (back.private, back.hidden_reads, back.read_at, back.played_at) == (False, 0, NOW, NOW)


def test_an_older_answer_is_dropped() -> None:
    seen = replace(SEEN, stamp=Stamp(NOW))
    after = absorb(seen, profile(frozenset({1}), NOW - HOUR), NOW)
    assert (after.read_at, after.stamp.older_since) == (SEEN.read_at, NOW)


def test_a_failure_keeps_what_is_known() -> None:
    assert fail(SEEN, NOW) == replace(SEEN, tried_at=NOW, failures=1)
    assert passed_by(SEEN, playing=True).reads_since == 1
    assert passed_by(SEEN, playing=False) == SEEN


def test_what_is_news() -> None:
    found = acquired({1, 2, 99}, {3}, CATALOG, SEEN, NOW)
    assert [(each.collectible_hash, each.quiet) for each in found] == [(1, False), (2, True)]
    assert all(each.quiet for each in acquired({1, 2}, set(), CATALOG, CollectionReading(), NOW))
    assert acquired(set(), {1, 2, 3}, CATALOG, SEEN, NOW) == ()


def test_first_answers_and_long_gaps_are_silent() -> None:
    assert is_baseline(CollectionReading(), NOW)
    assert is_baseline(replace(SEEN, private=True), NOW)
    assert is_baseline(replace(SEEN, read_at=NOW - timedelta(days=7, seconds=1)), NOW)
    assert not is_baseline(SEEN, NOW)


def test_catalysts_once_done_stay_done() -> None:
    done, open_ = RecordState(67, done=102, of=100), RecordState(4, done=50, of=100)
    first = catalyst_changes({1: open_}, {}, [1, 2], NOW - HOUR, baseline=True)
    assert first == (CatalystState(1, None, False, 50, 100),)
    second = catalyst_changes({1: done}, {1: first[0]}, [1], NOW, baseline=False)
    assert second == (CatalystState(1, NOW, False, 100, 100),)
    assert catalyst_changes({1: open_}, {1: second[0]}, [1], NOW, baseline=False)[0].done_at == NOW
    assert catalyst_changes({1: done}, {1: second[0]}, [1], NOW + HOUR, baseline=False) == ()


def test_triumphs_once_complete_stay_complete() -> None:
    terms = [SealTerms(9, None, (1, 2)), SealTerms(10, None, (2,))]
    first = triumph_changes({1: RecordState(4, done=1, of=3), 2: RecordState(67)}, {}, terms)
    assert first == (TriumphState(1, False, 1, 3), TriumphState(2, True))
    stored = {each.record_hash: each for each in first}
    assert triumph_changes({2: RecordState(4)}, stored, terms) == ()


def test_events_are_told_in_each_clan_and_never_for_quiet_finds() -> None:
    member = Subject(5, 3, frozenset({8, 7}), False)
    found = acquired({1, 2}, set(), CATALOG, SEEN, NOW)
    events = list(exotic_events(member, "Ilex#0001", found, {1: "Thorn"}, NOW))
    assert [(e.group_id, e.about, e.detail) for e in events] == [
        (7, "1", {"collectible_hash": 1, "name": "Thorn"}),
        (8, "1", {"collectible_hash": 1, "name": "Thorn"}),
    ]
    seals = [SealState(3, NOW), SealState(4, NOW, quiet=True), SealState(6, NOW - HOUR)]
    gildings = [Gilding(3, 2, NOW, False), Gilding(3, 1, NOW, True)]
    told = [(e.kind, e.group_id, e.about, e.detail) for e in seal_events(member, "Ilex", seals, gildings, {}, NOW)]
    assert told[0] == ("seal_earned", 7, "3", {"record_hash": 3, "title": "Unknown (3)"})
    assert told[2] == ("seal_gilded", 7, "3:2", {"record_hash": 3, "title": "Unknown (3)", "times": 2})
    assert len(told) == 4
