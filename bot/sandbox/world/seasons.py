"""Seasons: the real ones, then made-up ones of half a year each, up to one that has not begun yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.sandbox import facts
from bot.sandbox.world.rows import stamp

_LENGTH = timedelta(weeks=26)
_NAMES = ("Season of Glass", "Season of the Tide", "Season of Embers", "Season of the Lantern", "Season of Rust")


def seasons_of(now: datetime, turns: Sequence[datetime] = ()) -> list[facts.Row]:
    """Rows as in the facts, oldest first; the last has not begun. At each of `turns` one ended before its time."""
    rows = [dict(row) for row in facts.rows("seasons")]
    for turn in turns:
        _until(rows, turn)
        _turn(rows, turn)
    _until(rows, now)
    return rows


def current_season(rows: Sequence[facts.Row], now: datetime) -> facts.Row:
    """The one that has begun last."""
    return [row for row in rows if "startDate" in row and _moment(row["startDate"]) <= now][-1]


def _until(rows: list[facts.Row], now: datetime) -> None:
    """Add seasons until one begins after `now`."""
    while _moment(rows[-1]["startDate"]) <= now:
        last = rows[-1]
        number = last["seasonNumber"] + 1
        start = _moment(last["endDate"])
        rows.append(
            {
                "hash": 3_300_000_000 + number,
                "name": _NAMES[number % len(_NAMES)],
                "seasonNumber": number,
                "startDate": last["endDate"],
                "endDate": stamp(start + _LENGTH),
            }
        )


def _turn(rows: list[facts.Row], turn: datetime) -> None:
    """The season that is on at `turn` ends then, and the one after it begins."""
    current = current_season(rows, turn)
    following = rows[rows.index(current) + 1]
    current["endDate"] = following["startDate"] = stamp(turn)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
