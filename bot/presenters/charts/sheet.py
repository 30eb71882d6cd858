"""One weapon in one picture: members, days, classes."""

from __future__ import annotations

from bot.domain.chart import ClassPart, WeaponSheet
from bot.presenters.charts.canvas import EDGE, Canvas
from bot.presenters.charts.columns import draw_columns
from bot.presenters.charts.figures import whole_percent
from bot.presenters.charts.frame import BOTTOM, ROOM, TOP, draw_frame
from bot.presenters.charts.players import draw_players, players_height
from bot.presenters.charts.words import known, width
from bot.presenters.palette import CONTROL, HAW, HAW_DIM, MUTED, TEXT
from bot.presenters.text import number

_HEAD = 0.52  # with the space above it
_DAYS = 1.55
_PARTS = 0.5
_BAR = 0.12
_BETWEEN = 0.03
_SQUARE, _NAME, _APART = 0.18, 11.5, 0.3
_TONES = (HAW, HAW_DIM, CONTROL, MUTED)


def weapon_sheet(chart: WeaponSheet) -> bytes:
    """The PNG; a section without figures is left out."""
    parts = [part for part in chart.classes if part.kills > 0]
    players = players_height(chart.players) if chart.players else 0.0
    days = _HEAD + _DAYS if chart.columns else 0.0
    canvas = Canvas(TOP + players + days + (_HEAD + _PARTS if parts else 0.0) + BOTTOM)
    draw_frame(canvas, chart.frame)
    if chart.players:
        draw_players(canvas, TOP, chart.players, chart.highlight)
    if chart.columns:
        _days(canvas, TOP + players, chart)
    if parts:
        _heading(canvas, TOP + players + days, "By class")
        _stacked(canvas, TOP + players + days + _HEAD, parts)
    return canvas.png()


def _days(canvas: Canvas, top: float, chart: WeaponSheet) -> None:
    _heading(canvas, top, chart.columns_title)
    best = max(range(len(chart.columns)), key=lambda place: chart.columns[place].value)
    draw_columns(canvas, top + _HEAD, _DAYS, chart.columns, best)


def _heading(canvas: Canvas, top: float, words: str) -> None:
    canvas.write(EDGE, top + _HEAD - 0.15, known(words, bold=True), 11.5, MUTED, bold=True)


def _stacked(canvas: Canvas, top: float, parts: list[ClassPart]) -> None:
    """One bar of all classes, largest first, each part named below with its share."""
    ordered = sorted(parts, key=lambda part: -part.kills)[: len(_TONES)]
    whole = sum(part.kills for part in parts)
    at = EDGE
    for part, tone in zip(ordered, _TONES, strict=False):
        length = ROOM * part.kills / whole
        gap = _BETWEEN if part is not ordered[-1] else 0.0
        left = min(at, EDGE + ROOM - _BETWEEN)
        canvas.block(left, top + 0.04, max(_BETWEEN, length - gap), _BAR, tone)
        at += length
    _names(canvas, top + 0.34, ordered, whole)


def _names(canvas: Canvas, y: float, parts: list[ClassPart], whole: int) -> None:
    """With the kills where all of it has room in one line."""
    short = [f"{known(part.name)} {whole_percent(part.kills / whole)}" for part in parts]
    full = [f"{words} · {number(part.kills)}" for words, part in zip(short, parts, strict=True)]
    shown = full if sum(_SQUARE + width(words, _NAME) + _APART for words in full) <= ROOM + _APART else short
    x = EDGE
    for words, tone in zip(shown, _TONES, strict=False):
        canvas.block(x, y - 0.06, 0.12, 0.12, tone)
        canvas.write(x + _SQUARE, y, words, _NAME, TEXT)
        x += _SQUARE + width(words, _NAME) + _APART
