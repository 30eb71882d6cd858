"""A sheet to draw on, measured in inches from its top left corner, and turned into a small PNG."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Literal

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from bot.presenters.charts.words import FAMILY
from bot.presenters.palette import GROUND

WIDE = 8.0  # inches
EDGE = 0.28
DPI = 200
_QUALITY = ((96, 6), (64, 6), (40, 9))  # colours, and how hard zlib tries: 9 takes 100 ms
_CLOSEST = 8  # of two colours' channels: Pillow takes closer ones for each other
_LARGE = 80_000  # bytes: a phone shows the picture at once
_CAPITAL = 0.729  # height of a capital of DejaVu Sans, of its size

Align = Literal["left", "center", "right"]


class Canvas:
    """8 inches wide and `height` inches high. Figure() and never pyplot, which keeps every figure alive."""

    def __init__(self, height: float) -> None:
        self.height = round(height * DPI) / DPI  # no row of pixels is only half covered by the ground
        self._inks: dict[str, None] = {}
        self._figure = Figure(figsize=(WIDE, self.height), dpi=DPI, facecolor=GROUND)
        flipped = Affine2D().scale(1, -1).translate(0, self.height)
        self._inches = flipped + self._figure.dpi_scale_trans

    def write(
        self, x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False, align: Align = "left"
    ) -> None:
        """One line whose capitals are centred on `y`: letters that reach below the line don't move it."""
        baseline = y + _CAPITAL * size / 72 / 2
        weight = "bold" if bold else "normal"
        self._add(
            Text(x, baseline, text, size=size, color=colour, family=FAMILY, weight=weight, ha=align, va="baseline",
                 parse_math=False), colour,
        )  # fmt: skip

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled bar with slightly rounded corners; (x, y) is its top left one."""
        radius = min(0.03, width / 2, height / 2)
        style = f"round,pad=0,rounding_size={radius}"
        self._add(FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=colour, linewidth=0), colour)

    def block(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self._add(Rectangle((x, y), width, height, facecolor=colour, linewidth=0), colour)

    def outline(self, x: float, y: float, side: float, colour: str) -> None:
        """An outlined square: what an exotic is known by."""
        self._add(Rectangle((x, y), side, side, fill=False, edgecolor=colour, linewidth=1.3, joinstyle="miter"), colour)

    def diamond(self, x: float, y: float, reach: float, colour: str) -> None:
        """A filled diamond around (x, y): what a seal is known by."""
        corners = [(x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)]
        self._add(Polygon(corners, closed=True, facecolor=colour, linewidth=0), colour)

    def png(self) -> bytes:
        """The picture in few colours: the ground, the inks, and steps between; fewer steps where it would be large."""
        whole = self._drawn()
        for colours, effort in _QUALITY:
            picture = _encoded(whole, _palette(tuple(self._inks), colours), effort)
            if len(picture) < _LARGE:
                break
        return picture

    def _drawn(self) -> Image.Image:
        raw = io.BytesIO()
        with rc_context({"text.hinting": "none"}):  # as words.width measures
            self._figure.savefig(raw, format="rgba")
        wide = round(WIDE * DPI)
        size = (wide, len(raw.getvalue()) // (4 * wide))
        return Image.frombuffer("RGBA", size, raw.getvalue(), "raw", "RGBA", 0, 1).convert("RGB")

    def _add(self, artist: Artist, ink: str) -> None:
        self._inks[ink] = None
        artist.set_transform(self._inches)
        self._figure.add_artist(artist)


@lru_cache(maxsize=64)
def _palette(inks: tuple[str, ...], colours: int) -> Image.Image:
    """The ground and, for each ink, the steps to it from the ground: all that smoothed edges are made of.

    Unlike a palette that is searched in the picture it keeps each ink exactly, and takes 3 ms instead of 100.
    """
    ground, *full = (_rgb(colour) for colour in (GROUND, *inks))
    steps = max(1, (colours - 1) // max(1, len(inks)))
    kept = [ground, *full]
    for mixed in (_mixed(ground, ink, step / steps) for ink in full for step in range(1, steps)):
        if all(_apart(mixed, other) for other in kept):
            kept.append(mixed)
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in kept for channel in colour])
    return palette


def _encoded(whole: Image.Image, palette: Image.Image, effort: int) -> bytes:
    out = io.BytesIO()
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", compress_level=effort)
    return out.getvalue()


def _rgb(colour: str) -> tuple[int, ...]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(one: tuple[int, ...], other: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) >= _CLOSEST
