"""Who is best with a weapon: one bar a member."""

from __future__ import annotations

from bot.domain.chart import PlayerBar, PlayerBars
from bot.presenters.charts.canvas import EDGE, WIDE, Canvas
from bot.presenters.charts.figures import NOTHING, number, whole_percent
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.charts.words import either, fitted, width
from bot.presenters.palette import FAINT, HAW, HAW_DIM, MUTED, TEXT

ROW = 0.37
HEADS = 0.24
_BAR = 0.18
_NAME, _VALUE, _HEAD = 12.0, 11.5, 9.5
_START = 2.3
_GAP = 0.1
_MATCHES, _PRECISION = 0.8, 0.85


def player_bars(chart: PlayerBars) -> bytes:
    """The PNG."""
    canvas = Canvas(TOP + players_height(chart.rows) + BOTTOM)
    draw_frame(canvas, chart.frame)
    draw_players(canvas, TOP, chart.rows, chart.highlight)
    return canvas.png()


def players_height(rows: tuple[PlayerBar, ...]) -> float:
    """Inches that draw_players takes."""
    return HEADS + ROW * max(1, len(rows))


def draw_players(canvas: Canvas, top: float, rows: tuple[PlayerBar, ...], highlight: int | None) -> None:
    """Names, bars with kills, and at the right precision and matches as far as they are told."""
    ends = _column_ends(canvas, top, rows)
    most = max((row.kills for row in rows), default=0)
    room = _bars_end(rows) - _START - _GAP - max((_value_width(row) for row in rows), default=0.0)
    for place, row in enumerate(rows):
        y = top + HEADS + ROW * (place + 0.5)
        leads = place == highlight
        _row(canvas, y, row, room * row.kills / most if most else 0.0, leads=leads)
        for end, words in zip(ends, _cells(row), strict=True):
            if end is not None:
                canvas.write(end, y, words, _VALUE, MUTED, align="right")


def _row(canvas: Canvas, y: float, row: PlayerBar, length: float, *, leads: bool) -> None:
    name = fitted(either(row.name, row.code, bold=leads), _START - EDGE - _GAP, _NAME, bold=leads)
    canvas.write(EDGE, y, name, _NAME, TEXT, bold=leads)
    if row.kills > 0:
        length = max(length, 0.03)
        canvas.bar(_START, y - _BAR / 2, length, _BAR, HAW if leads else HAW_DIM)
    canvas.write(_START + length + (_GAP if length else 0.0), y, number(row.kills), _VALUE, TEXT, bold=leads)


def _column_ends(canvas: Canvas, top: float, rows: tuple[PlayerBar, ...]) -> tuple[float | None, float | None]:
    """Right ends of precision and matches, None for what no row tells; writes their heads."""
    end = WIDE - EDGE
    told = (any(row.precision is not None for row in rows), any(row.matches is not None for row in rows))
    matches = end if told[1] else None
    precision = (end - _MATCHES if matches else end) if told[0] else None
    for at, word in ((precision, "precision"), (matches, "matches")):
        if at is not None:
            canvas.write(at, top + HEADS / 2, word, _HEAD, FAINT, align="right")
    return precision, matches


def _bars_end(rows: tuple[PlayerBar, ...]) -> float:
    end = WIDE - EDGE
    end -= _PRECISION if any(row.precision is not None for row in rows) else 0.0
    return end - (_MATCHES if any(row.matches is not None for row in rows) else 0.0)


def _cells(row: PlayerBar) -> tuple[str, str]:
    return whole_percent(row.precision), NOTHING if row.matches is None else number(row.matches)


def _value_width(row: PlayerBar) -> float:
    return width(number(row.kills), _VALUE, bold=True)
