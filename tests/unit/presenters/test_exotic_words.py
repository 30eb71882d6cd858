from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.collection import (
    Catalyst,
    CatalystRow,
    Collector,
    Exotic,
    ExoticDetail,
    ExoticKind,
    ExoticRow,
    ExoticShow,
    Owner,
)
from bot.domain.match import GuardianClass
from bot.presenters import exotic_words as words

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def member(key: int, name: str = "", *, read: bool = True, private: bool = False, owned: int = 0) -> Collector:
    return Collector(key, f"{name or f'Member {key}'}#0001", NOON if read else None, private, owned)


def exotic(key: int, name: str, kind: ExoticKind = ExoticKind.WEAPON, slot: str = "kinetic") -> Exotic:
    guardian = GuardianClass.TITAN if kind is ExoticKind.ARMOR else None
    return Exotic(key, None, name, kind, slot, guardian, None, "", "", None, key)


def row(key: int, owners: Iterable[int], missing: int, name: str = "", **more: object) -> ExoticRow:
    made = exotic(key, name or f"Exotic {key}")
    return ExoticRow(replace(made, **more), tuple(owners), missing, 0)  # type: ignore[arg-type]


MEMBERS = [member(1, "Tamsin"), member(2, "Quill"), member(3)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No exotic is known yet"),
        ([row(1, (), 3, "Eyes of Tomorrow"), row(2, (1,), 2)], "One weapon is owned by nobody"),
        ([row(1, (), 3), row(2, (), 3)], "2 weapons are owned by nobody"),
        ([row(1, (), 3, kind=ExoticKind.ARMOR)], "One piece of armor is owned by nobody"),
        ([row(1, (), 3), row(2, (), 3, kind=ExoticKind.ARMOR)], "2 exotics are owned by nobody"),
        ([row(1, (1, 2, 3), 0), row(2, (1, 2, 3), 0)], "Everyone owns all 2 weapons"),
        ([row(1, (2,), 2, "Euphony"), row(2, (1, 2), 1)], "Only Quill owns Euphony"),
        ([row(1, (1, 2), 1, "Thorn"), row(2, (1, 2, 3), 0)], "Thorn is the rarest: 2 of 3 own it"),
        ([row(1, (1,), 2), row(2, (2,), 2)], "2 weapons are the rarest: one member each"),
        ([row(1, (1, 2), 1), row(2, (2, 3), 1)], "2 weapons are the rarest: 2 members each"),
    ],
)
def test_takeaway(rows: list[ExoticRow], said: str) -> None:
    assert words.takeaway(rows, MEMBERS) == said


def test_before_anyone_was_read_nothing_is_said_of_owners() -> None:
    unread = [member(1, read=False)]
    assert words.takeaway([row(1, (), 0)], unread) == "No collection has been read yet"
    assert not words.shown(row(1, (), 0), ExoticShow.NOBODY)
    assert not words.shown(row(1, (), 0), ExoticShow.RARE)


def test_names_are_made_harmless_where_they_are_said() -> None:
    said = words.takeaway([row(1, (2,), 2, "A*b*")], MEMBERS, lambda name: f"<{name}>")
    assert said == "Only <Quill> owns <A*b*>"


@pytest.mark.parametrize(
    ("show", "person", "keys"),
    [
        (ExoticShow.ALL, None, [1, 2, 3]),
        (ExoticShow.NOBODY, None, [1]),
        (ExoticShow.RARE, None, [1, 2]),
        (ExoticShow.OWNED, None, [2, 3]),
        (ExoticShow.MISSING, None, [1, 2]),
        (ExoticShow.OWNED, 1, [2, 3]),
        (ExoticShow.MISSING, 1, [1]),
        (ExoticShow.MISSING, 2, [1, 2]),
    ],
)
def test_shown(show: ExoticShow, person: int | None, keys: list[int]) -> None:
    rows = [row(1, (), 12), row(2, (1,), 11), row(3, range(1, 13), 0)]
    assert [each.exotic.collectible_hash for each in rows if words.shown(each, show, person)] == keys


def test_of_whom_nothing_is_known_nothing_is_missing() -> None:
    assert not words.shown(row(1, (), 3), ExoticShow.MISSING, 9, readable=False)
    assert words.lacking([row(1, (), 3)], member(9, read=False)) == ()
    assert words.member_line([row(1, (), 3)], member(9, "Moth", read=False)) == "Moth has never shown collections"


