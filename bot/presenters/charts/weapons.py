"""The top weapons as bars: colour by damage, an outlined square for an exotic, share and its change at the right."""

from __future__ import annotations

from bot.domain.chart import WeaponBar, WeaponBars
from bot.presenters.charts.bars import ROW, Bar, BarColumn, Cell, draw_bars
from bot.presenters.charts.canvas import EDGE, Canvas
from bot.presenters.charts.figures import change_tone, change_words, percent
from bot.presenters.charts.frame import BOTTOM, TOP, draw_frame
from bot.presenters.charts.words import width
from bot.presenters.palette import DAMAGE, DOWN, EXOTIC, FAINT, MUTED, UP

_KEY = 0.34  # with the columns' heads
_WORD = 10.5
_SHARE, _CHANGE = BarColumn("share", 0.74), BarColumn("change", 0.8)
_TONES = {"up": UP, "down": DOWN, "same": FAINT}


def weapon_bars(chart: WeaponBars) -> bytes:
    """The PNG, 1.62 + 0.37 inches a row high."""
    rows = chart.rows
    canvas = Canvas(TOP + _KEY + ROW * max(1, len(rows)) + BOTTOM)
    draw_frame(canvas, chart.frame)
    _key(canvas, rows)
    columns = [
        column
        for column, told in (
            (_SHARE, any(row.share is not None for row in rows)),
            (_CHANGE, any(row.change is not None for row in rows)),
        )
        if told
    ]
    draw_bars(canvas, TOP + _KEY, [_bar(row, columns) for row in rows], columns, bold=chart.highlight, unit=chart.unit)
    return canvas.png()


def _bar(row: WeaponBar, columns: list[BarColumn]) -> Bar:
    cells = {
        _SHARE: Cell(percent(row.share), MUTED),
        _CHANGE: Cell(change_words(row.change), _TONES[change_tone(row.change)]),
    }
    colour = DAMAGE[row.damage] if row.damage else FAINT
    return Bar(row.name, row.code, row.value, colour, tuple(cells[column] for column in columns), row.exotic)


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
    """Writes it after its square at `x`; where the next square stands."""
    canvas.write(x + 0.18, y, word, _WORD, MUTED)
    return x + 0.18 + width(word, _WORD) + 0.24
