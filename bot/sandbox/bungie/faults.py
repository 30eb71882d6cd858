"""Faults that are switched on from outside: what is broken, for whom, and for how long."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

SUBSYSTEMS = ("all", "profile", "groups", "members", "manifest", "settings", "search", "history", "reports")
WIRE = ("html503", "error5", "error5_500", "code", "truncated", "reset", "half_open", "latency", "throttle")
ROSTER_LIES = ("lose_page", "empty", "stale", "short", "duplicate_row", "blind")
HISTORY_LIES = ("omit", "repeat", "late", "private", "empty", "stale", "short")
REPORT_LIES = (
    *("late", "gone", "contest", "changing", "swapped", "empty"),
    *("twice", "bare", "weaponless", "classless", "nameless"),
)
PROFILE_LIES = ("empty", "stale", "absent", "disabled", "flicker")
_BY_MATCH = {"history": ("omit", "late"), "reports": tuple(kind for kind in REPORT_LIES if kind != "swapped")}
"""Lies whose rate chooses by the match; all others are told to some of those who ask."""
LIES = tuple(dict.fromkeys(ROSTER_LIES + HISTORY_LIES + REPORT_LIES + PROFILE_LIES))
_PATHS = (
    ("members", re.compile(r"/Platform/GroupV2/\d+/Members/")),
    ("groups", re.compile(r"/Platform/GroupV2/")),
    ("manifest", re.compile(r"/Platform/Destiny2/Manifest/|/common/destiny2_content/json/")),
    ("settings", re.compile(r"/Platform/Settings/")),
    ("reports", re.compile(r"/Platform/Destiny2/Stats/PostGameCarnageReport/")),
    ("search", re.compile(r"/Platform/Destiny2/SearchDestinyPlayerByBungieName/")),
    ("history", re.compile(r"/Platform/Destiny2/\d+/Account/")),
    ("profile", re.compile(r"/Platform/Destiny2/-?\d+/Profile/")),
)


_NUMBERS = (
    *("times", "seconds", "code", "status", "throttle_seconds", "delay", "page", "count", "back", "rate", "every"),
    *("component", "hash"),
)


class FaultError(ValueError):
    """A fault that makes no sense; the message names the key."""


@dataclass
class Fault:
    """`times` answers or `seconds` of clock are wrong, whichever ends first; without both, until it is cleared.

    options: code and status (code), throttle_seconds and retry_after (throttle), delay in seconds (latency),
    page and variant "early" or "missing" (lose_page), count and total "short" (short), back (stale).
    component: which one of a profile is absent or disabled (800). hash: the collectible that flickers, else all that
    are owned: they are told as never acquired.
    rate: the share of answers that is wrong; for lies about matches the share of matches, always the same ones.
    Lies about matches have more, which match_lies.py tells: delay, every, count, player, salt.
    """

    subsystem: str
    kind: str
    times: int | None = None
    seconds: float | None = None
    membership_id: str | None = None
    group_id: str | None = None
    instance_id: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    began: float = 0.0
    hits: int = 0

    def live(self, now: float) -> bool:
        used_up = self.times is not None and self.hits >= self.times
        return not used_up and (self.seconds is None or now - self.began < self.seconds)

    def meets(self, path: str) -> bool:
        ids = [wanted for wanted in (self.membership_id, self.group_id, self.instance_id) if wanted]
        named = all(f"/{wanted}/" in path for wanted in ids)
        return named and self.subsystem in ("all", subsystem_of(path))

    def option(self, name: str, default: Any) -> Any:
        return self.options.get(name, default)

    def show(self) -> dict[str, Any]:
        shown = {"subsystem": self.subsystem, "fault": self.kind, "times": self.times, "seconds": self.seconds}
        ids = {"membership_id": self.membership_id, "group_id": self.group_id, "instance_id": self.instance_id}
        return {k: v for k, v in (shown | ids).items() if v is not None} | self.options | {"hits": self.hits}


def subsystem_of(path: str) -> str:
    """Which part of Bungie.net answers this path; "other" for what has no name."""
    return next((name for name, pattern in _PATHS if pattern.match(path)), "other")


def parse_fault(body: dict[str, Any], now: float) -> Fault:
    """A fault from the control API's JSON: {subsystem, fault, times | seconds, membership_id?, group_id?, ...}."""
    rest = dict(body)
    subsystem, kind = rest.pop("subsystem", "all"), rest.pop("fault", None)
    if subsystem not in SUBSYSTEMS:
        raise FaultError(f"subsystem: one of {', '.join(SUBSYSTEMS)}")
    if kind not in WIRE + LIES:
        raise FaultError(f"fault: one of {', '.join(WIRE + LIES)}")
    if kind == "code" and "code" not in rest:
        raise FaultError("code: the number of an error code")
    for name in _NUMBERS:
        if not isinstance(rest.get(name, 0), int | float):
            raise FaultError(f"{name}: a number")
    times, seconds = rest.pop("times", None), rest.pop("seconds", None)
    member, group, instance = (_text(rest.pop(f"{name}_id", None)) for name in ("membership", "group", "instance"))
    return Fault(subsystem, kind, times, seconds, member, group, instance, options=rest, began=now)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class Faults:
    """The faults that are on. `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all: list[Fault] = []
        self._dice = Random(1)

    def add(self, body: dict[str, Any]) -> Fault:
        fault = parse_fault(body, self._now())
        self._all.append(fault)
        return fault

    def clear(self) -> None:
        self._all.clear()

    def active(self) -> list[Fault]:
        self._all = [fault for fault in self._all if fault.live(self._now())]
        return list(self._all)

    def take(self, path: str) -> list[Fault]:
        """The faults that this request meets; each counts as used once."""
        met = [fault for fault in self.active() if fault.meets(path) and self._struck(fault, path)]
        for fault in met:
            fault.hits += 1
        return met

    def _struck(self, fault: Fault, path: str) -> bool:
        """Whether dice choose this answer, where it is for dice to choose."""
        by_match = fault.kind in _BY_MATCH.get(subsystem_of(path), ())
        return by_match or self._dice.random() < float(fault.option("rate", 1.0))
