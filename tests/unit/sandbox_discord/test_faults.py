"""Faults and rate limits: which requests they meet, and how often. No sockets."""

from __future__ import annotations

import pytest

from bot.sandbox.discord.faults import Fault, Faults, fault_from
from bot.sandbox.discord.ratelimit import GLOBAL_PER_SECOND, RateLimiter
from bot.sandbox.discord.wire import ApiError

MESSAGES = "/api/v10/channels/{channel_id}/messages"


def test_a_fault_is_used_up() -> None:
    faults = Faults()
    faults.add(Fault("500", times=2))
    assert [bool(faults.take("GET", "/gateway")) for _ in range(3)] == [True, True, False]
    assert faults.active == []


@pytest.mark.parametrize(
    ("fault", "meets"),
    [
        (Fault("500"), True),
        (Fault("500", channel_id="5"), True),
        (Fault("500", channel_id="6"), False),
        (Fault("500", method="GET"), False),
        (Fault("500", path="/messages$"), True),
        (Fault("500", path="^/interactions"), False),
        (Fault("500", times=0), False),
    ],
)
def test_a_fault_meets_what_it_names(fault: Fault, meets: bool) -> None:
    assert fault.meets("POST", "/channels/5/messages") is meets


def test_numbers_name_faults_too_and_unknown_ones_are_refused() -> None:
    assert fault_from({"fault": 429, "times": 3}).fault == "429"
    for wrong in ({"fault": "flood"}, {"fault": 429, "often": 3}, {}):
        with pytest.raises(ApiError):
            fault_from(wrong)


def test_a_channel_takes_five_messages_in_five_seconds_and_another_has_its_own_count() -> None:
    rates = RateLimiter()
    verdicts = [rates.check("POST", MESSAGES, {"channel_id": "1"}) for _ in range(6)]
    assert [verdict.headers["X-RateLimit-Remaining"] for verdict in verdicts] == ["4", "3", "2", "1", "0", "0"]
    assert [verdict.retry_after is None for verdict in verdicts] == [True] * 5 + [False]
    assert 4 < (verdicts[5].retry_after or 0) <= 5
    other = rates.check("POST", MESSAGES, {"channel_id": "2"})
    assert other.retry_after is None
    assert other.headers["X-RateLimit-Bucket"] == verdicts[0].headers["X-RateLimit-Bucket"]


def test_the_global_limit_spares_interactions() -> None:
    rates = RateLimiter()
    for number in range(GLOBAL_PER_SECOND):
        assert rates.check("GET", f"/api/v10/{number}", {}).retry_after is None
    over = rates.check("GET", "/api/v10/users/@me", {})
    assert (over.scope, over.retry_after is not None) == ("global", True)
    callback = "/api/v10/interactions/{interaction_id}/{token}/callback"
    assert rates.check("POST", callback, {}).retry_after is None
