"""Reports into nouns: people once, numbers that columns bear, and all that may be absent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.match import GuardianClass, Team, WeaponUse
from bot.errors import Unavailable
from tests.unit.bungie.reports import (
    ANNA,
    BORIS,
    HUNTER,
    NOW,
    TITAN,
    WARLOCK,
    card,
    details,
    entry,
    only,
    raw,
    read,
    report,
    stats,
    weapon,
    with_values,
)


def test_a_report_is_read_whole() -> None:
    found = read(entry(ANNA, weapon(51, 6.0, 2.0), weapon(52, 4.0)), entry(BORIS))
    assert found.details.instance_id == 123
    assert found.details.period == datetime(2026, 2, 28, 20, tzinfo=UTC)
    assert (found.details.mode, found.details.modes) == (10, (5, 10))
    assert (found.details.activity_hash, found.details.reference_hash) == (12, 11)
    assert (found.duration_seconds, found.starting_phase, found.from_beginning) == (900, 0, True)
    assert [player.membership_id for player in found.players] == [ANNA, BORIS]
    anna = found.players[0]
    assert (anna.name, anna.membership_type, anna.character_id) == ("Anna#0042", 3, 2305843009200000001)
    assert (anna.guardian, anna.light, anna.clan_name, anna.clan_tag) == (GuardianClass.HUNTER, 1810, "Tower", "TWR")
    assert (anna.team, anna.standing, anna.score, anna.fireteam_id) == (17, 0, 25, 6939589458710956032)
    assert (anna.kills, anna.deaths, anna.assists, anna.weapon_kills, anna.precision_kills) == (10, 4, 3, 10, 2)
    assert (anna.completed, anna.completion_reason, anna.start_seconds, anna.seconds) == (True, 0, 5, 600)
    assert (anna.grenade_kills, anna.melee_kills, anna.super_kills, anna.ability_kills) == (1, 2, 3, 4)
    assert anna.weapons == (
        WeaponUse(51, 6, 2, GuardianClass.HUNTER),
        WeaponUse(52, 4, 0, GuardianClass.HUNTER),
    )
    assert (anna.entries, found.unnamed, found.teams) == (1, 0, ())


def test_someone_who_is_there_twice_is_one_person() -> None:
    hunter = with_values(
        entry(ANNA, weapon(51, 5.0, 1.0), weapon(52, 1.0)), kills=6.0, timePlayedSeconds=200.0, score=9.0
    )
    titan = entry(
        ANNA, weapon(51, 2.0), weapon(53, 7.0), player={"destinyUserInfo": card(), "classHash": TITAN, "lightLevel": 9}
    )
    titan = with_values(titan, kills=9.0, completed=0.0, completionReason=255.0, team=18.0)
    anna = only(hunter, titan)
    assert (anna.kills, anna.deaths, anna.assists, anna.seconds, anna.entries) == (15, 8, 6, 800, 2)
    assert (anna.guardian, anna.light, anna.team, anna.completion_reason) == (GuardianClass.TITAN, 9, 18, 255)
    assert anna.score == 25
    assert anna.completed
    assert anna.grenade_kills == 2
    assert set(anna.weapons) == {
        WeaponUse(51, 7, 1, GuardianClass.HUNTER),
        WeaponUse(52, 1, 0, GuardianClass.HUNTER),
        WeaponUse(53, 7, 0, GuardianClass.TITAN),
    }


def test_nobody_is_there_longer_than_the_match_took() -> None:
    assert only(entry(), entry(), entry()).seconds == 900


def test_a_weapon_that_is_listed_twice_is_summed() -> None:
    assert only(entry(ANNA, weapon(51, 2.0, 1.0), weapon(51, 3.0, 1.0))).weapons == (
        WeaponUse(51, 5, 2, GuardianClass.HUNTER),
    )


def test_weapons_without_kills_or_hash_are_left_out() -> None:
    uses = (weapon(51, 0.0, 3.0), weapon(0, 4.0), {"values": stats(uniqueWeaponKills=2.0)}, {"referenceId": 52})
    assert only(entry(ANNA, *uses)).weapons == ()


@pytest.mark.parametrize(
    ("completed", "reason", "done"), [(1.0, 0.0, True), (0.0, 0.0, False), (1.0, 255.0, False), (1.0, None, False)]
)
def test_completed_needs_the_reason_too(completed: float, reason: float | None, done: bool) -> None:
    assert only(with_values(entry(), completed=completed, completionReason=reason)).completed is done


@pytest.mark.parametrize(
    ("period", "phase", "flag", "fresh"),
    [
        ("2022-02-22T00:00:00Z", 3, True, True),
        ("2025-01-01T00:00:00Z", 0, False, False),
        ("2025-01-01T00:00:00Z", 0, None, None),
        ("2022-02-21T23:59:59Z", 0, True, None),
        ("2020-11-10T00:00:00Z", 0, False, None),
        ("2020-11-09T23:59:59Z", 0, False, True),
        ("2020-10-29T00:00:00Z", 6, False, False),
        ("2018-01-01T00:00:00Z", None, None, None),
    ],
)
def test_a_fresh_run_is_said_only_where_the_report_can_be_believed(
    period: str, phase: int | None, flag: bool | None, fresh: bool | None
) -> None:
    found = read(entry(), period=period, startingPhaseIndex=phase, activityWasStartedFromBeginning=flag)
    assert found.from_beginning is fresh


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Anna#0042"),
        ({"bungieGlobalDisplayNameCode": 7}, "Anna#0007"),
        ({"bungieGlobalDisplayNameCode": None}, "Anna"),
        ({"bungieGlobalDisplayName": ""}, "anna"),
        ({"bungieGlobalDisplayName": None, "displayName": None}, ""),
        ({"bungieGlobalDisplayName": "A\0nna \0"}, "Anna#0042"),
    ],
)
def test_names(changes: dict[str, Any], name: str) -> None:
    assert only(entry(player={"destinyUserInfo": card(**changes)})).name == name


def test_a_name_of_another_entry_is_better_than_none() -> None:
    nameless = entry(player={"destinyUserInfo": {"membershipId": str(ANNA)}})
    assert only(nameless, with_values(entry(), timePlayedSeconds=1.0)).name == "Anna#0042"


@pytest.mark.parametrize(
    ("player", "guardian"),
    [
        ({"classHash": WARLOCK, "characterClass": "Hunter"}, GuardianClass.WARLOCK),
        ({"classHash": WARLOCK, "characterClass": "Arcaniste"}, GuardianClass.WARLOCK),
        ({"classHash": 0, "characterClass": "Titan"}, GuardianClass.TITAN),
        ({"characterClass": None, "classHash": HUNTER}, GuardianClass.HUNTER),
        ({"classHash": 0}, None),
        ({}, None),
    ],
)
def test_the_class_goes_by_hash(player: dict[str, Any], guardian: GuardianClass | None) -> None:
    assert only(entry(player={"destinyUserInfo": card()} | player)).guardian is guardian


def test_a_player_without_details_is_a_player() -> None:
    """Bungie-net/api issue #1297."""
    bare = {"crossSaveOverride": 0, "isPublic": False, "membershipType": 0, "membershipId": str(ANNA)}
    found = only(entry(player={"destinyUserInfo": bare, "classHash": 0, "lightLevel": 0}))
    assert (found.membership_id, found.membership_type, found.name) == (ANNA, 0, "")
    assert (found.guardian, found.light, found.clan_name) == (None, None, None)


