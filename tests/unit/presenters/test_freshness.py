from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.status import BungieStatus, LoopStatus
from bot.presenters.freshness import NOT_READ_YET, last_line, roster_as_of, why_stale

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
UP = BungieStatus("up", None, 0.1)
DOWN = BungieStatus("down", NOW - timedelta(hours=3), 0.0)


def test_data_is_on_time_for_three_intervals() -> None:
    assert why_stale(NOW - timedelta(seconds=540), 180, UP, NOW) is None
    assert why_stale(NOW - timedelta(seconds=541), 180, UP, NOW) is not None


def test_old_data_says_its_age_and_the_cause() -> None:
    sentence = why_stale(NOW - timedelta(hours=3), 180, DOWN, NOW)
    assert sentence is not None
    assert "3 h old" in sentence
    assert "Bungie.net is down since 09:00 UTC." in sentence


def test_fresh_data_is_stale_while_bungie_is_down() -> None:
    assert why_stale(NOW, 180, DOWN, NOW) is not None


def test_a_cause_of_another_day_bears_its_date() -> None:
    down = BungieStatus("down", NOW - timedelta(days=1), 0.0)
    assert "2 May 2026 12:00 UTC" in (why_stale(NOW - timedelta(days=1), 180, down, NOW) or "")


def test_what_was_never_read_says_so() -> None:
    assert why_stale(None, 180, UP, NOW) == NOT_READ_YET


def test_the_last_line_of_an_answer() -> None:
    fresh = last_line("Roster", NOW - timedelta(seconds=60), 180, UP, NOW, "62 members", "quiet-orbit.example/roster")
    assert fresh == f"-# Roster <t:{int(NOW.timestamp()) - 60}:R> · 62 members · quiet-orbit.example/roster"
    stale = last_line("Roster", NOW - timedelta(hours=5), 180, DOWN, NOW, "62 members", "")
    assert stale == f"-# ⚠ 5 h old: Bungie.net is down since <t:{int(NOW.timestamp()) - 10800}:t> · 62 members"
    assert last_line("Roster", None, 180, UP, NOW) == "-# ⚠ Roster not read yet"
    late = last_line("Roster", NOW - timedelta(hours=1), 180, UP, NOW)
    assert late.startswith("-# ⚠ Roster 1 h old: no reading has succeeded since <t:")


def profiles(good: timedelta, verdict: str = "done") -> LoopStatus:
    """The roster loop, whose last good run ended that long ago."""
    return LoopStatus("roster", 180, NOW, NOW, NOW - good, verdict, "", None, None)


def test_a_roster_is_as_old_as_its_profiles_when_those_are_late() -> None:
    members_at = NOW - timedelta(seconds=60)
    assert roster_as_of(members_at, profiles(timedelta(minutes=9)), NOW) == members_at
    assert roster_as_of(members_at, profiles(timedelta(hours=5), "skipped"), NOW) == NOW - timedelta(hours=5)
    assert roster_as_of(members_at, profiles(timedelta(hours=5), "partial"), NOW) == members_at
    assert roster_as_of(members_at, None, NOW) == members_at
    assert roster_as_of(None, profiles(timedelta(hours=5)), NOW) is None
    older = NOW - timedelta(hours=7)
    assert roster_as_of(older, profiles(timedelta(hours=5)), NOW) == older
