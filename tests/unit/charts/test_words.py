"""Strangers' words in pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as examples

from bot.presenters.charts import draw
from bot.presenters.charts.canvas import Canvas
from bot.presenters.charts.figures import change_tone, change_words, percent, whole_percent
from bot.presenters.charts.words import clean, drawable, either, fitted, known, shrunk, width
from tests.unit.charts.pictures import FRAME, extent, painted, pixels, weapon, weapons
from tests.unit.presenters.hostile import names

WHITE = "#e7ecea"


def drawn_width(text: str, *, bold: bool = False) -> float:
    """Inches from the first to the last pixel of a line."""
    canvas = Canvas(0.5)
    canvas.write(0.3, 0.25, text, 12, WHITE, bold=bold)
    first, last = extent(painted(pixels(canvas.png()), WHITE))
    return (last - first + 1) / 200


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["No Time to Explain", "$x^2$ and $\\frac{1}{2}$", "Жук Ärger Ωmega", "12,345,678"])
def test_words_are_as_wide_as_they_are_measured(text: str, bold: bool) -> None:
    assert drawn_width(text, bold=bold) == pytest.approx(width(text, 12, bold=bold), abs=0.04)


@pytest.mark.parametrize(
    ("hostile_name", "same_as"),
    [
        ("Rose\nThorn", "Rose Thorn"),
        ("\u202eRose\u202c", "Rose"),
        ("Ro\x00\x07se", "Rose"),
        ("Ro\u200b\u2066se", "Rose"),
        ("  Rose\t ", "Rose"),
    ],
)
def test_hostile_names_are_drawn_as_what_is_left_of_them(hostile_name: str, same_as: str) -> None:
    assert draw(weapons(weapon(hostile_name))) == draw(weapons(weapon(same_as)))


@pytest.mark.parametrize("name", ["名前", "שלום", "🌹", "مرحبا", "Rose名", "", "\u200b"])
def test_a_name_that_cannot_be_drawn_is_its_code(name: str) -> None:
    assert draw(weapons(weapon(name, code="#1234"))) == draw(weapons(weapon("#1234")))


def test_a_title_with_such_a_name_has_another_wording() -> None:
    told = replace(FRAME, title="名前 leads", title_code="#1234 leads")
    assert draw(weapons(frame=told)) == draw(weapons(frame=replace(FRAME, title="#1234 leads")))
    untold = replace(FRAME, title="名前 leads")
    assert draw(weapons(frame=untold)) == draw(weapons(frame=replace(FRAME, title="… leads")))


@given(names)
@examples(max_examples=200)
def test_whatever_is_left_can_be_drawn(text: str) -> None:
    for bold in (False, True):
        assert drawable(known(text, bold=bold), bold=bold)
        assert drawable(either(text, "#1", bold=bold), bold=bold)


@given(names)
@examples(max_examples=12)
def test_hostile_text_is_drawn_anywhere(text: str) -> None:
    draw(weapons(weapon(text, code=text), frame=replace(FRAME, title=text, subtitle=text, foot_left=text)))


@given(names)
@examples(max_examples=100)
def test_what_is_fitted_fits(text: str) -> None:
    said = known(text)
    cut = fitted(said, 1.0, 12)
    assert width(cut, 12) <= 1.0
    assert cut == said or (cut.endswith("…") and len(cut) <= len(said))


def test_fitting_keeps_what_has_room() -> None:
    assert fitted("Rose", 2.0, 12) == "Rose"
    assert fitted("Conditional Finality", 1.0, 12).startswith("Condition")
    assert fitted("W" * 99, 0.0, 12) == "…"


def test_a_title_shrinks_before_it_is_cut() -> None:
    assert shrunk("Rose leads Crucible with 11 % of weapon kills", 7.44, 17, 13, bold=True) == 17
    assert 13 < shrunk("W" * 30, 7.44, 17, 13, bold=True) < 17
    assert shrunk("W" * 80, 7.44, 17, 13, bold=True) == 13


def test_runs_of_unknown_letters_become_one_gap() -> None:
    assert known("名前 🌹 leads 名 by far") == "… leads … by far"
    assert clean("   ") == known("") == ""


def test_figures() -> None:
    assert [percent(share) for share in (0.1101, 1.0, 0.0, None)] == ["11.0 %", "100.0 %", "0.0 %", "–"]
    assert [whole_percent(share) for share in (0.556, 0.001, 0.0, None)] == ["56 %", "< 1 %", "0 %", "–"]
    changes = (2.13, -0.94, 0.04, -0.04, None)
    assert [change_words(points) for points in changes] == ["+2.1", "−0.9", "0.0", "0.0", "–"]
    assert [change_tone(points) for points in (0.26, 0.24, -0.26, None)] == ["up", "same", "down", "same"]