@pytest.mark.parametrize("absent", ["standing", "score", "characterId", "values", "extended"])
@pytest.mark.parametrize("null", [True, False])
def test_what_an_entry_may_lack(absent: str, null: bool) -> None:
    made = entry(ANNA, weapon(51, 1.0))
    made = made | {absent: None} if null else {key: value for key, value in made.items() if key != absent}
    assert only(made).membership_id == ANNA


def test_absent_statistics_are_zero_and_absent_facts_are_none() -> None:
    found = only(entry(values={}, extended={"weapons": None, "values": None}, score=None, standing=None))
    assert (found.kills, found.deaths, found.assists, found.seconds, found.grenade_kills) == (0, 0, 0, 0, 0)
    assert (found.score, found.team, found.standing, found.fireteam_id) == (None, None, None, None)
    assert (found.start_seconds, found.completion_reason, found.completed) == (None, None, False)


@pytest.mark.parametrize(
    "player", [None, {}, {"destinyUserInfo": None}, {"destinyUserInfo": {}}, {"destinyUserInfo": card("0")}]
)
def test_who_has_no_id_is_counted_and_not_kept(player: dict[str, Any] | None) -> None:
    found = read(entry(), entry(player=player), entry(BORIS))
    assert (len(found.players), found.unnamed) == (2, 1)


def test_a_report_without_anyone() -> None:
    found = read(entries=None, teams=None)
    assert (found.players, found.teams, found.duration_seconds) == ((), (), 0)


def test_teams() -> None:
    alpha = {"teamId": 17, "standing": stats(x=0.0)["x"], "score": stats(x=100.0)["x"], "teamName": "Alpha"}
    found = read(entry(), teams=[alpha, {"teamId": 18}, {"teamName": "none"}])
    assert found.teams == (Team(17, 0, 100, "Alpha"), Team(18, None, None, ""))


def test_without_opponents_a_standing_means_nothing() -> None:
    silent = with_values(entry(), standing=None)
    assert only(silent, activityDetails=details(mode=4, modes=[7, 4])).standing is None
    assert only(silent, activityDetails=details(mode=75, modes=[64, 63, 75])).standing == 0
    assert only(silent | {"standing": 1}).standing == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"activityDetails": details(instanceId="124")},
        {"activityDetails": details(instanceId="0")},
        {"activityDetails": {}},
        {"period": None},
        {"period": "2017-08-31T23:59:59Z"},
        {"period": "2026-03-02T12:00:01Z"},
        {"entries": {"a": 1}},
        {"activityDetails": None} | {"period": 5},
    ],
)
def test_what_is_not_this_report_is_no_answer(changes: dict[str, Any]) -> None:
    with pytest.raises(Unavailable):
        read(entry(), **changes)


def test_a_body_that_is_cut_is_no_answer() -> None:
    with pytest.raises(Unavailable):
        report(type(raw({}))(b'{"period": "2026-02-28T20:00:00Z", "entr'), 123, NOW)
