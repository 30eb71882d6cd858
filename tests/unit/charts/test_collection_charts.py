"""Owners of exotics and holders of seals, as they are drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.chart import Chart, OwnerBar, OwnerBars, SealBar, SealBars
from bot.presenters.charts import draw
from bot.presenters.palette import EXOTIC, GILDED, GROUND, HAW, HAW_DIM, SEAL
from tests.unit.charts.pictures import FRAME, extent, opened, owners, painted, pixels, rgb, seals, widest

LONG = "W" * 60
ODD: dict[str, Chart] = {
    "nothing": OwnerBars(FRAME, ()),
    "nobody owns": OwnerBars(FRAME, (OwnerBar("Eyes of Tomorrow", 0, 0.0),), 0),
    "untold share": OwnerBars(FRAME, (OwnerBar(LONG, 12_345_678),)),
    "no seals": SealBars(FRAME, ()),
    "nobody holds": SealBars(FRAME, (SealBar("Conqueror", 0, 0),)),
    "all gilded": SealBars(FRAME, (SealBar(LONG, 12_345_678, 12_345_678),), 0),
}


@pytest.mark.parametrize("kind", ODD)
def test_nothing_reaches_into_the_margins(kind: str) -> None:
    png = draw(ODD[kind])
    picture = pixels(png)
    first, last = extent((picture != picture[0, 0]).any(axis=2))
    assert tuple(picture[0, 0]) == rgb(GROUND)
    assert first >= 53
    assert last <= 1600 - 53
    assert len(png) < 80_000


@pytest.mark.parametrize("number", [1, 18])
def test_height_follows_the_rows(number: int) -> None:
    for chart in (owners(number), seals(number)):
        assert opened(draw(chart)).size[1] == pytest.approx((1.62 + 0.37 * number) * 200, abs=1)


def test_an_exotic_has_a_square_and_the_one_of_the_title_is_bright() -> None:
    for row in (None, 1):
        picture = pixels(draw(replace(owners(3), highlight=row)))
        assert painted(picture, EXOTIC).any()
        assert painted(picture, HAW).any() == (row is not None)
    assert widest(picture, HAW) / widest(picture, HAW_DIM) == pytest.approx(0.25, abs=0.02)


def test_the_gilded_part_of_a_bar_is_gold() -> None:
    picture = pixels(draw(SealBars(FRAME, (SealBar("Conqueror", 40, 10),))))
    assert widest(picture, GILDED) / (widest(picture, GILDED) + widest(picture, SEAL)) == pytest.approx(0.25, abs=0.03)
    plain = pixels(draw(SealBars(FRAME, (SealBar("Conqueror", 40, 0),))))
    assert not painted(plain, GILDED).any()
