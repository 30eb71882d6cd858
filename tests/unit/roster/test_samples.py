"""Recorded answers of the real Bungie.net through decoding and into a reading."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from bot.bungie.decode_profile import profile
from bot.domain.profile import Profile
from bot.domain.reading import Reading
from bot.ingest.roster.absorb import absorb
from bot.ingest.roster.due import BASIC, RECORDS
from tests.unit.roster.make import NOON, minutes


def decoded(response: Any, components: frozenset[int]) -> Profile:
    return profile(msgspec.Raw(json.dumps(response).encode()), 3, 1, components)


def quoted(samples: Path, name: str) -> Any:
    return json.loads((samples / "misc" / "quoted-responses.json").read_text("utf-8"))[name]["body"]


def test_a_recorded_profile_tells_power_and_characters(samples: Path) -> None:
    recorded = json.loads((samples / "profile" / "profile-2021-05-28.json").read_text("utf-8-sig"))
    response = recorded.get("Response", recorded)
    told = decoded(response, frozenset({200}))
    reading = absorb(Reading(), told, NOON, is_online=False)
    lights = [row["light"] for row in response["characters"]["data"].values()]
    assert reading.portrait.power == max(lights)
    assert len(reading.characters) == len(lights)
    assert reading.portrait.triumph_score is None
    assert not reading.portrait.private


def test_a_hidden_progression_is_private_the_second_time(samples: Path) -> None:
    hidden = decoded(quoted(samples, "private_progression_profile")["Response"], BASIC | {RECORDS})
    once = absorb(Reading(), hidden, NOON, is_online=False)
    assert not once.portrait.private
    assert absorb(once, hidden, NOON + minutes(3), is_online=False).portrait.private


def test_an_activity_that_stuck_for_17_hours_is_no_play(samples: Path) -> None:
    stuck = quoted(samples, "character_activities_stuck")
    told = decoded(
        {"characterActivities": {"data": {"2305843009261738332": stuck}, "privacy": 2}}, frozenset({204, 1000})
    )
    assert told.activity is not None
    later = told.activity.started_at + timedelta(hours=17)
    assert told.activity.activity_hash == stuck["currentActivityHash"]
    assert not absorb(Reading(), told, later, is_online=False).playing
    assert absorb(Reading(), told, later, is_online=True).playing