def test_rare_is_what_fewer_than_ten_have_in_a_clan_that_has_ten() -> None:
    rows = [row(1, (1, 2), 12), row(2, (1,), 13), row(3, (), 14), row(4, range(12), 2)]
    assert [each.exotic.collectible_hash for each in words.rare(rows)] == [2, 1]
    assert words.rare_line(rows, 14) == "2 more are held by fewer than ten"
    assert words.rare_line(rows[:1], 14) == "One is held by fewer than ten"
    assert words.rare_line(rows[:1] + rows[2:3], 14) == "One more is held by fewer than ten"
    assert words.rare_line(rows[1:2] * 2, 14) == "2 are held by fewer than ten"
    assert words.rare_line(rows, 9) == words.rare_line(rows[3:], 14) == ""


def test_member_line() -> None:
    assert words.member_line([row(1, (), 3), row(2, (1,), 2)], MEMBERS[0]) == "Tamsin lacks 1 of 2 weapons"
    assert words.member_line([row(1, (1,), 2)] * 2, MEMBERS[0]) == "Tamsin owns all 2 weapons"


@pytest.mark.parametrize(
    ("owners", "lacking", "unknown", "said"),
    [
        (0, 0, 3, "No collection has been read yet, so nobody knows who owns Thorn"),
        (0, 3, 0, "Nobody owns Thorn"),
        (1, 2, 0, "Only Member 0 owns Thorn"),
        (3, 0, 1, "All 3 whose collections are known own Thorn"),
        (3, 1, 0, "Only Member 10 lacks Thorn"),
        (2, 2, 1, "2 of 5 own Thorn"),
    ],
)
def test_exotic_line(owners: int, lacking: int, unknown: int, said: str) -> None:
    detail = ExoticDetail(
        exotic(1, "Thorn"),
        tuple(Owner(n, f"Member {n}#0001", NOON, True) for n in range(owners)),
        tuple(member(10 + n) for n in range(lacking)),
        tuple(member(20 + n, read=False) for n in range(unknown)),
        None,
        None,
    )
    assert words.exotic_line(detail) == said


def test_owners_in_a_line() -> None:
    names = {n: f"{name}#0001" for n, name in enumerate(("quill", "Tamsin", "Moth", "Wren", "Ferro"))}
    assert words.owners_line(row(1, (0, 1), 3), names) == "quill, Tamsin"
    assert words.owners_line(row(1, range(5), 0), names) == "Ferro, Moth, quill and 2 more"
    assert words.owners_line(row(1, (), 5), names) == ""


def test_private_line() -> None:
    assert words.private_line(member(1)) == ""
    known = words.private_line(member(1, "Sable-9", private=True, owned=61))
    assert known == "Sable-9 keeps collections private now. Known until 3 May 2026: 61 exotics"
    never = words.private_line(member(1, "Sable-9", private=True, read=False))
    assert never == "Sable-9 keeps collections private, so nothing of theirs is counted"


def test_slots_stand_in_the_order_of_the_collections() -> None:
    rows = [row(n, (), 0, slot=slot) for n, slot in enumerate(("power", "new", "kinetic", "class_item", "helmet"))]
    assert list(words.by_slot(rows)) == ["kinetic", "power", "helmet", "class_item", "new"]
    assert words.average([row(1, (1,), 1), row(2, (), 2)]) == "25 %"
    assert words.average([row(1, (), 0)]) == ""


def catalyst(key: int, owners: Iterable[int], missing: int) -> CatalystRow:
    return CatalystRow(Catalyst(key, f"Catalyst {key}", None, "", key), tuple(owners), missing, 0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "No catalyst is known yet"),
        ([catalyst(1, (), 0)], "No triumphs have been read yet"),
        ([catalyst(1, (), 3)], "One catalyst is completed by nobody"),
        ([catalyst(1, (), 3), catalyst(2, (), 3)], "2 catalysts are completed by nobody"),
        ([catalyst(1, (1, 2, 3), 0)], "Everyone completed all 1 catalyst"),
        ([catalyst(1, (1, 2), 1), catalyst(2, (1,), 2)], "Catalyst 2 is the rarest: 1 of 3 completed it"),
    ],
)
def test_catalysts_line(rows: list[CatalystRow], said: str) -> None:
    assert words.catalysts_line(rows, 3) == said
