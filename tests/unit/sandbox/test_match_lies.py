"""False histories and reports: what each lie leaves out, adds or refuses, and that it is the same one each time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.bungie.answers import Refusal
from bot.sandbox.bungie.faults import Fault, FaultError, Faults, parse_fault
from bot.sandbox.bungie.match_lies import lie_about_match, lie_about_meetings, page_of
from bot.sandbox.world import World
from bot.sandbox.world.matches.model import Match, Meeting
from tests.unit.sandbox.clock import EVENING, Clock

NOW = int(EVENING.timestamp())


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, Clock(), matches="few")


@pytest.fixture(scope="module")
def meetings(world: World) -> list[Meeting]:
    return world.matches.everything()[::-1]


@pytest.fixture(scope="module")
def match(world: World) -> Match:
    members = [p.membership_id for p in world.people.values()][:6]
    return world.play_match("raid", members, start=EVENING - timedelta(hours=1), seconds=1800)


def lie(kind: str, subsystem: str = "history", **options: object) -> Fault:
    return parse_fault({"subsystem": subsystem, "fault": kind, **options}, 0.0)


def age(match: Match, seconds: float) -> float:
    return match.ended_at.timestamp() + seconds


def code_of(match: Match, seconds: float, fault: Fault) -> int | None:
    try:
        lie_about_match(match, age(match, seconds), [fault])
    except Refusal as refusal:
        return refusal.code
    return None


def test_a_history_that_omits_keeps_to_it(meetings: list[Meeting]) -> None:
    shown = lie_about_meetings(meetings, "4", NOW, [lie("omit", rate=0.3)])
    assert 0.5 * len(meetings) < len(shown) < 0.9 * len(meetings)
    assert shown == lie_about_meetings(meetings, "4", NOW + 5000, [lie("omit", rate=0.3)])
    assert shown != lie_about_meetings(meetings, "5", NOW, [lie("omit", rate=0.3)])
    turning = [lie_about_meetings(meetings, "4", NOW + n * 600, [lie("omit", every=600)]) for n in range(3)]
    assert turning[0] != turning[1] != turning[2]
    assert {one.id for shown in turning for one in shown} > {one.id for one in turning[0]}


def test_a_history_that_is_late_or_stale(meetings: list[Meeting]) -> None:
    last = meetings[0].end
    assert meetings[0] not in lie_about_meetings(meetings, "4", last + 299, [lie("late", delay=300)])
    assert lie_about_meetings(meetings, "4", last + 300, [lie("late", delay=300)]) == meetings
    stale = lie_about_meetings(meetings, "4", NOW, [lie("stale", delay=5 * 86_400)])
    assert stale == [one for one in meetings if one.end <= NOW - 5 * 86_400] != meetings


def test_a_history_that_is_private_for_once(meetings: list[Meeting]) -> None:
    with pytest.raises(Refusal) as refused:
        lie_about_meetings(meetings, "4", NOW, [lie("private")])
    assert refused.value.code == 1665


def test_pages_that_repeat_a_row_or_lack_some(meetings: list[Meeting]) -> None:
    assert page_of(meetings, 1, 10, []) == meetings[10:20]
    assert page_of(meetings, 1, 10, [lie("repeat")]) == meetings[9:20]
    assert page_of(meetings, 0, 10, [lie("repeat")]) == meetings[:10]
    assert page_of(meetings, 0, 10, [lie("short", count=4)]) == meetings[:6]
    assert page_of(meetings, 0, 10, [lie("empty")]) == []
    assert page_of(meetings, 900, 10, []) == []


def test_reports_that_are_not_given(match: Match) -> None:
    late, gone, contest = lie("late", "reports", delay=90), lie("gone", "reports"), lie("contest", "reports")
    assert [code_of(match, seconds, late) for seconds in (0, 89, 90)] == [1653, 1653, None]
    assert [code_of(match, seconds, gone) for seconds in (0, 10**9)] == [1653, 1653]
    assert [code_of(match, seconds, contest) for seconds in (0, 3599, 3600)] == [12, 12, None]


def test_a_report_grows_in_its_first_hour(match: Match) -> None:
    changing = lie("changing", "reports", count=2)
    early = lie_about_match(match, age(match, 600), [changing])
    assert len(early.entries) == len(match.entries) - 2
    assert early.entries == lie_about_match(match, age(match, 900), [changing]).entries
    assert set(early.entries) < set(match.entries)
    assert lie_about_match(match, age(match, 3600), [changing]) == match
    assert len(lie_about_match(match, age(match, 0), [lie("changing", "reports", count=99)]).entries) == 1


def test_a_player_who_is_there_twice_has_killed_no_more(match: Match) -> None:
    twice = lie_about_match(match, age(match, 9), [lie("twice", "reports")])
    assert len(twice.entries) > len(match.entries)
    for name in ("kills", "deaths", "precision", "grenade", "melee", "super_", "ability", "played"):
        assert sum(getattr(e, name) for e in twice.entries) == sum(getattr(e, name) for e in match.entries)
    player = match.entries[0].membership_id
    alone = lie_about_match(match, age(match, 9), [lie("twice", "reports", player=player)])
    assert len(alone.entries) == len(match.entries) + 1


def test_entries_that_lack_something(match: Match) -> None:
    def told(kind: str, **options: object) -> Match:
        return lie_about_match(match, age(match, 9), [lie(kind, "reports", **options)])

    assert told("empty").entries == ()
    assert not any(entry.extended for entry in told("bare").entries)
    assert not any(entry.weapons for entry in told("weaponless").entries)
    assert not any(entry.classed for entry in told("classless").entries)
    player = match.entries[1].membership_id
    assert [entry.named for entry in told("nameless", player=player).entries].count(False) == 1


def test_a_rate_picks_the_same_matches_each_time(world: World) -> None:
    matches = [found for one in world.matches.everything() if (found := world.match(str(one.id)))]
    gone = lie("gone", "reports", rate=0.25)
    codes = [code_of(match, 0, gone) for match in matches]
    assert 0.1 * len(codes) < codes.count(1653) < 0.4 * len(codes)
    assert codes == [code_of(match, 999, gone) for match in matches]
    assert codes != [code_of(match, 0, lie("gone", "reports", rate=0.25, salt="x")) for match in matches]


def test_a_rate_of_wire_faults_is_a_matter_of_dice() -> None:
    faults = Faults(lambda: 0.0)
    faults.add({"subsystem": "reports", "fault": "html503", "rate": 0.3})
    path = "/Platform/Destiny2/Stats/PostGameCarnageReport/77/"
    met = sum(bool(faults.take(path)) for _ in range(1000))
    assert 230 < met < 370
    assert faults.active()[0].hits == met


def test_a_rate_of_lies_about_a_match_is_not() -> None:
    faults = Faults(lambda: 0.0)
    faults.add({"subsystem": "reports", "fault": "gone", "rate": 0.3})
    faults.add({"subsystem": "all", "fault": "stale", "rate": 0.3})
    report, history = "/Platform/Destiny2/Stats/PostGameCarnageReport/77/", "/Platform/Destiny2/3/Account/4/Stats/"
    assert all(any(fault.kind == "gone" for fault in faults.take(report)) for _ in range(50))
    assert 150 < sum(bool(faults.take(history)) for _ in range(1000)) < 450


def test_a_fault_for_one_match() -> None:
    fault = parse_fault({"subsystem": "reports", "fault": "gone", "instance_id": 77}, 0.0)
    assert fault.meets("/Platform/Destiny2/Stats/PostGameCarnageReport/77/")
    assert not fault.meets("/Platform/Destiny2/Stats/PostGameCarnageReport/78/")
    assert fault.show()["instance_id"] == "77"
    with pytest.raises(FaultError, match="rate: a number"):
        parse_fault({"fault": "omit", "rate": "much"}, 0.0)
