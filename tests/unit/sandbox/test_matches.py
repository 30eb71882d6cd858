"""The matches of a world: they follow from the seed, they hold together, and they are as odd as real ones."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox import facts
from bot.sandbox.world import World
from bot.sandbox.world.matches.kinds import kinds, season_of_play, week_of, week_start
from bot.sandbox.world.matches.model import Match, Meeting, Seat
from bot.sandbox.world.seasons import current_season
from tests.sums import kills_in, sums_of
from tests.unit.sandbox.clock import EVENING, Clock

CONTROL, ORBIT = 604276217, 82913930


@pytest.fixture(scope="module")
def demo() -> World:
    return World(7, Clock(), matches="demo")


@pytest.fixture(scope="module")
def sample(demo: World) -> list[Match]:
    """Every twentieth match of four years."""
    return [match for one in demo.matches.everything()[::20] if (match := demo.match(str(one.id)))]


@pytest.fixture
def world() -> World:
    return World(7, Clock())


@pytest.fixture
def two(world: World) -> list[str]:
    return [p.membership_id for p in world.members(next(iter(world.clans))) if not p.online][:2]


def test_a_world_without_a_past_has_no_matches(world: World) -> None:
    assert world.matches.everything() == []
    assert world.match("14541070400") is None
    assert world.matches_of(next(iter(world.people))) == []


def test_the_same_seed_makes_the_same_past() -> None:
    first, second = (World(3, Clock(), matches="few") for _ in range(2))
    assert first.matches.everything() == second.matches.everything()
    assert 100 < len(first.matches.everything()) < 600
    assert World(4, Clock(), matches="few").matches.everything() != first.matches.everything()


def test_the_past_does_not_depend_on_what_has_happened_since() -> None:
    clock = Clock()
    world = World(7, clock, matches="few")
    untouched = World(7, Clock(), matches="few")
    for _ in range(50):
        world.advance(clock.go(minutes=5))
    clan = next(iter(world.clans))
    world.purge(clan, 10)
    world.move_platform(next(p for p in world.members(clan) if p.bungie_net_id).membership_id, 6)
    old = [meeting for meeting in world.matches.everything() if meeting.id % 50 < 15]
    assert old == untouched.matches.everything()


def test_people_have_played_a_little_or_a_lot(demo: World) -> None:
    counts = sorted(len(demo.matches.meetings_of(p)) for p in demo.people)
    assert counts[-1] > 1500
    assert counts[10] < 60
    assert 30_000 < len(demo.matches.everything()) < 60_000
    assert timedelta(days=1300) < EVENING - demo.matches.everything()[0].period < timedelta(days=1462)


def test_every_mode_was_played(demo: World) -> None:
    played = {mode for meeting in demo.matches.everything() for mode in kinds()[meeting.kind].modes}
    assert played >= {2, 3, 4, 5, 6, 7, 10, 16, 18, 19, 32, 40, 46, 48, 63, 64, 69, 70, 73, 82, 84, 87}
    trials = [one for one in demo.matches.everything() if one.kind == "trials"]
    assert all(season_of_play(one.start - 4 * 3600)[0] or season_of_play(one.start)[0] for one in trials)


def test_weeks_begin_with_the_reset() -> None:
    reset = datetime(2026, 11, 24, 17, tzinfo=UTC).timestamp()
    assert week_start(week_of(int(reset))) == reset
    assert week_of(int(reset) - 1) == week_of(int(reset)) - 1


def test_ids_are_unique_and_grow_with_time(demo: World) -> None:
    meetings = demo.matches.everything()
    assert len({meeting.id for meeting in meetings}) == len(meetings)
    assert [one.start for one in meetings] == sorted(one.start for one in meetings)


def test_nobody_is_in_two_places(demo: World) -> None:
    for membership_id in demo.people:
        for before, after in itertools.pairwise(demo.matches.meetings_of(membership_id)):
            assert before.end <= after.start


def test_nobody_played_after_they_last_played(demo: World) -> None:
    for person in demo.people.values():
        ends = {seat: one.end for one in demo.matches.meetings_of(person.membership_id) for seat in one.party}
        for character in person.characters:
            seat = Seat(person.membership_id, character.character_id)
            assert ends.get(seat, 0) <= character.last_played.timestamp()


def test_clan_mates_play_together_and_with_strangers(demo: World) -> None:
    parties = Counter(len(meeting.party) for meeting in demo.matches.everything())
    assert sum(count for size, count in parties.items() if size > 1) > 0.35 * parties.total()
    strangers = {person.membership_id for person in demo.strangers()}
    assert any(
        {s.membership_id for s in one.party} & strangers for one in demo.matches.everything() if len(one.party) > 1
    )


def test_some_once_had_a_character_that_they_deleted(demo: World) -> None:
    having = [person for person in demo.people.values() if demo.matches.deleted(person)]
    assert 15 < len(having) < 70
    seats = [Seat(p.membership_id, demo.matches.deleted(p)[0].character_id) for p in having]
    played = [seat for seat in seats if any(seat in one.party for one in demo.matches.meetings_of(seat.membership_id))]
    assert len(played) > 10
    assert all(
        seat.character_id not in {c.character_id for c in demo.person(seat.membership_id).characters} for seat in seats
    )


def test_the_kills_of_an_entry_add_up(sample: list[Match]) -> None:
    for match in sample:
        for entry in match.entries:
            weapons = sum(use.kills for use in entry.weapons)
            assert weapons + entry.grenade + entry.melee + entry.super_ + entry.ability <= entry.kills
            assert all(0 <= use.precision <= use.kills > 0 for use in entry.weapons)
            assert entry.extended or not (entry.weapons or entry.grenade or entry.melee or entry.super_)
            assert len({use.weapon for use in entry.weapons}) == len(entry.weapons)
            assert 0 <= entry.joined + entry.played <= match.seconds + 1
        assert match.players == len({entry.membership_id for entry in match.entries})


def test_teams_are_even_and_one_of_them_wins(sample: list[Match]) -> None:
    control = [match for match in sample if match.kind == "control"]
    for match in control:
        sizes = Counter(entry.team for entry in match.entries)
        assert max(sizes.values()) <= 6
        assert {entry.standing for entry in match.entries if entry.team == match.scores.index(max(match.scores))} == {0}
    assert sum(len(match.entries) >= 11 for match in control) > 0.9 * len(control)
    assert all(match.scores == () for match in sample if match.kind == "raid")


def test_the_ordinary_world_is_as_odd_as_the_real_one(sample: list[Match]) -> None:
    entries = [entry for match in sample for entry in match.entries]
    odd = {
        "twice": sum(len(match.entries) > match.players for match in sample) / len(sample),
        "bare": sum(not entry.extended for entry in entries) / len(entries),
        "classless": sum(not entry.classed for entry in entries) / len(entries),
        "nameless": sum(not entry.named for entry in entries) / len(entries),
        "left": sum(not entry.completed for entry in entries) / len(entries),
        "mode 0": sum(match.mode == 0 for match in sample) / len(sample),
    }
    assert all(0 < share < 0.2 for share in odd.values()), odd
    known = facts.by_hash("activities")
    lacking = [match for match in sample if match.reference not in known or match.director not in known]
    assert 0 < len(lacking) < 0.05 * len(sample)


def test_some_play_a_match_on_two_characters(demo: World) -> None:
    for meeting in demo.matches.everything():
        people = [seat.membership_id for seat in meeting.party]
        if len(set(people)) < len(people):
            break
    else:
        pytest.fail("nobody ever did")
    match = demo.match(str(meeting.id))
    assert match is not None
    mine = [entry.character_id for entry in match.entries if entry.membership_id == people[0]]
    assert set(mine) == {seat.character_id for seat in meeting.party if seat.membership_id == people[0]}
    assert len(set(mine)) == 2
    assert [one for one, entry in demo.entries_of(people[0]) if one.instance_id == match.instance_id] != []


def test_people_have_favourite_weapons(demo: World) -> None:
    person = max(demo.people, key=lambda p: len(demo.matches.meetings_of(p)))
    recent = [(m, e) for m, e in demo.entries_of(person) if 5 in m.modes and m.period > EVENING - timedelta(days=400)]
    kills: Counter[int] = Counter()
    for _, entry in recent:
        kills.update({use.weapon: use.kills for use in entry.weapons})
    best = sum(count for _, count in kills.most_common(5))
    assert 0.35 * kills.total() < best < 0.95 * kills.total()


def test_precision_fits_the_type_of_weapon(sample: list[Match]) -> None:
    kills: Counter[int] = Counter()
    precision: Counter[int] = Counter()
    for use in (use for match in sample for entry in match.entries for use in entry.weapons):
        kind = facts.by_hash("weapons")[use.weapon]["type"]
        kills[kind] += use.kills
        precision[kind] += use.precision
    share = {kind: precision[kind] / kills[kind] for kind in kills}
    assert share[12] > 0.6 > share[9] > 0.4 > share[6] > 0.2
    assert share[10] == share[18] == 0


def test_one_persons_line_is_that_of_the_whole_match(demo: World) -> None:
    person = sorted(demo.people, key=lambda p: len(demo.matches.meetings_of(p)))[-40]
    alone = [entry for _, entry in demo.entries_of(person)]
    whole = [one for match in demo.matches_of(person) for one in match.entries if one.membership_id == person]
    assert len(alone) > 300
    assert sorted(alone, key=repr) == sorted(whole, key=repr)


def test_a_match_exactly_as_ordered(world: World, two: list[str]) -> None:
    kills = {two[0]: {347366834: (12, 7), 1363886209: (3, 0)}, two[1]: {}}
    match = world.play_match("raid", two, seconds=3000, kills=kills, passers=1)
    first, second, other = match.entries
    assert (first.kills, first.precision, first.weapons) == (15, 7, ((347366834, 12, 7), (1363886209, 3, 0)))
    assert (second.kills, second.weapons) == (0, ())
    assert other.membership_id not in world.people
    assert (match.modes, match.period, match.ended_at) == ((7, 4), EVENING - timedelta(seconds=3000), EVENING)
    assert world.person(two[0]).last_played == EVENING
    assert world.matches_of(two[0]) == [world.match(match.instance_id)] == [match]


@pytest.mark.parametrize(("mode", "kind"), [("trials", "trials"), (84, "trials"), ("4", "raid"), (CONTROL, "control")])
def test_matches_are_ordered_by_playlist_mode_or_activity(
    world: World, two: list[str], mode: str | int, kind: str
) -> None:
    match = world.play_match(mode, two)
    assert match.kind == kind
    with pytest.raises(ValueError, match="mode: one of control"):
        world.play_match("golf", two)


def test_a_match_that_is_not_over_is_not_there_yet(world: World, two: list[str]) -> None:
    world.play_match("control", two, start=EVENING - timedelta(seconds=60), seconds=600)
    assert world.matches_of(two[0]) == []
    assert list(world.entries_of(two[0])) == []


def test_many_matches_at_once(world: World) -> None:
    members = [p.membership_id for p in world.people.values() if p.group_id][:100]
    since = EVENING - timedelta(days=30)
    ids = world.fill_matches(3000, members, since, kinds=("control", "strike"))
    assert len(set(ids)) == 3000
    matches = [world.matches.meeting(id_) for id_ in ids]
    assert all(one and one.kind in ("control", "strike") for one in matches)
    assert all(one and since.timestamp() <= one.start and one.end <= EVENING.timestamp() for one in matches)
    assert {seat.membership_id for one in matches if one for seat in one.party} == set(members)


@pytest.mark.parametrize("wrong", [{"members": []}, {"kinds": ["golf"]}, {"since": EVENING}])
def test_many_matches_that_make_no_sense(world: World, two: list[str], wrong: dict[str, Any]) -> None:
    order: dict[str, Any] = {"count": 5, "members": two, "since": EVENING - timedelta(days=1)} | wrong
    with pytest.raises(ValueError, match=r"kinds: some of|members, and a beginning"):
        world.fill_matches(**order)
    assert world.state.fills == []


def test_what_someone_was_doing_becomes_a_match(world: World, two: list[str]) -> None:
    clock = world.now
    assert isinstance(clock, Clock)
    for membership_id in two:
        world.set_online(membership_id, CONTROL)
    clock.go(minutes=9)
    world.set_offline(two[0])
    [match] = world.matches_of(two[0])
    assert (match.kind, match.seconds, match.reference) == ("control", 540, CONTROL)
    assert world.matches_of(two[1]) == [match]
    clock.go(minutes=8)
    world.set_online(two[1], ORBIT)
    again = world.matches_of(two[1])[1]
    assert (again.period, again.seconds) == (EVENING + timedelta(minutes=9), 480)
    clock.go(minutes=8)
    world.set_offline(two[1])
    assert len(world.matches_of(two[1])) == 2


def test_a_living_world_plays() -> None:
    clock = Clock()
    world = World(7, clock, fast=True)
    for _ in range(600):
        world.advance(clock.go(seconds=2))
    meetings = world.matches.everything()
    assert len(meetings) > 60
    assert any(len(meeting.party) > 1 for meeting in meetings)
    assert all(meeting.end <= clock.time.timestamp() for meeting in meetings)
    for meeting in meetings:
        for seat in meeting.party:
            assert world.person(seat.membership_id).last_played.timestamp() >= meeting.end - 1


def test_a_newcomer_brings_a_past_along() -> None:
    clock = Clock()
    world = World(7, clock, matches="few")
    clan = next(iter(world.clans))
    joined = [world.join(clan, name=f"New {n}").membership_id or "" for n in range(6)]
    pasts = {one: list(world.matches.meetings_of(one)) for one in joined}
    assert sum(len(past) for past in pasts.values()) > 5
    clock.go(days=2)
    world.play_match("control", joined)
    kept = World.load(world.dump(), clock)
    for one, past in pasts.items():
        assert kept.matches.meetings_of(one) == [*past, kept.matches.everything()[-1]]
        assert all(kept.matches.meeting(str(meeting.id)) == meeting for meeting in past)


def test_only_what_the_seed_does_not_know_is_kept() -> None:
    clock = Clock()
    world = World(7, clock, matches="few")
    members = list(world.people)[:20]
    before = len(world.dump())
    world.fill_matches(500, members, EVENING - timedelta(days=9))
    match = world.play_match("raid", members[:3], kills={members[0]: {347366834: (9, 2)}})
    assert len(world.dump()) - before < 3000
    kept = World.load(world.dump(), clock)
    assert kept.matches.everything() == world.matches.everything()
    assert kept.match(match.instance_id) == match
    assert kept.play_match("raid", members[:1]).instance_id != match.instance_id


def test_a_world_that_was_kept_by_an_older_version_has_no_matches(world: World) -> None:
    state = json.loads(world.dump())
    for key in ("amount", "played", "fills", "debuts", "turns"):
        del state[key]
    assert World.load(json.dumps(state).encode(), Clock()).matches.everything() == []


def test_seasons_reach_into_the_future_and_turn_when_told(world: World) -> None:
    rows = world.seasons()
    numbers = [row["seasonNumber"] for row in rows]
    assert numbers == list(range(1, len(rows) + 1))
    assert len({row["hash"] for row in rows}) == len(rows)
    current = current_season(rows, EVENING)
    assert rows[-2] == current
    turned = world.turn_season()
    assert current_season(turned, EVENING)["seasonNumber"] == current["seasonNumber"] + 1
    assert turned[-3]["endDate"] == turned[-2]["startDate"] == "2026-11-24T20:00:00Z"
    for before, after in itertools.pairwise(row for row in turned if "startDate" in row):
        assert before["endDate"] == after["startDate"]
        assert datetime.fromisoformat(before["startDate"]) < datetime.fromisoformat(before["endDate"])


def test_a_season_turns_in_a_year_long_gone_too() -> None:
    then = datetime(2024, 1, 10, tzinfo=UTC)
    world = World(7, Clock(then))
    assert current_season(world.seasons(), then)["seasonNumber"] == 23
    assert current_season(world.turn_season(), then)["seasonNumber"] == 24


def test_the_plain_sums_are_those_of_the_entries(world: World, two: list[str]) -> None:
    world.play_match("control", two, kills={two[0]: {347366834: (12, 7)}, two[1]: {347366834: (1, 0)}}, passers=0)
    world.play_match("raid", two[:1], kills={two[0]: {347366834: (5, 5), 1363886209: (3, 0)}}, passers=0)
    assert sums_of(world, lambda kill: kill.weapon) == {347366834: 18, 1363886209: 3}
    assert sums_of(world, lambda kill: (kill.slot, 5 in kill.modes), {two[0]}) == {
        ("kinetic", True): 12,
        ("kinetic", False): 5,
        ("power", False): 3,
    }
    assert sum(kill.precision for kill in kills_in(world)) == 12


def test_every_activity_of_the_present_belongs_to_a_playlist() -> None:
    spots = {spot for kind in kinds().values() for spot in kind.spots}
    assert {row["hash"] for row in facts.rows("spots")} <= spots <= set(facts.by_hash("activities"))


def test_weapons_are_of_all_kinds() -> None:
    rows = facts.rows("weapons")
    assert len({row["hash"] for row in rows}) == len(rows) > 300
    assert {row["slot"] for row in rows} == {"kinetic", "energy", "power"}
    assert {row["damage"] for row in rows} == {1, 2, 3, 4, 6, 7}
    names = Counter((row["name"], row["type"]) for row in rows)
    assert sum(count > 1 for count in names.values()) == 8
    assert [row["name"] for row in rows if row.get("redacted")] == ["Classified"]
    assert {row["itemHash"] for row in facts.rows("collectibles")} <= {row["hash"] for row in rows}


def test_meetings_are_small() -> None:
    meeting = Meeting(1, 2, 3, "control", 4, (Seat("5", "6"),))
    assert (meeting.end, meeting.told, meeting.passers) == (5, {}, None)
