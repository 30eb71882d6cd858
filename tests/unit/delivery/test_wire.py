from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from bot.delivery.wire import Later, Malformed, Refused, Unknown, judge


def answer(status: int, code: int = 0) -> Exception:
    """What discord.py raises for such an answer."""
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    response: Any = SimpleNamespace(status=status, reason="Reason")
    return kind(response, {"code": code, "message": "Words"})


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (answer(403, 50013), Refused),
        (answer(404, 10003), Refused),
        (answer(400, 50006), Refused),
        (answer(400, 50008), Refused),
        (answer(400, 160005), Refused),
        (answer(400, 50035), Malformed),
        (answer(413), Malformed),
        (answer(500), Unknown),
        (answer(503), Unknown),
        (answer(401), Later),
        (answer(429), Later),
        (discord.RateLimited(40), Later),
        (TimeoutError(), Unknown),
        (ConnectionResetError(104, "reset"), Unknown),
        (aiohttp.ServerDisconnectedError(), Unknown),
    ],
    ids=repr,
)
def test_each_answer_has_one_meaning(error: Exception, outcome: type) -> None:
    assert type(judge(error)) is outcome


@pytest.mark.parametrize("status", [401, 429])
def test_a_refused_token_and_a_ban_pause_everything(status: int) -> None:
    judged = judge(answer(status))
    assert isinstance(judged, Later)
    assert judged.everywhere
    assert judged.seconds >= 300


def test_a_rate_limit_says_how_long() -> None:
    assert judge(discord.RateLimited(40)) == Later("Discord asks to wait.", 40)


def test_a_defect_of_ours_is_none_of_discords_answers() -> None:
    with pytest.raises(ValueError, match="ours"):
        judge(ValueError("ours"))
