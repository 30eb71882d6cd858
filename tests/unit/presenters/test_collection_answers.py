"""Titles of seals told apart, and answers of exotics and seals within Discord's limits whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.clan import Clan, ClanState
from bot.domain.collection import (
    ClanSeals,
    Closest,
    Collector,
    Exotic,
    ExoticDetail,
    ExoticKind,
    ExoticRow,
    ExoticShow,
    Holder,
    MemberSeal,
    Owner,
    Ownership,
    SealRow,
    Triumph,
)
from bot.presenters.collection_charts import most_held, owner_bars, owners_alt, rarest, seals_alt
from bot.presenters.embeds.collections import Around
from bot.presenters.embeds.exotics import ExoticsStory, exotic_embed, exotics_embed
from bot.presenters.embeds.seals import OwnSealsStory, SealsStory, own_seals_embed, seal_embed, seals_embed
from bot.presenters.seal_words import titles

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
HOSTILE = "**@everyone** [a](https://evil.example) " * 3
AROUND = Around(
    Clan(group_id=1, state=ClanState.TRACKED, reason=None, name=HOSTILE, callsign="", motto="", member_count=100,
         as_of=NOW, online_count=0), "-# age", "https://a.example/clans/1/exotics"
)  # fmt: skip
MEMBERS = tuple(Collector(n, f"{HOSTILE}{n}#0001", NOW if n % 9 else None, n % 7 == 0, n) for n in range(1, 101))


def exotic(n: int, owners: tuple[int, ...]) -> ExoticRow:
    kind = ExoticKind.WEAPON if n % 2 else ExoticKind.ARMOR
    row = Exotic(n, n, f"{HOSTILE}{n}", kind, "kinetic" if n % 2 else "legs", None, "Forsaken", HOSTILE, "", None, n)
    return ExoticRow(row, owners, 89 - len(owners), 11)


def seal(n: int, title: str, name: str, *, legacy: bool = False, holders: int = 0) -> SealRow:
    held = tuple(Holder(m, f"{HOSTILE}{m}", NOW, False, m % 3, m % 2 > 0) for m in range(1, holders + 1))
    closest = tuple(Closest(m, f"{HOSTILE}{m}", 20 - m % 5, 20, (HOSTILE,) * 3) for m in range(60, 90))
    return SealRow(n, name, title, "", legacy, True, n, 20, held, closest)


ROWS = tuple(exotic(n, tuple(range(1, n))) for n in range(1, 90))
OWNERSHIP = Ownership(ROWS, (), MEMBERS, NOW)
SEALS = ClanSeals(tuple(seal(n, f"Seal {n}", f"Seal {n}", holders=n * 3) for n in range(1, 20)), 100, 89, None, NOW)


def test_titles_of_other_years_are_kept_apart() -> None:
    rows = [
        seal(1, "Conqueror", "Conqueror"),
        seal(2, "Rivensbane", "Last Wish"),
        seal(3, "Conqueror", "Conqueror", legacy=True),
        seal(4, "Conqueror", "Conqueror", legacy=True),
        seal(5, "MMXX", "Moments of Triumph", legacy=True),
        seal(6, "MMXX", "Moments of Triumph: MMXX", legacy=True),
    ]
    assert list(titles(rows).values()) == [
        "Conqueror",
        "Rivensbane",
        "Conqueror (legacy)",
        "Conqueror (legacy, 2nd)",
        "MMXX (Moments of Triumph, legacy)",
        "MMXX (Moments of Triumph: MMXX, legacy)",
    ]


@pytest.mark.parametrize("show", ExoticShow)
@pytest.mark.parametrize("member", [None, MEMBERS[3], MEMBERS[8]])
def test_exotics_stay_within_the_limits(show: ExoticShow, member: Collector | None) -> None:
    made = exotics_embed(ExoticsStory(OWNERSHIP, show, member), AROUND)
    assert len(made) <= 6000
    assert len(made.title or "") <= 256
    assert (made.description or "").endswith("-# age")
    assert len(made.description or "") <= 3200
    assert "@everyone" not in (made.description or "") + (made.title or "")


def test_who_has_nothing_rare_owns_none_of_it() -> None:
    common = Ownership(ROWS[-1:], (), MEMBERS, NOW)
    made = exotics_embed(ExoticsStory(common, ExoticShow.RARE, MEMBERS[3]), AROUND)
    assert (made.title or "").endswith(" owns none of what fewer than ten hold")


def test_one_exotic_and_seals_stay_within_the_limits() -> None:
    detail = ExoticDetail(
        ROWS[0].exotic, tuple(Owner(m.membership_id, m.name, NOW, False) for m in MEMBERS[:50]), MEMBERS[50:], MEMBERS,
        None, NOW,
    )  # fmt: skip
    own = tuple(
        MemberSeal(n, HOSTILE, HOSTILE, False, n, NOW if n % 2 else None, False, 0, False, 3, 20,
                   tuple(Triumph(t, HOSTILE, "", False, 1, 3) for t in range(20)))
        for n in range(40)
    )  # fmt: skip
    story = OwnSealsStory(HOSTILE, own, readable=True, private=True)
    made = [
        exotic_embed(detail, None, AROUND),
        exotic_embed(detail, MEMBERS[60], AROUND),
        seals_embed(SealsStory(SEALS), AROUND),
        seal_embed(SealsStory(SEALS, SEALS.rows[-1]), AROUND),
        own_seals_embed(story, AROUND),
    ]
    for embed in made:
        assert len(embed) <= 6000
        assert (embed.description or "").endswith("-# age")
        assert "@everyone" not in (embed.description or "") + (embed.title or "")


def test_the_chart_shows_the_rarest_with_a_few_that_nobody_owns() -> None:
    rows = [exotic(n, ()) for n in range(1, 8)] + [exotic(n, tuple(range(1, n))) for n in range(10, 40)]
    drawn = rarest(rows)
    assert [row.owned for row in drawn] == [0, 0, 0, *range(9, 21)]
    assert rarest([exotic(1, ())]) == ()
    chart = owner_bars(rows, MEMBERS, "Title", "Quiet Orbit", NOW)
    assert chart.highlight is None
    assert chart.frame.subtitle == "The 15 rarest of 37 exotics · owners among 100 members"
    assert chart.rows[3].share == pytest.approx(9 / 89)
    assert owner_bars(rows[7:], MEMBERS, "Title", "Quiet Orbit", NOW).highlight == 0
    assert owners_alt(rows, "Title").startswith("Title. Bar chart of the 15 rarest of 37 exotics, by owners: ")
    assert most_held(SEALS)[0].record_hash == 19
    assert ", … " in seals_alt(SEALS, "Title")
