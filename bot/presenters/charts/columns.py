"""A time series as columns, with a white line where the span before stood."""

from __future__ import annotations

from math import ceil

from bot.domain.chart import Column, Columns
from bot.presenters.charts.canvas import EDGE, Canvas
from bot.presenters.charts.frame import BOTTOM, ROOM, TOP, draw_frame
from bot.presenters.charts.words import fitted, known, width
from bot.presenters.palette import FAINT, HAW, HAW_DIM, MUTED, TEXT
from bot.presenters.text import number

_HIGH = 2.5
_LABELS = 0.3
_VALUES = 0.34
_VALUE, _LABEL = 12.0, 11.0
_FILLED = 0.78  # of a column's room
_WIDEST = 0.75  # inches, of a column
_APART = 0.15  # between two labels


def columns(chart: Columns) -> bytes:
    """The PNG."""
    canvas = Canvas(TOP + _HIGH + BOTTOM)
    draw_frame(canvas, chart.frame)
    draw_columns(canvas, TOP, _HIGH, chart.columns, chart.highlight)
    return canvas.png()


def draw_columns(canvas: Canvas, top: float, height: float, series: tuple[Column, ...], highlight: int | None) -> None:
    """Columns with their numbers where they have room, and else the number of the highlighted one; labels below."""
    if not series:
        return
    step = ROOM / len(series)
    most = max(1, *(max(column.value, column.before or 0) for column in series))
    floor = top + height - _LABELS
    tall = (height - _LABELS - _VALUES) / most
    for place, column in enumerate(series):
        middle = EDGE + step * (place + 0.5)
        _column(canvas, middle, floor, tall, column, min(_WIDEST, step * _FILLED), bright=place == highlight)
    _numbers(canvas, floor, tall, series, highlight)
    _labels(canvas, floor + _LABELS * 0.6, series, highlight)


def _column(
    canvas: Canvas, middle: float, floor: float, tall: float, column: Column, wide: float, *, bright: bool
) -> None:
    if column.value > 0:
        high = max(0.02, column.value * tall)
        canvas.block(middle - wide / 2, floor - high, wide, high, HAW if bright else HAW_DIM)
    else:
        canvas.block(middle - wide / 2, floor - 0.01, wide, 0.01, FAINT)
    if column.before is not None:
        canvas.block(middle - wide * 0.58, floor - column.before * tall - 0.0125, wide * 1.16, 0.025, TEXT)


def _numbers(canvas: Canvas, floor: float, tall: float, series: tuple[Column, ...], highlight: int | None) -> None:
    """Over every column, or over the highlighted one alone where they would touch."""
    step = ROOM / len(series)
    all_fit = all(width(number(column.value), _VALUE, bold=True) + _APART / 2 <= step for column in series)
    for place, column in enumerate(series):
        if not all_fit and place != highlight:
            continue
        high = max(column.value, column.before or 0) * tall
        words = number(column.value)
        middle = _within(EDGE + step * (place + 0.5), width(words, _VALUE, bold=True))
        canvas.write(middle, floor - high - 0.14, words, _VALUE, TEXT, bold=place == highlight, align="center")


def _labels(canvas: Canvas, y: float, series: tuple[Column, ...], highlight: int | None) -> None:
    """The highlighted one's, and as many others as have room, at even distances from the last one on."""
    step = ROOM / len(series)
    labels = [fitted(known(column.label), ROOM / 2, _LABEL) for column in series]
    wide = [width(label, _LABEL) + _APART for label in labels]
    moved = max(0.0, (wide[-1] - _APART - step) / 2)  # the last one, so that it ends at the edge
    wanted = range(len(series) - 1, -1, -max(1, ceil((max(wide) + moved) / step)))
    told: list[tuple[float, float]] = []
    for place in wanted if highlight is None else [highlight, *wanted]:
        middle = _within(EDGE + step * (place + 0.5), wide[place] - _APART)
        if all(abs(middle - other) >= (wide[place] + room) / 2 for other, room in told):
            told.append((middle, wide[place]))
            tone = TEXT if place == highlight else MUTED
            canvas.write(middle, y, labels[place], _LABEL, tone, align="center")


def _within(middle: float, wide: float) -> float:
    """The centre moved so far that the word ends where the sheet's other words do."""
    return min(max(middle, EDGE + wide / 2), EDGE + ROOM - wide / 2)
