"""The takeaway above a chart and the age below it."""

from __future__ import annotations

from bot.domain.chart import Frame
from bot.presenters.charts.canvas import EDGE, WIDE, Canvas
from bot.presenters.charts.words import clean, drawable, fitted, known, shrunk, width
from bot.presenters.palette import FAINT, MUTED, TEXT

TOP = 0.9
"""Where a chart's own part begins, in inches from the top."""
BOTTOM = 0.38
"""What the foot takes, in inches."""
ROOM = WIDE - 2 * EDGE

_TITLE, _TITLE_LEAST = 17.0, 13.0
_UNDER, _UNDER_LEAST = 11.5, 10.0
_FOOT = 9.5
_GAP = 0.3


def draw_frame(canvas: Canvas, frame: Frame) -> None:
    """Title and subtitle at the top, whose figures and how old at the foot."""
    _line(canvas, 0.38, _title(frame), (_TITLE, _TITLE_LEAST), TEXT, bold=True)
    _line(canvas, 0.71, known(frame.subtitle), (_UNDER, _UNDER_LEAST), MUTED)
    y = canvas.height - 0.2
    right = fitted(known(frame.foot_right), ROOM, _FOOT)
    canvas.write(WIDE - EDGE, y, right, _FOOT, FAINT, align="right")
    rest = ROOM - width(right, _FOOT) - _GAP
    if rest > _GAP:
        canvas.write(EDGE, y, fitted(known(frame.foot_left), rest, _FOOT), _FOOT, FAINT)


def _title(frame: Frame) -> str:
    said = clean(frame.title)
    return said if drawable(said, bold=True) else known(frame.title_code or said, bold=True)


def _line(canvas: Canvas, y: float, text: str, sizes: tuple[float, float], colour: str, *, bold: bool = False) -> None:
    size = shrunk(text, ROOM, *sizes, bold=bold)
    canvas.write(EDGE, y, fitted(text, ROOM, size, bold=bold), size, colour, bold=bold)
