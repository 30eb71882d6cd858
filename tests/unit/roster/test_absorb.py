from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.profile import Records
from bot.domain.reading import Reading
from bot.ingest.roster.absorb import absorb, fail, hide
from tests.unit.roster.make import NOON, answer, character, doing, known, minutes, playing, records


def test_the_first_answer_tells_everything() -> None:
    two = (character(1, 530, NOON - minutes(5), title=77), character(2, 541, NOON - timedelta(days=3), title=88))
    reading = known(playing(characters=two, records=records()))
    portrait = reading.portrait
    assert (portrait.power, portrait.title_record_hash) == (541, 77)
    assert (portrait.triumph_score, portrait.triumph_score_active) == (9000, 5000)
    assert reading.playing
    assert reading.read_at == reading.records_read_at == reading.online_at == NOON


def test_a_title_taken_off_is_gone() -> None:
    reading = known(answer(characters=(character(title=77),)), answer(characters=(character(title=None),)))
    assert reading.portrait.title_record_hash is None


def test_the_lifetime_score_is_the_sum_where_it_is_absent() -> None:
    told = Records(score=None, active_score=5000, legacy_score=2500, lifetime_score=None, seals={})
    assert known(answer(records=told)).portrait.triumph_score == 7500


def test_half_a_sum_is_not_a_score() -> None:
    half = Records(score=5100, active_score=None, legacy_score=None, lifetime_score=None, seals={})
    portrait = known(answer(records=records(lifetime=9000)), answer(records=half)).portrait
    assert (portrait.triumph_score, portrait.triumph_score_active) == (9000, 5100)


def test_what_is_absent_stays_as_it_was_known() -> None:
    before = known(playing(records=records()))
    bare = answer(
        date_last_played=None,
        characters=None,
        activity=None,
        activities_read=False,
        transitory=None,
        components_missing=frozenset({204}),
    )
    after = absorb(before, bare, NOON + minutes(3), is_online=False)
    assert after.portrait == before.portrait
    assert (after.activity, after.transitory) == (before.activity, before.transitory)


def test_no_characters_at_all_erase_nothing() -> None:
    assert known(answer(), answer(characters=())).portrait.power == 540


def test_private_is_said_after_two_reads_in_a_row() -> None:
    hidden = answer(activity=None, activities_read=False, components_missing=frozenset({204}))
    assert not known(answer(), hidden).portrait.private
    assert known(answer(), hidden, hidden).portrait.private
    assert not known(hidden, answer(), hidden).portrait.private
    assert not known(hidden, hidden, answer()).portrait.private


def test_hidden_records_count_as_private_too() -> None:
    hidden = answer(components_missing=frozenset({900}))
    assert known(hidden, hidden).portrait.private


def test_private_erases_nothing_known_and_plays_no_longer() -> None:
    hidden = answer(activity=None, activities_read=False, characters=None, components_missing=frozenset({204, 900}))
    before = known(playing(records=records()))
    after = absorb(absorb(before, hidden, NOON, is_online=True), hidden, NOON, is_online=True)
    assert replace(after.portrait, private=False) == before.portrait
    assert not after.playing


def test_an_answer_without_any_data_is_a_fault_at_first_and_private_the_second_time() -> None:
    before = known(playing(records=records()))
    nothing: dict[str, Any] = dict.fromkeys(("date_last_played", "characters", "activity", "transitory"))
    empty = answer(**nothing, activities_read=False, components_missing=frozenset({100, 200, 204, 900}))
    once = absorb(before, empty, NOON + minutes(3), is_online=False)
    assert (once.portrait, once.activity, once.playing) == (before.portrait, before.activity, True)
    twice = absorb(once, empty, NOON + minutes(6), is_online=False)
    assert twice.portrait == replace(before.portrait, private=True)


def test_a_refusal_for_privacy_counts_like_hidden_components() -> None:
    once = hide(known(answer()), NOON)
    assert not once.portrait.private
    assert hide(once, NOON).portrait.private
    assert hide(once, NOON).portrait.power == 540


def test_an_older_answer_changes_nothing_but_is_noted() -> None:
    before = known(playing())
    stale = answer(minted_at=NOON - minutes(1), characters=(character(light=1),))
    after = absorb(before, stale, NOON + minutes(3), is_online=False)
    assert (after.portrait, after.playing, after.read_at) == (before.portrait, True, NOON)
    assert after.stamp.older_since == after.tried_at == NOON + minutes(3)


def test_older_records_are_dropped_apart_from_the_rest() -> None:
    before = known(answer(records=records(lifetime=9000)))
    mixed = answer(
        minted_at=NOON + minutes(2),
        secondary_minted_at=NOON - minutes(1),
        characters=(character(light=550),),
        records=records(lifetime=8000),
    )
    after = absorb(before, mixed, NOON + minutes(3), is_online=False)
    assert (after.portrait.power, after.portrait.triumph_score) == (550, 9000)
    assert after.records_read_at == NOON


def test_newer_records_in_an_older_answer_are_kept() -> None:
    before = known(answer(records=records(lifetime=9000)))
    mixed = answer(
        minted_at=NOON - minutes(2),
        secondary_minted_at=NOON + minutes(1),
        characters=(character(light=1),),
        records=records(lifetime=9100),
    )
    after = absorb(before, mixed, NOON + minutes(3), is_online=False)
    assert (after.portrait.power, after.portrait.triumph_score) == (540, 9100)


def test_the_end_of_a_session_makes_the_records_due_five_minutes_later() -> None:
    over = absorb(known(playing(records=records())), answer(minted_at=None), NOON + minutes(3), is_online=False)
    assert over.records_due_at == NOON + minutes(8)
    again = absorb(over, playing(minted_at=None), NOON + minutes(6), is_online=False)
    assert again.records_due_at is None


def test_records_read_in_the_last_moment_are_still_due_after_the_end() -> None:
    before = known(playing(records=records()))
    over = absorb(before, answer(records=records()), NOON + minutes(3), is_online=False)
    assert over.records_due_at == NOON + minutes(8)
    done = absorb(over, answer(records=records()), NOON + minutes(9), is_online=False)
    assert done.records_due_at is None


def test_play_that_nobody_saw_makes_the_records_due_too() -> None:
    before = known(answer(records=records()))
    after = absorb(before, answer(date_last_played=NOON - minutes(40)), NOON + minutes(30), is_online=False)
    assert after.moved
    assert after.records_due_at == NOON + minutes(35)


def test_the_first_date_is_no_move() -> None:
    assert not known(answer()).moved


def test_a_stuck_activity_is_no_play() -> None:
    stuck = answer(activity=doing(started_at=NOON - timedelta(hours=17)))
    assert not known(stuck).playing
    assert known(stuck, is_online=True).playing
    assert known(answer(activity=doing(started_at=NOON - minutes(14)))).playing


def test_reads_while_playing_are_counted_until_records_come() -> None:
    reading = known(*[playing()] * 3)
    assert reading.reads_since_records == 3
    assert absorb(reading, playing(records=records()), NOON, is_online=False).reads_since_records == 0


def test_a_failure_leaves_all_that_was_known() -> None:
    before = known(answer(records=records()))
    after = fail(fail(before, "Slow.", NOON), "Slower.", NOON + minutes(1))
    assert after == replace(before, characters=(), tried_at=NOON + minutes(1), failures=2, failure="Slower.")
    assert absorb(after, answer(), NOON, is_online=False).failures == 0


def test_nothing_is_known_at_first() -> None:
    assert Reading().portrait.power is None
