"""CSV: the JSON's fields in their order, with a byte order mark, and no cell that a spreadsheet would run. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

_RUNS = re.compile("^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def sheet(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> bytes:
    """The whole file. Text and ids are quoted, numbers are not; lists and objects stand as JSON in their cell."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row[column]) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: Any) -> str | int | float:
    """One value. Text that a spreadsheet would take for a formula gets an apostrophe in front: names are strangers'."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if _RUNS.match(text) else text
