"""tokens.css keeps the contrasts that the table promises, on every ground and in both themes."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

WORDS, AREAS = 4.5, 3.0
GROUNDS = ("bg", "surface", "raised")
# token: lowest contrast in the dark, in the light, and what it must not fall below
TABLE = {
    "text": (13.5, 15.2, WORDS), "muted": (7.2, 6.6, WORDS), "faint": (5.1, 4.8, WORDS), "control": (3.4, 3.1, AREAS),
    "haw": (6.1, 5.7, WORDS), "kinetic": (9.8, 5.7, WORDS), "arc": (9.1, 5.4, WORDS), "solar": (6.4, 5.0, WORDS),
    "void": (6.4, 5.8, WORDS), "stasis": (6.5, 5.6, WORDS), "strand": (8.7, 5.1, WORDS), "exotic": (8.7, 5.4, WORDS),
    "exotic-fill": (8.7, 3.2, AREAS), "seal": (7.3, 6.5, WORDS), "gilded": (9.7, 5.2, WORDS),
    "gilded-fill": (9.7, 3.2, AREAS), "online": (8.1, 5.0, WORDS), "up": (8.1, 5.0, WORDS), "down": (6.4, 5.0, WORDS),
    "stale": (8.0, 5.5, WORDS), "danger": (7.1, 5.7, WORDS),
}  # fmt: skip
ON_ITS_OWN = {("stale", "stale-soft"): (8.3, 5.6), ("danger", "danger-soft"): (7.5, 5.8)}
STATIC = files("dashboard") / "static"


def tokens() -> dict[str, tuple[str, str]]:
    """Each colour as (dark, light)."""
    css = (STATIC / "tokens.css").read_text("utf-8")
    found = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: (dark, light) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("token", TABLE)
def test_contrast_of_each_token(token: str) -> None:
    colours = tokens()
    *promised, least = TABLE[token]
    for theme, wanted in enumerate(promised):
        lowest = min(contrast(colours[token][theme], colours[ground][theme]) for ground in GROUNDS)
        assert lowest >= least
        assert lowest == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize("pair", ON_ITS_OWN)
def test_contrast_on_soft_grounds(pair: tuple[str, str]) -> None:
    colours = tokens()
    for theme, wanted in enumerate(ON_ITS_OWN[pair]):
        assert contrast(colours[pair[0]][theme], colours[pair[1]][theme]) == pytest.approx(wanted, abs=0.06)


def test_every_token_that_is_used_is_there() -> None:
    css = "".join((STATIC / name).read_text("utf-8") for name in ("tokens.css", "site.css", "phone.css"))
    assert set(re.findall(r"var\(--([\w-]+)", css)) <= set(re.findall(r"--([\w-]+):", css))


def test_colours_are_named_in_tokens_only() -> None:
    for name in ("site.css", "phone.css"):
        css = re.sub(r"#000 calc", "", (STATIC / name).read_text("utf-8"))
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)", css), "a mask's black is all that may be written out"
