"""What passes between Hawthorne and its render worker, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from bot.renderer import wire
from bot.renderer.cache import PictureCache
from tests.unit.charts.pictures import every_kind, sheet, weapon, weapons


@pytest.mark.parametrize("kind", every_kind())
def test_charts_arrive_as_they_were_sent(kind: str) -> None:
    chart = every_kind()[kind]
    sent = wire.request(chart)
    assert wire.LENGTH.unpack(sent[:4])[0] == len(sent) - 4
    assert wire.read_request(sent[4:]) == chart


def test_answers_arrive_as_they_were_sent() -> None:
    sent = wire.answer(wire.Said.DRAWN, 1 << 40, b"\x89PNG")
    assert wire.read_answer(sent[4:]) == wire.Answer(wire.Said.DRAWN, 1 << 40, b"\x89PNG")


@pytest.mark.parametrize("body", [b"", b"\xc1", msgspec.msgpack.encode(("WeaponBars", {"rows": 7}))])
def test_what_is_no_chart_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.read_request(body)


def test_figures_of_the_wrong_kind_are_refused() -> None:
    wrong = weapons(weapon(), replace(weapon(), value="many"))  # type: ignore[arg-type]
    with pytest.raises(msgspec.ValidationError, match="value"):
        wire.read_request(wire.request(wrong)[4:])


def test_a_request_is_small() -> None:
    assert len(wire.request(sheet(90))) < 10_000


def test_the_cache_drops_what_was_not_asked_for_lately() -> None:
    cache = PictureCache(30)
    for name in "abc":
        cache.put((name,), name.encode() * 10)
    assert cache.get(("a",)) == b"a" * 10
    cache.put(("d",), b"d" * 10)
    assert [name for name in "abcd" if cache.get((name,))] == ["a", "c", "d"]
    assert cache.size == 30


def test_the_cache_counts_what_it_holds() -> None:
    cache = PictureCache(30)
    cache.put(("a",), b"x" * 10)
    cache.put(("a",), b"y" * 25)
    assert (cache.size, cache.get(("a",))) == (25, b"y" * 25)
    cache.put(("too", "large"), b"z" * 31)
    assert (cache.size, cache.get(("too", "large"))) == (0, None)
