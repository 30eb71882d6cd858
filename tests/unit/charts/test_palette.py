"""The charts' colours are the dashboard's, and readable on the charts' ground."""

from __future__ import annotations

import pytest

from bot.domain.weapon import Damage
from bot.presenters.palette import DAMAGE, FAINT, GROUND, HAW_DIM, MUTED, TEXT, TOKENS
from tests.web.test_tokens import contrast, tokens


def test_colours_are_the_dark_tokens() -> None:
    dark = {name: colours[0] for name, colours in tokens().items()}
    assert {name: dark[name] for name in TOKENS} == TOKENS


def test_every_damage_has_a_colour() -> None:
    assert set(DAMAGE) == set(Damage)
    assert len(set(DAMAGE.values())) == len(Damage)


@pytest.mark.parametrize(("colour", "least"), [(TEXT, 14.5), (MUTED, 7.8), (FAINT, 5.5), (HAW_DIM, 3.0)])
def test_words_are_readable_on_the_ground(colour: str, least: float) -> None:
    assert contrast(colour, GROUND) >= least - 0.05


def test_areas_are_readable_on_the_ground() -> None:
    assert min(contrast(colour, GROUND) for colour in DAMAGE.values()) >= 6.75
