"""A time series as columns, with a white line where the span before stood."""

from __future__ import annotations

from math import ceil

from bot.domain.chart import Column, Columns
from bot.presenters.charts.canvas import EDGE, WIDE, Canvas
from bot.presenters.charts.figures import number
from bot.presenters.charts.frame import BOTTOM, ROOM, TOP, draw_frame
from bot.presenters.charts.words import fitted, known, width
from bot.presenters.palette import FAINT, HAW, HAW_DIM, MUTED, TEXT

_HIGH = 2.5
_LABELS = 0.3
_VALUES = 0.3
_VALUE, _LABEL = 12.0, 11.0
_FILLED = 0.78  # of a column's room
_WIDEST = 0.75  # inches, of a column
_APART = 0.15  # between two labels
_MARGIN = 0.05


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
    room = max(width(label, _LABEL) for label in labels) + _APART
    every = max(1, ceil(room / step))
    told = [place for place in range(len(series) - 1, -1, -every) if not _hides(place, highlight, room / step)]
    for place in told if highlight is None else [highlight, *told]:
        tone = TEXT if place == highlight else MUTED
        middle = _within(EDGE + step * (place + 0.5), width(labels[place], _LABEL))
        canvas.write(middle, y, labels[place], _LABEL, tone, align="center")


def _hides(place: int, highlight: int | None, columns: float) -> bool:
    """Whether a label there would touch the highlighted one's, or be it."""
    return highlight is not None and abs(place - highlight) < columns


def _within(middle: float, wide: float) -> float:
    """The centre moved so far that the word stays on the sheet; a little into the margin looks better than askew."""
    return min(max(middle, _MARGIN + wide / 2), WIDE - _MARGIN - wide / 2)
