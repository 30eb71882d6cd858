"""Cursors: where the next part of a list begins, as text that means nothing to anyone else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from bot.errors import BadParameter

Value = TypeVar("Value")
_Table = Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{1,100}$")]
_Hash = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
_Id = Annotated[int, msgspec.Meta(gt=0, le=2**63 - 1)]


def after_clan(asked: Mapping[str, str]) -> int | None:
    """The group id that a cursor names: the last one already seen."""
    return _decode(asked, _Id)


def of_clan(group_id: int) -> str:
    return _encode(group_id)


def after_row(asked: Mapping[str, str]) -> tuple[int, int] | None:
    """What the cursor of a sorted list names: the last row already seen, and how many were seen up to and with it."""
    return _decode(asked, tuple[_Id, _Id])


def of_row(key: int, seen: int) -> str:
    return _encode((key, seen))


def before(asked: Mapping[str, str]) -> tuple[datetime, int] | None:
    """What the cursor of a list that runs back in time names: the oldest row already seen, as (time, id)."""
    found = _decode(asked, tuple[datetime, _Id])
    if found is None:
        return None
    try:
        return found[0].replace(tzinfo=found[0].tzinfo or UTC).astimezone(UTC), found[1]
    except OverflowError:  # the first or last day of the calendar, in a zone that leads out of it
        raise _malformed() from None


def of_time(when: datetime, key: int) -> str:
    return _encode((when, key))


def after_definition(asked: Mapping[str, str]) -> tuple[str, int] | None:
    """The definition that a cursor names, (table, hash): the last one already seen."""
    return _decode(asked, tuple[_Table, _Hash])


def of_definition(table: str, key: int) -> str:
    return _encode((table, key))


def _encode(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


def _decode(asked: Mapping[str, str], kind: type[Value]) -> Value | None:
    if "cursor" not in asked:
        return None
    try:
        text = asked["cursor"].encode("ascii")
        return msgspec.json.decode(base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)), type=kind)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise _malformed() from None


def _malformed() -> BadParameter:
    return BadParameter("cursor is malformed: take it from next_cursor of the answer before.")
