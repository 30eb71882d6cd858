"""Charts: what a picture shows, how large it is, and that nothing gets out of its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.domain.chart import Chart, ClassPart, Column, Columns, Frame, PlayerBar, PlayerBars, WeaponSheet
from bot.domain.weapon import Damage
from bot.presenters.charts import draw
from bot.presenters.palette import DAMAGE, DOWN, EXOTIC, FAINT, GROUND, HAW, HAW_DIM, TEXT, UP
from tests.unit.charts.pictures import (
    FRAME,
    days,
    every_kind,
    extent,
    opened,
    painted,
    pixels,
    players,
    rgb,
    sheet,
    weapon,
    weapons,
    widest,
)

EDGE = 56  # pixels: 0.28 inches
LONG = "W" * 60
FULL = weapons(*(weapon(f"Reckless Oracle (Harrowed {n}", 9_912_408 // (n + 1), list(Damage)[n % 6], exotic=True,
                        share=0.1234, change=-12.3) for n in range(15)))  # fmt: skip
ODD: dict[str, Chart] = {
    "nothing": weapons(),
    "one": weapons(weapon(value=1, share=1.0, change=None)),
    "zeros": weapons(*(weapon(value=0, share=0.0) for _ in range(3))),
    "huge": weapons(weapon(value=12_345_678, share=1.0, change=-100.0), weapon(value=1, share=0.0, change=100.0)),
    "long": weapons(weapon(LONG), weapon(LONG), frame=Frame(LONG * 2, LONG * 3, LONG, LONG)),
    "long foot": weapons(weapon(), frame=replace(FRAME, foot_left=LONG * 3)),
    "unknown damage": weapons(weapon(damage=None)),
    "full": FULL,
    "nobody": PlayerBars(FRAME, ()),
    "long player": PlayerBars(FRAME, (PlayerBar("W" * 26, "#1", 12_345_678, 1.0, 12_345), PlayerBar("i", "#2", 0))),
    "no days": Columns(FRAME, ()),
    "one day": Columns(FRAME, (Column("18 Nov", 12_345_678, 99_999_999),), 0),
    "quiet days": Columns(FRAME, tuple(Column("1 Nov", 0, 0) for _ in range(9))),
    "two years": Columns(FRAME, tuple(Column(LONG, n, 700) for n in range(730)), 729),
    "empty sheet": WeaponSheet(FRAME, (), (), ()),
    "classes": WeaponSheet(FRAME, (), (), tuple(ClassPart(n, 10**k) for n, k in
                           (("Titan", 9), ("Hunter", 9), ("Warlock", 9), ("not told", 0), ("no such class", 0)))),
}  # fmt: skip


@pytest.mark.parametrize("kind", every_kind())
def test_it_is_a_small_picture_on_our_ground(kind: str) -> None:
    png = draw(every_kind()[kind])
    picture = opened(png)
    assert len(png) < 80_000
    assert picture.size[0] == 1600
    assert picture.mode == "P", "few colours"
    assert "transparency" not in picture.info
    corners = [pixels(png)[y, x] for y in (0, -1) for x in (0, -1)]
    assert all(tuple(corner) == rgb(GROUND) for corner in corners)
    assert "Software" not in picture.info


@pytest.mark.parametrize("kind", every_kind())
def test_equal_charts_give_equal_pictures(kind: str) -> None:
    assert draw(every_kind()[kind]) == draw(every_kind()[kind])


def test_what_is_no_chart_is_refused() -> None:
    with pytest.raises(TypeError, match="Frame"):
        draw(FRAME)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*ODD, *every_kind()])
def test_nothing_reaches_into_the_margins(kind: str) -> None:
    png = draw((ODD | every_kind())[kind])
    inked = (pixels(png) != np.array(rgb(GROUND), dtype=np.uint8)).any(axis=2)
    first, last = extent(inked)
    assert first >= EDGE - 3
    assert last <= 1600 - EDGE + 3
    assert len(png) < 80_000


@pytest.mark.parametrize("number", [1, 2, 15])
def test_height_follows_the_rows(number: int) -> None:
    picture = opened(draw(weapons(*(weapon() for _ in range(number)))))
    assert picture.size[1] == pytest.approx((1.62 + 0.37 * number) * 200, abs=1)


def test_bars_are_as_long_as_their_figures_say() -> None:
    picture = pixels(draw(weapons(weapon(value=1000, damage=Damage.ARC), weapon(value=500, damage=Damage.VOID))))
    assert widest(picture, DAMAGE[Damage.VOID]) / widest(picture, DAMAGE[Damage.ARC]) == pytest.approx(0.5, abs=0.01)


def test_the_least_bar_is_seen_and_none_has_no_bar() -> None:
    picture = pixels(draw(weapons(weapon(value=10**7), weapon(value=1, damage=Damage.ARC), weapon(value=0))))
    arc = painted(picture, DAMAGE[Damage.ARC])
    assert arc[picture.shape[0] // 2 :].any()
    nothing = pixels(draw(weapons(weapon(value=0, damage=Damage.VOID))))
    assert widest(nothing, DAMAGE[Damage.VOID]) <= 24, "only the key is left"


@pytest.mark.parametrize("damage", Damage)
def test_each_damage_has_its_colour(damage: Damage) -> None:
    picture = pixels(draw(weapons(weapon(damage=damage, exotic=False))))
    assert widest(picture, DAMAGE[damage]) > 500
    others = [colour for each, colour in DAMAGE.items() if each is not damage]
    assert not any(painted(picture, colour).any() for colour in others)


def test_an_exotic_has_a_square_and_keeps_its_colour() -> None:
    plain, exotic = (pixels(draw(weapons(weapon(exotic=told, damage=Damage.SOLAR)))) for told in (False, True))
    assert not painted(plain, EXOTIC).any()
    rows = np.flatnonzero(painted(exotic, EXOTIC).any(axis=1))
    assert rows[-1] - rows[0] > 60, "in the key and before the bar"
    assert widest(exotic, DAMAGE[Damage.SOLAR]) == widest(plain, DAMAGE[Damage.SOLAR])


@pytest.mark.parametrize(
    ("change", "seen"), [(2.1, UP), (0.3, UP), (-0.3, DOWN), (-12.0, DOWN), (0.29, UP), (0.2, None), (0.0, None)]
)
def test_gains_and_losses_have_their_colours_and_noise_is_faint(change: float, seen: str | None) -> None:
    picture = pixels(draw(weapons(weapon(damage=Damage.KINETIC, change=change))))
    assert [colour for colour in (UP, DOWN) if painted(picture, colour).any()] == ([seen] if seen else [])
    assert painted(picture, FAINT).any()


def test_columns_that_nobody_tells_leave_their_room_to_the_bars() -> None:
    both, share, none = (
        widest(pixels(draw(weapons(weapon(share=told, change=moved)))), DAMAGE[Damage.KINETIC])
        for told, moved in ((0.1, 1.0), (0.1, None), (None, None))
    )
    assert both < share < none


def test_short_names_leave_their_room_to_the_bars() -> None:
    short, long = (widest(pixels(draw(weapons(weapon(name)))), DAMAGE[Damage.KINETIC]) for name in ("Rose", "W" * 18))
    assert short > long


def test_the_row_of_the_title_is_bold() -> None:
    chart = weapons(weapon("Rose"), weapon("Thorn"))
    inks = [painted(pixels(draw(replace(chart, highlight=row))), TEXT).sum() for row in (None, 0)]
    assert inks[1] > inks[0]


def test_one_member_is_bright() -> None:
    for row in (None, 2):
        picture = pixels(draw(PlayerBars(FRAME, players(4), row)))
        assert painted(picture, HAW_DIM).any()
        assert painted(picture, HAW).any() == (row is not None)


def test_the_span_before_is_a_white_line_at_its_height() -> None:
    picture = pixels(draw(Columns(FRAME, (Column("Tue", 100, 50), Column("Wed", 100)))))
    bar = np.flatnonzero(painted(picture, HAW_DIM).any(axis=1))
    line = np.flatnonzero(painted(picture, TEXT)[bar[0] + 10 : bar[-1]].sum(axis=1) > 100) + bar[0] + 10
    assert line.mean() == pytest.approx((bar[0] + bar[-1]) / 2, abs=2)
    assert 4 <= len(line) <= 6


def test_numbers_stand_over_all_columns_or_over_the_bright_one() -> None:
    def figures(number: int) -> int:
        """Groups of white below the title and above the columns' floor."""
        top = painted(pixels(draw(Columns(FRAME, tuple(Column("", 100) for _ in range(number)), 0))), TEXT)[180:240]
        starts = np.flatnonzero(np.diff(np.flatnonzero(top.any(axis=0))) > 20)
        return len(starts) + 1

    assert figures(7) == 7
    assert figures(90) == 1


def test_a_sheet_without_a_section_is_shorter() -> None:
    whole = sheet()
    heights = [
        opened(draw(chart)).size[1]
        for chart in (whole, replace(whole, classes=()), replace(whole, classes=(), columns=()))
    ]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3


@pytest.mark.parametrize("number", [5, 30, 90])
def test_labels_do_not_touch(number: int) -> None:
    series = tuple(replace(day, label="MMMM") for day in days(number))
    picture = pixels(draw(Columns(FRAME, series, number // 2)))
    floor = picture.shape[0] - round(200 * (0.38 + 0.3)) + 8
    inked = (picture[floor : floor + 45] != np.array(rgb(GROUND), dtype=np.uint8)).any(axis=(0, 2))
    between = [gap for gap in np.diff(np.flatnonzero(inked)) if gap > 8]
    assert len(between) >= 4
    assert min(between) > 28
