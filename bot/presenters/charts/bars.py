"""Rows of name, bar and figure, with further figures in columns at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.presenters.charts.canvas import EDGE, WIDE, Canvas
from bot.presenters.charts.words import either, fitted, known, width
from bot.presenters.palette import EXOTIC, FAINT, TEXT
from bot.presenters.text import number

ROW = 0.37

_BAR = 0.18
_SHORTEST = 0.03  # of a bar that stands for something
_NAME, _VALUE, _HEAD = 12.0, 11.5, 9.5
_NAMES_LEAST, _NAMES_MOST = 1.7, 2.5  # inches for names: as many as the longest needs, within reason
_BEFORE_BARS = 0.3  # room for the square of an exotic
_GAP = 0.1


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column."""

    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row; `cells` are those of the columns, in their order.

    `part` of `value` is drawn in `part_colour`; `diamond` is the colour of a seal's mark before the bar.
    """

    name: str
    code: str
    value: int
    colour: str
    cells: tuple[Cell, ...] = ()
    exotic: bool = False
    diamond: str = ""
    part: int = 0
    part_colour: str = ""


@dataclass(frozen=True, slots=True)
class BarColumn:
    """A column at the right, `room` inches wide, its figures flush right."""

    head: str
    room: float


def draw_bars(
    canvas: Canvas, top: float, bars: Sequence[Bar], columns: Sequence[BarColumn], *, bold: int | None, unit: str = ""
) -> None:
    """The rows from `top` on, ROW inches each; heads stand just above, `unit` over the figure of the longest bar."""
    start = EDGE + _names_room(bars, bold) + _BEFORE_BARS
    end = WIDE - EDGE - sum(column.room for column in columns) - (_GAP if columns else 0.0)
    _heads(canvas, top - 0.09, end, columns, unit)
    room = end - start - _GAP - max((_value_room(bar) for bar in bars), default=0.0)
    most = max((bar.value for bar in bars), default=0)
    for place, bar in enumerate(bars):
        y = top + ROW * (place + 0.5)
        length = room * bar.value / most if most > 0 else 0.0
        _row(canvas, y, start, length, bar, bold=place == bold)
        _cells(canvas, y, bar, columns)


def _names_room(bars: Sequence[Bar], bold: int | None) -> float:
    widths = (width(_name(bar, place == bold), _NAME, bold=place == bold) for place, bar in enumerate(bars))
    return min(_NAMES_MOST, max(_NAMES_LEAST, *widths)) if bars else _NAMES_LEAST


def _name(bar: Bar, bold: bool) -> str:
    return either(bar.name, bar.code, bold=bold)


def _value_room(bar: Bar) -> float:
    return width(number(bar.value), _VALUE, bold=True)


def _heads(canvas: Canvas, y: float, bars_end: float, columns: Sequence[BarColumn], unit: str) -> None:
    if unit:
        canvas.write(bars_end, y, known(unit), _HEAD, FAINT, align="right")
    for end, column in zip(_ends(columns), columns, strict=True):
        canvas.write(end, y, column.head, _HEAD, FAINT, align="right")


def _row(canvas: Canvas, y: float, start: float, length: float, bar: Bar, *, bold: bool) -> None:
    name = fitted(_name(bar, bold), start - EDGE - _BEFORE_BARS, _NAME, bold=bold)
    canvas.write(EDGE, y, name, _NAME, TEXT, bold=bold)
    if bar.exotic:
        canvas.outline(start - 0.19, y - 0.045, 0.09, EXOTIC)
    if bar.diamond:
        canvas.diamond(start - 0.145, y, 0.06, bar.diamond)
    drawn = max(length, _SHORTEST) if bar.value > 0 else 0.0
    if drawn:
        canvas.bar(start, y - _BAR / 2, drawn, _BAR, bar.colour)
    if drawn and bar.part:
        canvas.bar(start, y - _BAR / 2, drawn * bar.part / bar.value, _BAR, bar.part_colour)
    canvas.write(start + drawn + (_GAP if drawn else 0.0), y, number(bar.value), _VALUE, TEXT, bold=bold)


def _cells(canvas: Canvas, y: float, bar: Bar, columns: Sequence[BarColumn]) -> None:
    for end, cell in zip(_ends(columns), bar.cells, strict=True):
        canvas.write(end, y, cell.words, _VALUE, cell.colour, align="right")


def _ends(columns: Sequence[BarColumn]) -> list[float]:
    """Where each column's figures end, from the left to the sheet's right edge."""
    return [WIDE - EDGE - sum(later.room for later in columns[place + 1 :]) for place in range(len(columns))]
