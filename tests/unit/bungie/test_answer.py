"""Every answer has one meaning: the body's first, the status' where there is no body to speak of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.bungie.answer import judge, meaning
from bot.bungie.codes import MEANINGS, Meaning
from bot.errors import (
    BungieError,
    KeyRefused,
    NotThere,
    NotYet,
    OurMistake,
    Private,
    Throttled,
    Unavailable,
)

# The table of Bungie.net's error codes, row by row: codes, the error they become, whether asking again at once helps.
TABLE: list[tuple[tuple[int, ...], type[BungieError], bool]] = [
    ((5,), Unavailable, False),
    ((7, 8, 9, 18, 19, 30), OurMistake, False),
    ((11, 21), NotThere, False),
    ((12,), NotYet, False),
    ((31, 35, 36, 37), Throttled, False),
    ((51,), Throttled, False),
    ((54, 55, 56, 57), Throttled, False),
    ((1672,), Throttled, False),
    ((2, 3, 27, 38), Unavailable, True),
    ((1618,), Unavailable, True),
    ((1626, 1643, 1651, 1652, 1688), Unavailable, True),
    ((1600, 1602, 1603, 1604, 1605, 1628), Unavailable, True),
    ((217,), NotThere, False),
    ((1601,), NotThere, False),
    ((1620,), NotThere, False),
    ((1653,), NotYet, False),
    ((1665,), Private, False),
    ((1670, 1682), Private, False),
    ((622, 686), NotThere, False),
    ((2101, 2102, 2103), KeyRefused, False),
    ((2107,), KeyRefused, False),
    ((2105, 2108, 99), OurMistake, False),
]
ROWS = [(code, error, passing) for codes, error, passing in TABLE for code in codes]


def envelope(code: int, **more: object) -> bytes:
    return json.dumps({"ErrorCode": code, "ThrottleSeconds": 0, "ErrorStatus": "Name", "Message": "m", **more}).encode()


@pytest.mark.parametrize(("code", "error", "passing"), ROWS, ids=[str(row[0]) for row in ROWS])
@pytest.mark.parametrize("status", [200, 400, 500, 503])
def test_an_error_code_means_the_same_whatever_the_status(
    code: int, error: type[BungieError], passing: bool, status: int
) -> None:
    with pytest.raises(error) as caught:
        judge(status, {}, envelope(code))
    assert type(caught.value) is error
    assert caught.value.code == code
    assert getattr(caught.value, "passing", False) is passing
    assert str(code) in str(caught.value)


def test_every_code_of_ours_stands_in_the_table_and_the_other_way_round() -> None:
    assert {row[0] for row in ROWS} | {1} == set(MEANINGS)


def test_every_code_of_ours_is_bungies(samples: Path) -> None:
    document = json.loads((samples / "bungie-openapi.json").read_bytes())
    codes = document["components"]["schemas"]["Exceptions.PlatformErrorCodes"]["x-enum-values"]
    assert {int(row["numericValue"]) for row in codes} >= set(MEANINGS)


def test_success_is_error_code_1_whatever_the_status() -> None:
    assert bytes(judge(500, {}, envelope(1, Response={"a": [1]}))) in (b'{"a": [1]}', b'{"a":[1]}')


def test_an_unknown_code_is_an_outage() -> None:
    with pytest.raises(Unavailable) as caught:
        judge(200, {}, envelope(98765))
    assert not caught.value.passing


@pytest.mark.parametrize("response", [{}, {"Response": None}])
def test_success_without_a_response_is_an_outage(response: dict[str, None]) -> None:
    with pytest.raises(Unavailable):
        judge(200, {}, envelope(1, **response))


@pytest.mark.parametrize(
    ("status", "body", "passing"),
    [
        (200, b"", True),
        (200, b"   ", True),
        (200, envelope(1, Response={"members": [1, 2, 3]})[:40], True),
        (200, b"<!DOCTYPE html><title>Destiny</title>", True),
        (503, b"<html>The service is temporarily unavailable.</html>", True),
        (522, b"<html>Connection timed out</html>", True),
        (403, b"<html>Sorry, you have been blocked</html>", False),
        (301, b"<html>Moved</html>", False),
        (404, b"<html>Not found</html>", False),
        (500, b'{"message": "no envelope"}', True),
        (200, b"[1, 2]", True),
        (200, b'{"ErrorCode": "one"}', True),
        (200, b"\xff\xfe{", True),
    ],
)
def test_what_is_no_envelope_is_an_outage(status: int, body: bytes, passing: bool) -> None:
    with pytest.raises(Unavailable) as caught:
        judge(status, {}, body)
    assert caught.value.passing is passing
    assert caught.value.code == 0
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    ("said", "headers", "seconds"),
    [
        (10, {}, 10),
        (0, {}, 2),
        (0, {"Retry-After": "7"}, 7),
        (30, {"Retry-After": "7"}, 30),
        (1, {"Retry-After": "x"}, 2),
        (0, {"Retry-After": "inf"}, 86400),
        (10**12, {}, 86400),
    ],
)
def test_a_throttle_lasts_as_long_as_body_or_header_say(said: int, headers: dict[str, str], seconds: float) -> None:
    with pytest.raises(Throttled) as caught:
        judge(200, headers, envelope(51, ThrottleSeconds=said))
    assert caught.value.seconds == seconds


def test_429_without_an_envelope_is_a_throttle() -> None:
    with pytest.raises(Throttled) as caught:
        judge(429, {"Retry-After": "12"}, b"<html>Too many requests</html>")
    assert caught.value.seconds == 12


@pytest.mark.parametrize("word", [word for word in Meaning if word is not Meaning.OK])
def test_every_error_is_counted_under_its_own_word(word: Meaning) -> None:
    code = next(code for code, found in MEANINGS.items() if found is word)
    with pytest.raises(BungieError) as caught:
        judge(200, {}, envelope(code))
    assert meaning(caught.value) is word


def test_the_quoted_errors_of_the_real_bungie_net(samples: Path) -> None:
    quoted = json.loads((samples / "misc" / "quoted-responses.json").read_bytes())
    expected = {
        "system_disabled": Unavailable,
        "unexpected_error": Unavailable,
        "account_not_found": NotThere,
        "cannot_resolve_account": NotThere,
        "origin_mismatch": KeyRefused,
    }
    for name, error in expected.items():
        with pytest.raises(error):
            judge(
                quoted[name].get("http", 200),
                quoted[name].get("headers", {}),
                json.dumps(quoted[name]["body"]).encode(),
            )
