from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.presenters.text import ago, number, plain_name, plural, safe_name, span, stamp
from tests.unit.presenters.hostile import names
from tests.unit.presenters.markdown import BIDI, EVERYONE, INVITE, LINK, MENTION, live, unescape

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Petrel#7425", "Petrel#7425"),
        ("Sable-9#2472", "Sable-9#2472"),
        ("Ko_ala", "Ko\\_ala"),
        ("**bold**", "\\*\\*bold\\*\\*"),
        ("1. first", "1\\. first"),
        ("# title", "\\# title"),
        ("-# small", "\\-# small"),
        ("@everyone", "@\u200beveryone"),
        ("<@42>", "\\<@\u200b42\\>"),
        ("http://a.b", "http\\:\u200b//a\\.b"),
        ("a\u202eb", "ab"),
        ("  a \n b  ", "a b"),
        ("\u3164", "unnamed"),
        ("", "unnamed"),
        ("שלום#0001", "\u2068שלום#0001\u2069"),
        ("🦊 fox", "🦊 fox"),
        ("한국어", "한국어"),
    ],
)
def test_a_name_keeps_its_looks_and_loses_its_powers(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@settings(max_examples=600, deadline=None)
@given(names)
def test_nothing_in_a_name_pings_mentions_or_links(name: str) -> None:
    safe = safe_name(name)
    assert not MENTION.search(safe)
    assert not EVERYONE.search(safe)
    assert not LINK.search(safe)
    assert not INVITE.search(safe)


@settings(max_examples=600, deadline=None)
@given(names)
def test_nothing_in_a_name_formats(name: str) -> None:
    left = live(safe_name(name))
    assert not set(left) & set("*_~`|<>[]\\")
    assert not left.startswith(("#", "-", "+"))
    assert not (left[:1].isdigit() and left.lstrip("0123456789").startswith(". ") and len(left) > 3 and left[1] == ".")


@settings(max_examples=600, deadline=None)
@given(names)
def test_nothing_in_a_name_hides_or_turns(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & BIDI
    own = {"\u200b", "\u2068", "\u2069"}
    assert not [c for c in safe if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c not in own]
    assert safe.count("\u2068") == safe.count("\u2069") <= 1
    marks = "".join("m" if unicodedata.category(c) in ("Mn", "Me") else " " for c in safe)
    assert "mmm" not in marks
    assert plain_name(name)


@settings(max_examples=400, deadline=None)
@given(names, st.integers(2, 64))
def test_a_name_is_never_longer_than_its_limit(name: str, limit: int) -> None:
    shown = plain_name(name, limit)
    assert sum(unicodedata.category(c) not in ("Mn", "Me") for c in shown) <= max(limit, len("unnamed"))
    assert len(safe_name(name, limit)) <= 6 * max(limit, len("unnamed")) + 2


@settings(max_examples=400, deadline=None)
@example("# \u0301\n@everyone")
@given(names)
def test_a_reader_sees_the_plain_name(name: str) -> None:
    assert unescape(safe_name(name)) == plain_name(name)
    assert plain_name(plain_name(name)) == plain_name(name)


@pytest.mark.parametrize("length", [31, 32])
def test_a_name_of_up_to_the_limit_is_whole(length: int) -> None:
    assert plain_name("x" * length) == "x" * length


def test_one_letter_too_many_is_cut() -> None:
    assert plain_name("x" * 33) == "x" * 31 + "…"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "1 min"),
        (timedelta(seconds=-5), "1 min"),
        (timedelta(minutes=14, seconds=59), "14 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=5), "3 days"),
        (timedelta(days=364), "364 days"),
        (timedelta(days=365), "1 y"),
        (timedelta(days=490), "1 y 4 m"),
        (timedelta(days=729), "1 y 11 m"),
        (timedelta(days=730), "2 y"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_ago_is_relative_within_a_day_and_a_date_after() -> None:
    assert ago(NOW - timedelta(seconds=5), NOW) == "just now"
    assert ago(NOW - timedelta(hours=2), NOW) == "2 h ago"
    assert ago(NOW - timedelta(days=2), NOW) == "1 May 2026"


def test_numbers_and_plurals() -> None:
    assert number(1234567) == "1,234,567"
    assert (plural(1, "member"), plural(2, "member"), plural(0, "match", "matches")) == (
        "1 member",
        "2 members",
        "0 matches",
    )
    assert stamp(NOW) == f"<t:{int(NOW.timestamp())}:R>"
