"""Who holds what: one bar a seal in lilac, of which those who gilded it are gold."""

from __future__ import annotations

from bot.domain.chart import SealBar, SealBars
from bot.presenters.charts.bars import ROW, Bar, BarColumn, Cell, draw_bars
from bot.presenters.charts.canvas import EDGE, Canvas
from bot.presenters.charts.figures import NOTHING
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.charts.words import width
from bot.presenters.palette import FAINT, GILDED, MUTED, SEAL
from bot.presenters.text import number

_KEY = 0.34
_WORD = 10.5
_GILDED = BarColumn("gilded", 0.74)


def seal_bars(chart: SealBars) -> bytes:
    """The PNG, 1.62 + 0.37 inches a row high."""
    canvas = Canvas(TOP + _KEY + ROW * max(1, len(chart.rows)) + BOTTOM)
    draw_frame(canvas, chart.frame)
    gilded = any(row.gilded for row in chart.rows)
    if gilded:
        _key(canvas)
    bars = [_bar(row, told=gilded) for row in chart.rows]
    draw_bars(canvas, TOP + _KEY, bars, [_GILDED] if gilded else [], bold=chart.highlight, unit="holders")
    return canvas.png()


def _bar(row: SealBar, *, told: bool) -> Bar:
    cells = (Cell(number(row.gilded), GILDED) if row.gilded else Cell(NOTHING, FAINT),) if told else ()
    mark = GILDED if row.gilded else SEAL if row.holders else FAINT
    return Bar(row.name, "", row.holders, SEAL, cells, diamond=mark, part=row.gilded, part_colour=GILDED)


def _key(canvas: Canvas) -> None:
    x, y = EDGE, TOP + 0.13
    for colour, word in ((SEAL, "Held"), (GILDED, "Gilded")):
        canvas.diamond(x + 0.06, y, 0.06, colour)
        canvas.write(x + 0.18, y, word, _WORD, MUTED)
        x += 0.18 + width(word, _WORD) + 0.24
