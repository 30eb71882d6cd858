"""The top weapons as bars: colour by damage, an outlined square for an exotic, share and its change at the right."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.chart import WeaponBar, WeaponBars
from bot.presenters.charts.canvas import EDGE, WIDE, Canvas
from bot.presenters.charts.figures import change_tone, change_words, number, percent
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.charts.words import either, fitted, known, width
from bot.presenters.palette import DAMAGE, DOWN, EXOTIC, FAINT, MUTED, TEXT, UP

ROW = 0.37
_KEY = 0.34  # with the columns' heads
_BAR = 0.18
_NAME, _VALUE, _HEAD = 12.0, 11.5, 9.5
_START = 2.44  # where bars begin; names end before the squares at its left
_GAP = 0.1
_SHARE, _CHANGE = 0.72, 0.80  # widths of the columns, in inches
_TONES = {"up": UP, "down": DOWN, "same": FAINT}


@dataclass(frozen=True, slots=True)
class _Columns:
    """Right ends of the columns that are told, None for one that no row tells; `bars` is where bars and values end."""

    share: float | None
    change: float | None
    bars: float


def weapon_bars(chart: WeaponBars) -> bytes:
    """The PNG."""
    canvas = Canvas(TOP + _KEY + ROW * max(1, len(chart.rows)) + BOTTOM)
    draw_frame(canvas, chart.frame)
    columns = _columns(chart.rows)
    _key(canvas, chart.rows)
    _heads(canvas, columns, chart.unit)
    room = columns.bars - _START - _GAP - max((_value_width(row) for row in chart.rows), default=0.0)
    most = max((row.value for row in chart.rows), default=0)
    for place, row in enumerate(chart.rows):
        y = TOP + _KEY + ROW * (place + 0.5)
        length = room * row.value / most if most else 0.0
        _row(canvas, y, row, length, leads=place == chart.highlight)
        _cells(canvas, y, row, columns)
    return canvas.png()


def _columns(rows: tuple[WeaponBar, ...]) -> _Columns:
    end = WIDE - EDGE
    change = end if any(row.change is not None for row in rows) else None
    end -= _CHANGE if change else 0.0
    share = end if any(row.share is not None for row in rows) else None
    end -= _SHARE if share else 0.0
    return _Columns(share, change, end - _GAP if share or change else end)


def _key(canvas: Canvas, rows: tuple[WeaponBar, ...]) -> None:
    """A line of coloured squares and words, in the order met below."""
    x, y = EDGE, TOP + 0.13
    for damage in dict.fromkeys(row.damage for row in rows if row.damage is not None):
        canvas.block(x, y - 0.06, 0.12, 0.12, DAMAGE[damage])
        x = _key_word(canvas, x, y, damage.value.title())
    if any(row.exotic for row in rows):
        canvas.outline(x + 0.01, y - 0.05, 0.1, EXOTIC)
        _key_word(canvas, x, y, "Exotic")


def _key_word(canvas: Canvas, x: float, y: float, word: str) -> float:
    canvas.write(x + 0.18, y, word, 10.5, MUTED)
    return x + 0.18 + width(word, 10.5) + 0.24


def _heads(canvas: Canvas, columns: _Columns, unit: str) -> None:
    canvas.write(_START, TOP + 0.25, known(unit), _HEAD, FAINT)
    for end, word in ((columns.share, "share"), (columns.change, "change")):
        if end is not None:
            canvas.write(end, TOP + 0.25, word, _HEAD, FAINT, align="right")


def _row(canvas: Canvas, y: float, row: WeaponBar, length: float, *, leads: bool) -> None:
    name = fitted(either(row.name, row.code, bold=leads), _START - EDGE - 0.3, _NAME, bold=leads)
    canvas.write(EDGE, y, name, _NAME, TEXT, bold=leads)
    if row.exotic:
        canvas.outline(_START - 0.19, y - 0.045, 0.09, EXOTIC)
    if row.value > 0:
        length = max(length, 0.03)
        canvas.bar(_START, y - _BAR / 2, length, _BAR, DAMAGE[row.damage] if row.damage else FAINT)
    canvas.write(_START + length + (_GAP if length else 0.0), y, number(row.value), _VALUE, TEXT, bold=leads)


def _value_width(row: WeaponBar) -> float:
    return width(number(row.value), _VALUE, bold=True)


def _cells(canvas: Canvas, y: float, row: WeaponBar, columns: _Columns) -> None:
    if columns.share is not None:
        canvas.write(columns.share, y, percent(row.share), _VALUE, MUTED, align="right")
    if columns.change is not None:
        tone = _TONES[change_tone(row.change)]
        canvas.write(columns.change, y, change_words(row.change), _VALUE, tone, align="right")
