"""Who is best with a weapon: one bar a member, the share of precision kills and the matches at the right."""

from __future__ import annotations

from bot.domain.chart import PlayerBar, PlayerBars
from bot.presenters.charts.bars import ROW, Bar, BarColumn, Cell, draw_bars
from bot.presenters.charts.canvas import Canvas
from bot.presenters.charts.figures import NOTHING, whole_percent
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.palette import HAW, HAW_DIM, MUTED
from bot.presenters.text import number

_HEADS = 0.24
_PRECISION, _MATCHES = BarColumn("precision", 0.85), BarColumn("matches", 0.8)


def player_bars(chart: PlayerBars) -> bytes:
    """The PNG."""
    canvas = Canvas(TOP + players_height(chart.rows) + BOTTOM)
    draw_frame(canvas, chart.frame)
    draw_players(canvas, TOP, chart.rows, chart.highlight)
    return canvas.png()


def players_height(rows: tuple[PlayerBar, ...]) -> float:
    """Inches that draw_players takes."""
    return _HEADS + ROW * max(1, len(rows))


def draw_players(canvas: Canvas, top: float, rows: tuple[PlayerBar, ...], highlight: int | None) -> None:
    """Columns that no row tells are left out."""
    told = (
        (_PRECISION, any(row.precision is not None for row in rows)),
        (_MATCHES, any(row.matches is not None for row in rows)),
    )
    columns = [column for column, is_told in told if is_told]
    bars = [_bar(row, columns, bright=place == highlight) for place, row in enumerate(rows)]
    draw_bars(canvas, top + _HEADS, bars, columns, bold=highlight)


def _bar(row: PlayerBar, columns: list[BarColumn], *, bright: bool) -> Bar:
    cells = {
        _PRECISION: Cell(whole_percent(row.precision), MUTED),
        _MATCHES: Cell(NOTHING if row.matches is None else number(row.matches), MUTED),
    }
    colour = HAW if bright else HAW_DIM
    return Bar(row.name, row.code, row.kills, colour, tuple(cells[column] for column in columns))
