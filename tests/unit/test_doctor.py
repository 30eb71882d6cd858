"""The pure parts of `doctor`: permissions as Discord computes them, stand-ins, lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.bungie.probe import clock_ahead
from bot.cli.doctor.finding import fix, ok, skip
from bot.cli.doctor.permissions import ADMINISTRATOR, IN_THREADS, NEEDED, in_channel, missing, of_bot
from bot.cli.doctor.record import Pseudonyms, Recording

ALL = sum(NEEDED.values())
VIEW, SEND = NEEDED["View Channel"], NEEDED["Send Messages"]


def role(role_id: str, permissions: int) -> dict[str, str]:
    return {"id": role_id, "permissions": str(permissions)}


def over(one: str, allow: int = 0, deny: int = 0) -> dict[str, str]:
    return {"id": one, "allow": str(allow), "deny": str(deny)}


def test_permissions_are_those_of_all_roles_and_of_everyone() -> None:
    roles = [role("guild", VIEW), role("mine", SEND), role("other", ADMINISTRATOR)]
    assert of_bot(roles, ["mine"], "guild") == VIEW | SEND


@pytest.mark.parametrize(
    ("overwrites", "allowed"),
    [
        ([], ALL),
        ([over("guild", deny=SEND)], ALL & ~SEND),
        ([over("guild", deny=SEND), over("mine", allow=SEND)], ALL),
        ([over("mine", deny=SEND), over("second", allow=SEND)], ALL),
        ([over("second", allow=SEND), over("mine", deny=SEND)], ALL),
        ([over("mine", deny=SEND), over("me", allow=SEND)], ALL),
        ([over("mine", allow=SEND), over("me", deny=SEND)], ALL & ~SEND),
        ([over("stranger", deny=SEND)], ALL),
    ],
)
def test_overwrites_count_from_everyone_over_roles_to_the_member(
    overwrites: list[dict[str, str]], allowed: int
) -> None:
    assert in_channel(ALL, overwrites, ["mine", "second"], "guild", "me") == allowed


def test_an_administrator_may_everything() -> None:
    allowed = in_channel(ADMINISTRATOR, [over("me", deny=ALL)], [], "guild", "me")
    assert missing(allowed, 0) == missing(allowed, 11) == []


def test_what_is_missing_is_named() -> None:
    assert missing(0, 0) == list(NEEDED)
    assert missing(ALL, 0) == []
    assert missing(ALL, 11) == [IN_THREADS[0]]
    assert missing(ALL & ~SEND | IN_THREADS[1], 11) == []


def test_a_finding_is_one_line_whatever_it_holds() -> None:
    assert ok("clan 1", "Quiet\nOrbit \x1b[31m\u202e").line == "ok   clan 1: Quiet Orbit [31m"
    assert fix("x", "y").line == "fix  x: y"
    assert skip("x", "y").line == "skip x: y"


@pytest.mark.parametrize(("seconds", "ahead"), [(0, 0.5), (10, 10.5), (-31, -30.5)])
def test_the_clock_is_compared_in_the_middle_of_the_question(seconds: int, ahead: float) -> None:
    asked = datetime(2026, 11, 29, 12, 0, seconds % 60, tzinfo=UTC) + timedelta(seconds=seconds - seconds % 60)
    found = clock_ahead("Sun, 29 Nov 2026 12:00:00 GMT", asked, asked + timedelta(seconds=2))
    assert found == timedelta(seconds=ahead)


@pytest.mark.parametrize("date", [None, "", "soon"])
def test_a_server_that_tells_no_time_is_no_finding(date: str | None) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    assert clock_ahead(date, now, now) is None


def test_stand_ins_are_the_same_everywhere_and_keep_the_form() -> None:
    names = Pseudonyms()
    member = {
        "destinyUserInfo": {"membershipId": "4611686018429783292", "membershipType": 3, "displayName": "Kelp"},
        "bungieNetUserInfo": {"membershipId": "11890443", "supplementalDisplayName": "11890443"},
        "bungieGlobalDisplayName": "Kelp",
        "bungieGlobalDisplayNameCode": 310,
        "lastOnlineStatusChange": "1644181974",
        "joinDate": "2019-12-02T22:23:19Z",
        "empty": "",
    }
    clean = names.clean(member)
    assert clean["destinyUserInfo"]["membershipId"] == "4611686018000000001"
    assert clean["bungieNetUserInfo"]["membershipId"] == clean["bungieNetUserInfo"]["supplementalDisplayName"]
    assert clean["destinyUserInfo"]["displayName"] == clean["bungieGlobalDisplayName"] == "text 1"
    assert clean["bungieGlobalDisplayNameCode"] == 1
    assert (clean["lastOnlineStatusChange"], clean["joinDate"], clean["empty"]) == (
        *("1644181974", "2019-12-02T22:23:19Z"),
        "",
    )
    path = names.path("/Destiny2/3/Profile/4611686018429783292/?components=100,1000")
    assert path == "/Destiny2/3/Profile/4611686018000000001/?components=100,1000"


def test_characters_are_replaced_as_keys_and_hashes_stay() -> None:
    names = Pseudonyms()
    clean = names.clean({"2305843009261519028": {"currentActivityHash": 82913930}, "2166136261": {}})
    assert list(clean.values()) == [{"currentActivityHash": 82913930}, {}]
    assert "2166136261" in clean
    assert "2305843009261519028" not in clean


def test_what_is_no_json_is_recorded_by_its_length() -> None:
    recording = Recording()
    recording.tell("www", "/GroupV2/881267/", 503, b"<html>Quiet Orbit</html>")
    whole = recording.whole(
        ["ok   clan 881267: Quiet Orbit", "fix  channel #news: x"], datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert whole["answers"][0]["body"] == {"not JSON": 24}
    assert "881267" not in str(whole)
    assert "Quiet" not in str(whole)
    assert "news" not in str(whole)
