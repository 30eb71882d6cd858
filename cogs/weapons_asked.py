"""What an answer about weapons shows, as it is typed and as it stands in the ids of its controls."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from bot.domain.mode import BY_NUMBER, Mode
from bot.domain.weapon import Damage, Slot, WeaponSort
from bot.errors import BadParameter
from bot.presenters.text import safe_name

DAYS = {1: "Last 24 hours", 3: "Last 3 days", 7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 0: "All time"}
DEFAULT_DAYS = 30
DEFAULT_MODE = Mode.CRUCIBLE
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SLOTS = {"-": None, **{slot.value[0]: slot for slot in Slot}}
_DAMAGES = {"-": None, "k": Damage.KINETIC, "a": Damage.ARC, "s": Damage.SOLAR, "v": Damage.VOID,
            "i": Damage.STASIS, "t": Damage.STRAND}  # fmt: skip
_SORTS = {"k": WeaponSort.KILLS, "p": WeaponSort.PRECISION, "m": WeaponSort.MATCHES, "u": WeaponSort.PLAYERS}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SpanAsked:
    """One of three ways: `days` back (0: all time), UTC days from `since` to `until`, or a season's number."""

    days: int | None = DEFAULT_DAYS
    since: date | None = None
    until: date | None = None
    season: int | None = None

    @classmethod
    def typed(cls, days: int | None, since: str | None, until: str | None, season: int | None) -> Self:
        """What was typed. Raises BadParameter for more than one way, for what is no date, and for a span of nothing."""
        named = {"`days`": days, "`since`": since, "`until`": until, "`season`": season}
        given = [word for word, value in named.items() if value is not None]
        if not given:
            return cls()
        if len(given) > 1 and set(given) != {"`since`", "`until`"}:
            ways = f"{', '.join(given[:-1])} and {given[-1]}"
            raise BadParameter(
                f"{ways} say different spans. Give one of them: `days`, `since` with `until`, or `season`."
            )
        first, last = _date("since", since), _date("until", until)
        if first and last and first > last:
            raise BadParameter(f"`since` {first} lies after `until` {last}, so no match is in between. Swap them.")
        return cls(days, first, last, season)

    def code(self) -> str:
        """ "d30", "r<first>-<last>" in base 36, "n23": at most 12 characters."""
        if self.season is not None:
            return f"n{self.season}"
        if self.days is not None:
            return f"d{self.days}"
        return f"r{_day_code(self.since)}-{_day_code(self.until)}"

    @classmethod
    def decoded(cls, code: str) -> Self:
        if code[0] == "n":
            return cls(days=None, season=int(code[1:]))
        if code[0] == "d":
            return cls(days=int(code[1:]))
        first, last = (date.fromordinal(int(part, 36)) if part else None for part in code[1:].split("-"))
        return cls(days=None, since=first, until=last)

    def parameters(self) -> dict[str, str]:
        """As the dashboard is asked for it."""
        named = {"days": self.days, "since": self.since, "until": self.until, "season": self.season}
        return {name: str(value) for name, value in named.items() if value is not None}


def _date(name: str, typed: str | None) -> date | None:
    if typed is None:
        return None
    try:
        if _DATE.fullmatch(typed.strip()):
            return date.fromisoformat(typed.strip())
    except ValueError:
        pass  # the 31st of a month without one
    raise BadParameter(f"`{name}` “{safe_name(typed)}” is no day. Write it as YYYY-MM-DD, for example 2026-05-03.")


def _day_code(day: date | None) -> str:
    return base36(day.toordinal()) if day else ""


def base36(value: int) -> str:
    """ "0" for 0; 13 characters for the largest id of PostgreSQL."""
    digits = ""
    while value or not digits:
        value, rest = divmod(value, 36)
        digits = _DIGITS[rest] + digits
    return digits


def type_code(weapon_type: str) -> str:
    """A weapon type in eight characters, whatever the manifest calls it."""
    return f"{zlib.crc32(weapon_type.casefold().encode()):08x}"


@dataclass(frozen=True, slots=True)
class WeaponsAsked:
    """What is shown, and who may change it. `weapon_hash`: one weapon (/weapon), None for all of them (/weapons).

    `type_code` stands for a weapon type, "" for any.
    """

    group_id: int
    user_id: int
    span: SpanAsked = field(default_factory=SpanAsked)
    mode: Mode = DEFAULT_MODE
    membership_id: int | None = None
    type_code: str = ""
    slot: Slot | None = None
    damage: Damage | None = None
    sort: WeaponSort = WeaponSort.KILLS
    weapon_hash: int | None = None

    @staticmethod
    def template(kind: str) -> str:
        """The pattern of the ids of one kind of control."""
        return (
            rf"w:{kind}:(?P<group>[0-9a-z]{{1,13}}):(?P<user>[0-9a-z]{{1,13}}):(?P<member>[0-9a-z]{{0,13}})"
            r":(?P<span>d\d{1,5}|n\d{1,3}|r[0-9a-z]{0,5}-[0-9a-z]{0,5}):(?P<mode>\d{1,2})"
            r":(?P<slot>[-kep])(?P<damage>[-kasvit])(?P<sort>[kpmu]):(?P<type>[0-9a-f]{0,8}):(?P<weapon>[0-9a-z]{0,7})"
        )

    def custom_id(self, kind: str) -> str:
        """At most 86 of the 100 characters that Discord allows."""
        return ":".join(
            (
                "w",
                kind,
                base36(self.group_id),
                base36(self.user_id),
                base36(self.membership_id) if self.membership_id is not None else "",
                self.span.code(),
                str(self.mode.number),
                _letter(_SLOTS, self.slot) + _letter(_DAMAGES, self.damage) + _letter(_SORTS, self.sort),
                self.type_code,
                base36(self.weapon_hash) if self.weapon_hash is not None else "",
            )
        )

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(
            group_id=int(match["group"], 36),
            user_id=int(match["user"], 36),
            span=SpanAsked.decoded(match["span"]),
            mode=BY_NUMBER[int(match["mode"])],
            membership_id=int(match["member"], 36) if match["member"] else None,
            type_code=match["type"],
            slot=_SLOTS[match["slot"]],
            damage=_DAMAGES[match["damage"]],
            sort=_SORTS[match["sort"]],
            weapon_hash=int(match["weapon"], 36) if match["weapon"] else None,
        )

    @property
    def filtered(self) -> bool:
        """Whether more than mode and span narrow it."""
        return bool(self.membership_id or self.type_code or self.slot or self.damage)

    def of_type(self, weapon_type: str | None) -> Self:
        return replace(self, type_code=type_code(weapon_type) if weapon_type else "")

    def in_mode(self, number: int) -> Self:
        return replace(self, mode=BY_NUMBER[number])

    def over(self, days: int) -> Self:
        return replace(self, span=SpanAsked(days))

    def cleared(self) -> Self:
        """The same span and mode for the whole clan and all weapons; one weapon stays that weapon."""
        return replace(self, membership_id=None, type_code="", slot=None, damage=None)


def _letter(letters: Mapping[str, object], value: object) -> str:
    return next(letter for letter, meant in letters.items() if meant == value)
