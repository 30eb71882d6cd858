"""What a check found: one line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The first word of a line. skip: something that stands in another line kept it from being looked at."""

    OK = "ok"
    FIX = "fix"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` says what is there, what to do, or what has to be mended first."""

    mark: Mark
    check: str
    text: str

    @property
    def line(self) -> str:
        """The line as it is printed, whatever the text holds."""
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in self.text).split())
        return f"{self.mark.value:4} {self.check}: {text}"


def ok(check: str, text: str) -> Finding:
    return Finding(Mark.OK, check, text)


def fix(check: str, text: str) -> Finding:
    return Finding(Mark.FIX, check, text)


def skip(check: str, text: str) -> Finding:
    return Finding(Mark.SKIP, check, text)
