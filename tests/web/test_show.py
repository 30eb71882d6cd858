"""The words and marks of the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from bot.domain.event import Event, EventKind
from bot.domain.role import Role
from bot.domain.roster import HeldSeal, RosterMember, SealColumn
from bot.domain.tally import EventTally
from bot.domain.weapon import Coverage, WeaponTable, WeaponTotals
from bot.errors import BadParameter
from dashboard import asking, weapons_query
from dashboard.cursor import before, of_time
from dashboard.links import file_name, link
from dashboard.play import Week
from dashboard.show import overview, times
from dashboard.show.events import days, line, ordinal
from dashboard.show.names import name_parts
from dashboard.show.seals import columns_of, order_in_words, strip

NOW = datetime(2026, 11, 28, 18, 45, tzinfo=UTC)
CLANS = {1: "Quiet Orbit", 2: "Night Ledger"}
JOINED = (NOW - timedelta(days=490)).isoformat()


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("joined", {}, "Gale joined"),
        ("left", {"joined_at": JOINED}, "Gale#2210 left or was removed after 1 y 4 m"),
        ("left", {"to_name": "Elsewhere"}, "Gale#2210 left or was removed, now in Elsewhere"),
        ("left", {"to_group_id": "2"}, "Gale#2210 left or was removed, now in Night Ledger"),
        ("left", {"joined_at": "x", "to_group_id": "9"}, "Gale#2210 left or was removed, now in another clan"),
        ("renamed", {"from": "Sable#2472"}, "Gale was Sable#2472 before"),
        ("role_changed", {"from": "member", "to": "admin"}, "Gale is now an admin, was a member"),
        ("role_changed", {"from": "acting_founder", "to": "?"}, "Gale is now of another rank, was an acting founder"),
        ("clan_switched", {"from_group_id": "2", "to_group_id": 1}, "Gale moved from Night Ledger to Quiet Orbit"),
        ("platform_moved", {}, "Gale plays on under another account"),
        ("seal_earned", {"title": "Kingslayer"}, "Gale earned Kingslayer"),
        ("seal_gilded", {"title": "Conqueror", "times": 1}, "Gale gilded Conqueror"),
        ("seal_gilded", {"title": "Conqueror", "times": 22}, "Gale gilded Conqueror for the 22nd time"),
        ("exotic_acquired", {"name": "Rose"}, "Gale found Rose"),
        ("clan_changed", {"field": "motto", "from": "", "to": "Go."}, "The clan’s motto is now Go., was empty"),
        ("manifest_updated", {"version": "1.2"}, "Destiny’s manifest was updated to 1.2"),
        (
            "manifest_updated",
            {"version": "1.2", "from": "1.1", "news": {"exotics": ["Rose"], "seals": ["A", "B"], "weapons": []}},
            "Destiny’s manifest was updated to 1.2 · 1 new exotic: Rose · 2 new seals: A, B",
        ),
    ],
)
def test_events_in_words(kind: str, detail: dict[str, Any], words: str) -> None:
    assert "".join(piece.text for piece in line(event(kind, detail), CLANS).pieces) == words


def event(kind: str, detail: dict[str, Any], at: datetime = NOW, who: int | None = 5) -> Event:
    return Event(1, EventKind(kind), 1, who, "Gale#2210", at, at, detail)


def test_every_kind_of_event_has_words() -> None:
    for kind in EventKind:
        assert line(event(kind, {}), {}).pieces
        assert line(event(kind, {}, who=None), {}).pieces[0].href == ""


def test_events_stand_under_their_days() -> None:
    at = [NOW, NOW - timedelta(hours=18), NOW - timedelta(hours=19), NOW - timedelta(days=400)]
    found = days([event("joined", {}, when) for when in at], CLANS, NOW)
    assert [(day.heading, len(day.lines)) for day in found] == [("Today", 2), ("Yesterday", 1), ("24 Oct 2025", 1)]
    assert found[0].lines[1].at.text == "00:45"


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "101st", "111th",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=18), "18 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "27 Nov"),
        (timedelta(days=500), "16 Jul 2025"),
    ],
)
def test_times(past: timedelta, words: str) -> None:
    assert times.ago(NOW - past, NOW).text == words


def test_a_time_bears_its_exact_form() -> None:
    assert times.ago(NOW, NOW) == times.When("just now", "2026-11-28T18:45:00Z", "28 Nov 2026, 18:45 UTC")


def column(number: int, legacy: bool = False) -> SealColumn:
    return SealColumn(number, f"Seal {number}", f"T{number}", legacy, None, "")


def member(number: int, *held: int, **changes: Any) -> RosterMember:
    seals = tuple(HeldSeal(each, f"T{each}", False, 0) for each in held)
    facts: dict[str, Any] = {
        "membership_id": number, "membership_type": 3, "name": f"M{number}#0001", "role": Role.MEMBER,
        "joined_at": NOW, "online": False, "activity": None, "activity_mode": None, "activity_started_at": None,
        "last_played_at": None, "power": None, "triumph_score": None, "triumph_score_active": None, "seals": seals,
        "title": None, "private": False,
    }  # fmt: skip
    return RosterMember(**{**facts, **changes})


def test_a_strip_has_each_seal_in_its_place() -> None:
    found = strip([column(1), column(2), column(3)], [HeldSeal(2, "T2", False, 0), HeldSeal(3, "T3", True, 2)])
    assert found.width == 27
    assert found.missing == "M3 4.5h3v3h-3z"
    assert found.held == "M13.5 1l4 5-4 5-4-5z"
    assert found.gilded == "M22.5 1l4 5-4 5-4-5z"


def test_too_many_seals_leave_the_most_held_in_the_manifests_order() -> None:
    seals = [column(number) for number in range(1, 40)] + [column(99, legacy=True)]
    shown = columns_of(seals, [member(1, 39, 20, 99), member(2, 39)])
    assert len(shown) == 20
    assert [each.record_hash for each in shown][-2:] == [20, 39]
    assert 99 not in {each.record_hash for each in shown}
    assert order_in_words(shown[:5]) == "T1, T2, T3, T4 …"


def test_names_in_parts() -> None:
    assert [name_parts(name).bare for name in ("Ferro#0042", "Ferro", "a#b#0001", "#0001", "x#12345")] == [
        "Ferro", "Ferro", "a#b", "#0001", "x#12345",
    ]  # fmt: skip


def test_tiles_count_who_came_and_went() -> None:
    tally = [
        EventTally(EventKind.CLAN_SWITCHED, False, 1),
        EventTally(EventKind.CLAN_SWITCHED, True, 4),
        EventTally(EventKind.LEFT, False, 3),
    ]
    new = member(1, joined_at=NOW - timedelta(days=29), seals=(HeldSeal(1, "T", True, 2), HeldSeal(2, "U", False, 0)))
    tiles = overview.tiles(
        [new, member(2, online=True, activity="Orbit", joined_at=NOW - timedelta(days=31))], tally, week(0, 0), NOW
    )
    words = ["".join(bit.text for bit in tile.context) for tile in tiles]
    assert [tile.figure for tile in tiles] == ["1", "2", "1", "2"]
    assert words == ["1 in Orbit", "1 new, 7 left in 30 days", "50 % of the members", "1 gilded among them"]


def test_tiles_of_a_quiet_clan() -> None:
    words = ["".join(bit.text for bit in tile.context) for tile in overview.tiles([], [], week(0, 0), NOW)]
    assert words[:2] == ["nobody has been seen yet", "nobody new in 30 days"]
    seen = overview.tiles([member(1, last_played_at=NOW - timedelta(hours=2))], [], week(0, 0), NOW)[0]
    assert "".join(bit.text for bit in seen.context) == "M1 was the last, 2 h ago"


@pytest.mark.parametrize(
    ("now", "before", "complete", "words"),
    [
        (112, 100, 9, "+12 % on last week"), (89, 100, 9, "\N{MINUS SIGN}11 % on last week"),
        (100, 100, 9, "as many as last week"), (112, 0, 9, "1,120 kills"), (112, 100, 8, "1,120 kills"),
    ],
)  # fmt: skip
def test_the_week_is_compared_once_the_past_is_read(now: int, before: int, complete: int, words: str) -> None:
    tile = overview.tiles([], [], week(now, before, complete), NOW)[-1]
    assert (tile.label, tile.figure) == ("Matches this week", str(now))
    assert "".join(bit.text for bit in tile.context) == words


def week(now: int, before: int, complete: int = 9) -> Week:
    coverage = Coverage(complete, 9, 0, complete, None, now, now, NOW)
    return Week(WeaponTable((), totals(now), coverage, ""), totals(before), coverage.growing)


def totals(matches: int) -> WeaponTotals:
    return WeaponTotals(matches * 10, 0, 0, 0, 0, matches)


def test_links_keep_what_was_asked_and_forget_the_place() -> None:
    assert link("/a", {"q": "a b", "cursor": "x", "sort": "name"}, sort=None, role="admin") == "/a?q=a+b&role=admin"
    assert link("/a") == "/a"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"colour": "red"}, "Unknown parameter 'colour': known here are mode, days, since, until."),
        ({"mode": "all", "days": "1\u202e"}, r"days='1\u202e' is not known: it must be a number from 0 to 36500."),
        (
            {"since": "2026-05-03", "until": "2026-05-01"},
            "since=2026-05-03 lies after until=2026-05-01: no match is in between. Swap them.",
        ),
    ],
)
def test_a_refusal_names_what_was_asked_and_says_what_works(asked: dict[str, str], words: str) -> None:
    with pytest.raises(BadParameter, match=f"^{re.escape(words)}$"):
        weapons_query.read_range(asking.given(MultiDict(asked), "mode", "days", "since", "until"))


def test_an_address_without_parameters_says_so() -> None:
    with pytest.raises(BadParameter, match=r"^Unknown parameter 'q': there are none at this address\.$"):
        asking.given(MultiDict({"q": "1"}))


def test_file_names_are_plain() -> None:
    assert file_name("Quiet Örbit/..", "roster") == "quiet-orbit-roster"
    assert file_name("名前") == "hawthorne"


def test_cursors_come_back() -> None:
    assert before({"cursor": of_time(NOW, 7)}) == (NOW, 7)
