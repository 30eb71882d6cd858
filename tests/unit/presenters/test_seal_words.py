from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.collection import ClanSeals, Closest, Holder, MemberSeal, SealNews, SealRow
from bot.presenters import seal_words as words

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def holder(key: int, times: int = 0) -> Holder:
    return Holder(key, f"Member {key}#0001", NOON + timedelta(days=key), False, times, False)


def seal(
    key: int, title: str, held: int = 0, gilded: int = 0, *closest: Closest, name: str = "", legacy: bool = False
) -> SealRow:
    holders = tuple(holder(n, int(n < gilded)) for n in range(held))
    return SealRow(key, name or title, title, "", legacy, bool(gilded), key, 9, holders, closest)


def clan(*rows: SealRow, readable: int = 5, last: SealNews | None = None) -> ClanSeals:
    return ClanSeals(rows, 6, readable, last, NOON)


def news(times: int) -> SealNews:
    return SealNews(1, "Tamsin#0001", 1, "Flawless", times, NOON)


def close(key: int, done: int, of: int = 9, name: str = "") -> Closest:
    return Closest(key, f"{name or f'Member {key}'}#0001", done, of)


def own(
    key: int, title: str, done: int | None, *, held: bool = False, times: int = 0, legacy: bool = False
) -> MemberSeal:
    since = NOON if held else None
    return MemberSeal(
        key, title, title, legacy, key, since, False, times, False, done, 9 if done is not None else None, ()
    )


def test_titles_of_other_years_are_told_apart() -> None:
    rows = [
        seal(1, "Conqueror"),
        seal(2, "Conqueror", name="Old Nightfall", legacy=True),
        seal(3, "Flawless", name="Trials"),
    ]
    assert words.titles(rows) == {1: "Conqueror", 2: "Conqueror (Old Nightfall, legacy)", 3: "Flawless"}
    same = [seal(1, "MMXX"), seal(2, "MMXX", legacy=True)]
    assert words.titles([*same, seal(3, "MMXX", legacy=True)]) == {
        1: "MMXX",
        2: "MMXX (legacy)",
        3: "MMXX (legacy, 2nd)",
    }


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (clan(), "No seal is known yet"),
        (clan(seal(1, "Flawless"), readable=0), "No triumphs have been read yet"),
        (clan(seal(1, "Flawless")), "Nobody holds a seal yet"),
        (clan(seal(1, "Flawless", 2), seal(2, "Dredgen", 3)), "Dredgen is held by most: 3 of 6"),
        (clan(seal(1, "Flawless", 2), last=news(0)), "Tamsin earned Flawless last"),
        (clan(seal(1, "Flawless", 2), last=news(6)), "Tamsin gilded Flawless last"),
    ],
)
def test_takeaway(found: ClanSeals, said: str) -> None:
    assert words.takeaway(found) == said


def test_what_is_held_of_todays() -> None:
    legacy = seal(9, "Undying", legacy=True)
    assert words.held_line(clan(seal(1, "A", 1), seal(2, "B"), legacy)) == "1 of today's 2 seals is held by someone"
    assert (
        words.held_line(clan(seal(1, "A", 1), seal(2, "B", 2), legacy)) == "Each of today's 2 seals is held by someone"
    )
    assert words.held_line(clan(legacy)) == words.held_line(clan(seal(1, "A"), readable=0)) == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (seal(1, "Flawless"), "Nobody holds Flawless"),
        (seal(1, "Flawless", 0, 0, close(2, 0)), "Nobody holds Flawless"),
        (seal(1, "Flawless", 0, 0, close(2, 8)), "Nobody holds Flawless; Member 2 is closest with 8 of 9"),
        (seal(1, "Flawless", 1), "Only Member 0 holds Flawless"),
        (seal(1, "Flawless", 1, 1), "Only Member 0 holds Flawless, gilded once"),
        (seal(1, "Flawless", 4), "4 of 6 hold Flawless"),
        (seal(1, "Flawless", 4, 2), "4 of 6 hold Flawless, 2 gilded it"),
    ],
)
def test_one_seal(row: SealRow, said: str) -> None:
    assert words.seal_line(row, 6) == said


def test_holders_in_figures() -> None:
    assert words.holders_line(seal(1, "A")) == "nobody"
    assert words.holders_line(seal(1, "A", 21)) == "21"
    assert words.holders_line(seal(1, "A", 21, 9)) == "21, 9 gilded"


def test_each_member_is_near_once_and_never_to_a_legacy_seal() -> None:
    rows = [
        seal(1, "A", 0, 0, close(1, 7), close(2, 6), close(3, 0)),
        seal(2, "B", 0, 0, close(1, 8), close(2, 6)),
        seal(3, "C", 0, 0, close(4, 8), legacy=True),
    ]
    found = [(row.title, each.membership_id, each.done) for row, each in words.nearest(rows, 5)]
    assert found == [("B", 1, 8), ("A", 2, 6)]
    assert len(words.nearest(rows, 1)) == 1


def test_a_members_nearest() -> None:
    seals = [
        own(1, "A", 8, held=True),
        own(2, "B", 3),
        own(3, "C", 7),
        own(4, "D", None),
        own(5, "E", 8, legacy=True),
        own(6, "F", 0),
    ]
    assert [each.title for each in words.nearest_own(seals, 5)] == ["C", "B"]


def test_member_line() -> None:
    assert words.member_line([own(1, "A", 0)], "Vesper#0001") == "Vesper holds no seal yet"
    assert words.member_line([own(1, "A", 9, held=True)], "Vesper#0001") == "Vesper holds 1 seal"
    assert words.member_line([own(1, "A", 9, held=True, times=2)], "Vesper#0001") == "Vesper holds 1 seal, gilded"
    two = [own(1, "A", 9, held=True, times=2), own(2, "B", 9, held=True)]
    assert words.member_line(two, "Vesper#0001") == "Vesper holds 2 seals, 1 of them gilded"


def test_small_words() -> None:
    assert [words.times(n) for n in (1, 2, 3)] == ["once", "twice", "3 times"]
    assert words.left_line(()) == ""
    assert words.left_line(("A", "B", "C")) == "Left: A, B, C"
    assert words.left_line(("A", "B", "C", "D")) == "Left: A, B, C and 1 more"
