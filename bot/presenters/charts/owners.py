"""Who owns what: one bar an exotic, marked by its square, the share of those who are known at the right."""

from __future__ import annotations

from bot.domain.chart import OwnerBar, OwnerBars
from bot.presenters.charts.bars import ROW, Bar, BarColumn, Cell, draw_bars
from bot.presenters.charts.canvas import Canvas
from bot.presenters.charts.figures import whole_percent
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.palette import HAW, HAW_DIM, MUTED

_HEADS = 0.34
_SHARE = BarColumn("of known", 0.8)


def owner_bars(chart: OwnerBars) -> bytes:
    """The PNG, 1.62 + 0.37 inches a row high."""
    canvas = Canvas(TOP + _HEADS + ROW * max(1, len(chart.rows)) + BOTTOM)
    draw_frame(canvas, chart.frame)
    columns = [_SHARE] if any(row.share is not None for row in chart.rows) else []
    bars = [_bar(row, bright=place == chart.highlight, told=bool(columns)) for place, row in enumerate(chart.rows)]
    draw_bars(canvas, TOP + _HEADS, bars, columns, bold=chart.highlight, unit="owners")
    return canvas.png()


def _bar(row: OwnerBar, *, bright: bool, told: bool) -> Bar:
    cells = (Cell(whole_percent(row.share), MUTED),) if told else ()
    return Bar(row.name, "", row.owned, HAW if bright else HAW_DIM, cells, exotic=True)
