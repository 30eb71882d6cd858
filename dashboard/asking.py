"""What a request asks for: parameters read by name, everything else refused by name. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.errors import BadParameter

ALL = "all"
LIMIT = 500
_ID = re.compile(r"[1-9][0-9]{0,18}")
_LOST_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:?[0-9]{2}$)(?<=:[0-9]{2} )")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BIGINT = 2**63
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_CLOCK_SKEW = timedelta(minutes=1)
_SHOWN = 40

Word = TypeVar("Word", bound=StrEnum)


class _Args(Protocol):
    def keys(self) -> object: ...
    def getlist(self, key: str, /) -> list[str]: ...


def given(args: _Args, *known: str) -> dict[str, str]:
    """The query string as a dict. Raises BadParameter for a name that isn't known, or one that is given twice."""
    found: dict[str, str] = {}
    for name in list(args.keys()):  # type: ignore[call-overload]  # werkzeug's keys() is an iterator of str
        if name not in known:
            told = f"known here are {', '.join(known)}" if known else "there are none at this address"
            raise BadParameter(f"Unknown parameter {_quote(name)}: {told}.")
        values = args.getlist(name)
        if len(values) > 1:
            raise BadParameter(f"{name} is given {len(values)} times: once is enough.")
        found[name] = values[0]
    return found


def word(asked: Mapping[str, str], name: str, words: type[Word]) -> Word | None:
    """One of an enum's words, None where it isn't asked for."""
    if name not in asked:
        return None
    try:
        return words(asked[name])
    except ValueError:
        raise _bad(asked, name, f"one of {', '.join(words)}") from None


def words(asked: Mapping[str, str], name: str, among: type[Word]) -> tuple[Word, ...]:
    """Words separated by commas, () where it isn't asked for."""
    if name not in asked:
        return ()
    try:
        return tuple(dict.fromkeys(among(part) for part in asked[name].split(",")))
    except ValueError:
        raise _bad(asked, name, f"one of {', '.join(among)}, or several with commas") from None


def boolean(asked: Mapping[str, str], name: str) -> bool | None:
    """1, 0, true or false; None where it isn't asked for."""
    if name not in asked:
        return None
    if asked[name] not in _BOOLEANS:
        raise _bad(asked, name, "1, 0, true or false")
    return _BOOLEANS[asked[name]]


def limit(asked: Mapping[str, str], default: int = LIMIT) -> int:
    """How many rows at most: 1 to 500."""
    text = asked.get("limit", str(default))
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LIMIT:
        raise _bad(asked, "limit", f"a number from 1 to {LIMIT}")
    return int(text)


def moment(asked: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    """A time in ISO 8601 that lies in the past; UTC where it names no zone, midnight where it is a day."""
    if name not in asked:
        return None
    # A plus sign that was not escaped arrives as a space.
    try:
        time = datetime.fromisoformat(_LOST_PLUS.sub("+", asked[name]))
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(asked, name, "a time like 2026-05-03T18:00:00Z") from None
    if time > now + _CLOCK_SKEW:
        raise _bad(asked, name, "a time that has passed")
    return time


def day(asked: Mapping[str, str], name: str) -> date | None:
    """A UTC day, None where it isn't asked for."""
    if name not in asked:
        return None
    try:
        if _DAY.fullmatch(asked[name]):
            return date.fromisoformat(asked[name])
    except ValueError:
        pass  # no such day, as 30 February
    raise _bad(asked, name, "a day like 2026-05-03")


def whole(asked: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """A whole number within bounds, None where it isn't asked for."""
    if name not in asked:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", asked[name]) or not least <= int(asked[name]) <= most:
        raise _bad(asked, name, f"a number from {least} to {most}")
    return int(asked[name])


def text(asked: Mapping[str, str], name: str) -> str:
    """Free text; an empty form field counts as not asked."""
    return asked.get(name, "").strip()


def group_id(value: str) -> int | None:
    """The clan in a path: its id, None for `all`."""
    return (
        None if value == ALL else number_id(value, "group_id", "a clan's id is the number in its address on bungie.net")
    )


def number_id(value: str, name: str, hint: str) -> int:
    """A positive 64-bit id."""
    if not _ID.fullmatch(value) or int(value) >= _BIGINT:
        raise BadParameter(f"{name} {_quote(value)} is malformed: {hint}.")
    return int(value)


def weapon_hash(value: str) -> int:
    """The weapon in a path, by item hash."""
    return a_hash(value, "weapon_hash", "an item hash")


def a_hash(value: str, name: str, what: str) -> int:
    """A hash in a path: an unsigned 32-bit number."""
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= 2**32:
        raise BadParameter(f"{name} {_quote(value)} is malformed: {what} is a number below 4294967296.")
    return int(value)


def _bad(asked: Mapping[str, str], name: str, wanted: str) -> BadParameter:
    return BadParameter(f"{name}={_quote(asked.get(name, ''))} is not known: it must be {wanted}.")


def _quote(value: str) -> str:
    """The value as a reader may see it: printable, and no longer than it must be."""
    short = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return ascii(short) if not short.isprintable() else f"'{short}'"
