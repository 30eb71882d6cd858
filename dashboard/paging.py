"""One part of a list, and where the next one begins. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dashboard import cursor

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """The rows of one answer, and the cursor of the next.

    `start` rows stand before them; `found` counts the rows of all answers together.
    """

    rows: tuple[Row, ...]
    start: int
    found: int
    next_cursor: str | None


def part(rows: Sequence[Row], key: Callable[[Row], int], after: tuple[int, int] | None, limit: int) -> Part[Row]:
    """From behind the cursor on, at most `limit` rows. `key` is what a cursor knows a row by: a positive 64-bit id."""
    start = _start(rows, key, after)
    end = start + limit
    found = tuple(rows[start:end])
    return Part(found, start, len(rows), cursor.of_row(key(found[-1]), end) if end < len(rows) else None)


def _start(rows: Sequence[Row], key: Callable[[Row], int], after: tuple[int, int] | None) -> int:
    """Behind the row last seen; where it stood when it is gone, since the others moved up by one."""
    if after is None:
        return 0
    last, seen = after
    found = (place for place, row in enumerate(rows, start=1) if key(row) == last)
    return next(found, seen - 1)
