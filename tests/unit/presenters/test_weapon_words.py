from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.clan import Clan, ClanState
from bot.domain.match import GuardianClass
from bot.domain.mode import Mode
from bot.domain.weapon import (
    ClassKills,
    Coverage,
    Damage,
    DayKills,
    Slot,
    Tier,
    Weapon,
    WeaponDetail,
    WeaponFilter,
    WeaponPlayer,
    WeaponRow,
    WeaponSort,
    WeaponSpan,
    WeaponTable,
    WeaponTotals,
)
from bot.presenters.embeds.answer import NO_CHART, Shown
from bot.presenters.embeds.frame import PAGE_LIMIT, TITLE_LIMIT
from bot.presenters.embeds.weapons import LINE_LIMIT, Around, sheet_embed, weapons_embed
from bot.presenters.spans import ALL_TIME
from bot.presenters.text import safe_name
from bot.presenters.weapon_charts import BARS, by_time, weapon_bars, weapon_sheet
from bot.presenters.weapon_figures import WeaponStory, changes, movers, points, shares
from bot.presenters.weapon_sheet_words import SheetStory, rank_line, sheet_alt_text, sheet_takeaway
from bot.presenters.weapon_words import alt_text, growing, no_weapon, scope, takeaway
from tests.unit.presenters.hostile import names
from tests.unit.presenters.markdown import EVERYONE, LINK, MENTION, unescape

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
SPAN = WeaponSpan(NOW - timedelta(days=30), None, "last 30 days")
ASKED = WeaponFilter(10, SPAN, merge=True)
WHOLE = Coverage(62, 62, 0, 62, datetime(2017, 9, 6, tzinfo=UTC), 4812, 4812, NOW)
GROWING = replace(WHOLE, complete=37, covered=37, members=98, stored=2935)
TOTALS = WeaponTotals(60000, 58240, 812, 640, 0, 900)
CLAN = Clan(10, ClanState.TRACKED, "Quiet Orbit", "QO", "", 62, 9, NOW)


def row(name: str, kills: int, *, precision: int = 0, matches: int = 1, players: int = 1, tier: Tier | None = None,
        damage: Damage | None = Damage.KINETIC) -> WeaponRow:  # fmt: skip
    weapon = Weapon(
        zlib.crc32(name.encode("utf-8", "surrogatepass")), name, "Hand Cannon", Slot.KINETIC, damage, tier, None
    )
    return WeaponRow(weapon, kills, precision, matches, players)


ROSE, THORN, ACE = (
    row("Rose", 600, precision=300, players=41, matches=812),
    row("Thorn", 300),
    row("Ace of Spades", 100),
)


def story(
    *rows: WeaponRow, member: str | None = None, before: tuple[WeaponRow, ...] = (), **asked: object
) -> WeaponStory:
    earlier = WeaponTable(before, TOTALS, WHOLE, "v") if before else None
    table = WeaponTable(rows, TOTALS, WHOLE, "v")
    return WeaponStory(replace(ASKED, **asked), table, member, earlier, "the 30 days before")  # type: ignore[arg-type]


CANNONS: Any = {"type": "Hand Cannon"}
POWER_ARC: Any = {"slot": Slot.POWER, "damage": Damage.ARC}
PRECISION: Any = {"sort": WeaponSort.PRECISION}
MATCHES: Any = {"sort": WeaponSort.MATCHES}
V: Any = {"member": "Vesper"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (story(ROSE, THORN, ACE), "Rose leads Crucible with 60.0 % of weapon kills"),
        (story(ROSE, THORN, ACE, mode=Mode.ALL), "Rose leads with 60.0 % of weapon kills"),
        (story(ROSE, THORN, ACE, mode=Mode.RAID), "Rose leads raids with 60.0 % of weapon kills"),
        (story(ROSE, THORN, ACE, **CANNONS), "Rose leads hand cannons in Crucible with 60.0 % of their kills"),
        (story(ROSE, THORN, **POWER_ARC), "Rose leads power arc weapons in Crucible with 66.7 % of their kills"),
        (story(ROSE, THORN, **PRECISION), "Rose leads Crucible with 300 precision kills"),
        (story(ROSE, THORN, sort=WeaponSort.PLAYERS), "Rose is the most shared weapon in Crucible: 41 members"),
        (story(ROSE, THORN, **MATCHES, mode=Mode.ALL), "Rose is the most carried weapon: 812 matches"),
        (story(ROSE, THORN._replace(kills=600)), "Rose and Thorn share the lead in Crucible: 600 kills each"),
        (story(row("A", 1), row("B", 1), row("C", 1)), "3 weapons share the lead in Crucible: 1 kill each"),
        (story(ROSE), "Rose is the only weapon in use in Crucible: 600 kills"),
        (story(row("Rose", 1), **CANNONS), "Rose is the only hand cannon in use in Crucible: 1 kill"),
        (story(ROSE, THORN, ACE, member="Vesper#0042"), "Vesper's favourite in Crucible is Rose: 600 kills, 60.0 %"),
        (story(ROSE, ACE, **V, **CANNONS), "Vesper's favourite hand cannon in Crucible is Rose: 600 kills, 85.7 %"),
        (story(ROSE, THORN, **V, **PRECISION), "Vesper made most precision kills with Rose in Crucible: 300"),
        (story(ROSE, THORN, **V, **MATCHES), "Vesper's most carried weapon in Crucible is Rose: 812 matches"),
        (story(ROSE, THORN._replace(kills=600), **V), "Rose and Thorn share the lead for Vesper: 600 kills each"),
        (story(row("A", 2), row("B", 1), **MATCHES), "A and B share the lead in Crucible: 1 match each"),
        (story(), "No weapon kills in Crucible"),
        (story(member="Vesper#0042"), "No weapon kills by Vesper in Crucible"),
        (story(**CANNONS, mode=Mode.ALL), "No kills with hand cannons"),
    ],
)  # fmt: skip
def test_the_takeaway_says_what_the_table_says(told: WeaponStory, words: str) -> None:
    assert takeaway(told) == words


def test_a_charts_title_gets_shorter_where_it_would_not_fit() -> None:
    assert takeaway(story(ROSE, THORN, ACE), brief=True) == "Rose leads Crucible with 60.0 % of weapon kills"
    long = row("Conditional Finality", 600)
    told = story(long, THORN, ACE, mode=Mode.TRIALS)
    assert takeaway(told, brief=True) == "Conditional Finality leads Trials with 60.0 %"
    assert takeaway(replace(told, asked=replace(told.asked, type="Linear Fusion Rifle")), brief=True) == (
        "Conditional Finality leads with 60.0 %"
    )


def test_shares_are_of_what_the_filter_lets_through_and_add_up() -> None:
    assert list(shares(story(ROSE, THORN, ACE).table).values()) == [0.6, 0.3, 0.1]
    assert shares(story().table) == {}


def test_changes_are_in_points_of_share_and_a_newcomer_gains_all_it_has() -> None:
    told = story(ROSE, THORN, ACE, before=(ROSE._replace(kills=50), THORN._replace(kills=50)))
    moved = changes(told)
    assert [points(moved[one.weapon.weapon_hash]) for one in (ROSE, THORN, ACE)] == ["+10.0", "−20.0", "+10.0"]
    up, down = movers(told, told.table.rows)
    assert up is not None
    assert (up.weapon.name, down) == ("Ace of Spades", THORN)


def test_noise_is_no_movement_and_nothing_is_compared_with_nothing() -> None:
    told = story(
        ROSE._replace(kills=1002), THORN._replace(kills=998), before=(ROSE._replace(kills=50), THORN._replace(kills=50))
    )
    assert movers(told, told.table.rows) == (None, None)
    assert changes(story(ROSE)) == {}
    assert points(-0.04) == "0.0"


def test_what_no_weapon_made_is_named() -> None:
    assert no_weapon(TOTALS) == "812 grenade · 640 melee · 308 other"
    assert no_weapon(WeaponTotals(5, 5, 0, 0, 0, 1)) == ""


def test_what_is_missing_is_said() -> None:
    assert growing(WHOLE) == ""
    assert growing(GROWING) == "37 of 98 histories complete, numbers still rise"
    assert growing(replace(WHOLE, private=20, complete=42, covered=42)) == "", "who hides is not waited for"


def test_alt_text_has_the_takeaway_the_first_three_and_the_last() -> None:
    rows = [row(f"W{place}", 1600 - place * 100) for place in range(15)]
    told = story(*rows)
    assert alt_text(told, rows) == (
        "W0 leads Crucible with 11.9 % of weapon kills. Bar chart of 15 weapons by kills, last 30 days: "
        "W0 1,600, W1 1,500, W2 1,400, … W14 200."
    )
    assert alt_text(story(ROSE, THORN), [ROSE, THORN]).endswith("last 30 days: Rose 600, Thorn 300.")


def around(**keys: object) -> Around:
    return replace(Around(CLAN, WHOLE, "-# Matches now"), **keys)  # type: ignore[arg-type]


def lines(embed: object) -> list[str]:
    return str(getattr(embed, "description", "")).split("\n")


def test_an_answer_has_the_figures_of_the_chart_as_text() -> None:
    told = story(ROSE, THORN, ACE, before=(ROSE._replace(kills=50), THORN._replace(kills=50)))
    embed = weapons_embed(told, around())
    assert embed.title == "Rose leads Crucible with 60.0 % of weapon kills"
    assert embed.author.name == "Quiet Orbit [QO]"
    assert embed.image.url == "attachment://chart.png"
    assert lines(embed) == [
        "Crucible · last 30 days · 1,000 weapon kills",
        "",
        "1. **Rose** · 600 · 60.0 %",
        "2. **Thorn** · 300 · 30.0 %",
        "3. **Ace of Spades** · 100 · 10.0 %",
        "",
        "On the 30 days before: **Ace of Spades** +10.0 points, **Thorn** −20.0 points",
        "",
        "Kills that no weapon made: 812 grenade · 640 melee · 308 other",
        "-# Matches now",
    ]


def test_the_colour_is_that_of_the_leading_weapons_damage() -> None:
    embed = weapons_embed(story(ROSE._replace(weapon=replace(ROSE.weapon, damage=Damage.ARC))), around())
    assert embed.colour is not None
    assert embed.colour.value == 0x77CDF0
    empty = weapons_embed(story(), around())
    assert empty.colour is not None
    assert empty.colour.value == 0x67757A


def test_an_answer_without_its_chart_says_so_and_keeps_its_figures() -> None:
    embed = weapons_embed(story(ROSE, THORN), around(shown=Shown.FAILED))
    assert embed.image.url is None
    assert lines(embed)[-2:] == [NO_CHART, "-# Matches now"]
    assert "1. **Rose** · 600 · 66.7 %" in lines(embed)


def test_an_empty_answer_says_what_to_do() -> None:
    def text(told: WeaponStory, coverage: Coverage) -> str:
        return weapons_embed(told, around(shown=Shown.NONE, coverage=coverage)).description or ""

    assert "Choose a longer span or another mode below." in text(story(), WHOLE)
    assert "Clear the filters, or choose a longer span or another mode below." in text(story(**CANNONS), WHOLE)
    assert "Choose another mode below." in text(story(span=ALL_TIME), WHOLE)
    assert "Choose a longer span below." in text(story(mode=Mode.ALL), WHOLE)
    everything = story(**CANNONS, span=ALL_TIME, mode=Mode.ALL)
    assert "Clear the filters below." in text(everything, WHOLE)
    assert "read for the first time" in text(story(), replace(WHOLE, complete=0, stored=0, as_of=None))


def test_an_answer_says_what_is_not_known() -> None:
    grown = lines(weapons_embed(story(ROSE), around(coverage=GROWING)))
    assert "⚠ 37 of 98 histories complete, numbers still rise: 2,935 of 4,812 known reports are in." in grown
    hidden = lines(
        weapons_embed(
            story(ROSE, member="Sable-9#2472"), around(coverage=replace(WHOLE, members=1, complete=0, private=1))
        )
    )
    assert any(line.startswith("Sable-9 keeps match history private") for line in hidden)


PLAYERS = (
    WeaponPlayer(1, "Tamsin#0001", 1204, 662, 90),
    WeaponPlayer(2, "Moth#0002", 600, 300, 50),
    WeaponPlayer(3, "Quill", 10, 0, 4),
)
DETAIL = WeaponDetail(
    ROSE._replace(kills=1814, precision_kills=962, players=3),
    PLAYERS,
    (DayKills(date(2026, 4, 20), 1000), DayKills(date(2026, 5, 9), 814)),
    (ClassKills(GuardianClass.HUNTER, 1500), ClassKills(None, 14), ClassKills(GuardianClass.TITAN, 300)),
    WHOLE,
    "v",
)
SHEET = SheetStory(ASKED, DETAIL, 3, 214, 0.0467)


def test_one_weapons_takeaway_says_who_is_best() -> None:
    def of(*players: WeaponPlayer, **keys: object) -> str:
        detail = replace(DETAIL, players=players, row=DETAIL.row._replace(kills=sum(one.kills for one in players)))
        return sheet_takeaway(replace(SHEET, detail=detail, **keys))  # type: ignore[arg-type]

    first, second, third = PLAYERS
    assert of(*PLAYERS) == "Tamsin leads the clan with Rose: 1,204 kills"
    assert of(first, replace(second, kills=1204)) == "Tamsin and Moth share the lead with Rose: 1,204 kills each"
    assert of(*(replace(one, kills=1) for one in PLAYERS)) == "3 members share the lead with Rose: 1 kill each"
    assert of(third) == "Only Quill uses Rose: 10 kills"
    assert of(first, member="Tamsin#0001") == "Tamsin made 1,204 kills with Rose"
    assert of() == "Nobody here has a kill with Rose in Crucible"
    assert of(member="Tamsin#0001") == "Tamsin has no kill with Rose in Crucible"


def test_one_weapons_answer() -> None:
    assert lines(sheet_embed(SHEET, around())) == [
        "Hand Cannon · Crucible · last 30 days · 1,814 kills, 53 % precise",
        "",
        "1. **Tamsin** · 1,204 · 55 % precise",
        "2. **Moth** · 600 · 50 % precise",
        "3. **Quill** · 10 · 0 % precise",
        "",
        "3rd of 214 weapons · 4.7 % of weapon kills",
        "Hunter 83 % · Titan 17 % · class not told 1 %",
        "Best day 20 April 2026, 1,000 kills · last kill 9 May 2026",
        "-# Matches now",
    ]
    assert rank_line(replace(SHEET, rank=None)) == ""
    assert sheet_alt_text(SHEET, PLAYERS).startswith(
        "Tamsin leads the clan with Rose: 1,204 kills. Bar chart of 3 members by kills, last 30 days: Tamsin 1,204, "
    )


def test_charts_carry_the_same_figures() -> None:
    told = story(ROSE, THORN, ACE, before=(ROSE._replace(kills=50), THORN._replace(kills=50)))
    bars = weapon_bars(told, "Quiet Orbit", NOW)
    assert bars.frame.title == "Rose leads Crucible with 60.0 % of weapon kills"
    assert bars.frame.subtitle == "Crucible · last 30 days · 1,000 weapon kills"
    assert bars.frame.foot_right == "as of 10 May 2026, 12:00 UTC · change in points on the 30 days before"
    assert [(bar.value, bar.share) for bar in bars.rows] == [(600, 0.6), (300, 0.3), (100, 0.1)]
    assert bars.rows[1].change == pytest.approx(-20)
    by_precision = weapon_bars(replace(told, asked=replace(ASKED, sort=WeaponSort.PRECISION)), "Quiet Orbit", NOW)
    assert (by_precision.unit, by_precision.rows[0].value, by_precision.rows[0].share) == ("precision kills", 300, None)
    tied = weapon_bars(story(ROSE, THORN._replace(kills=600)), "Quiet Orbit", NOW)
    assert tied.highlight is None
    many = weapon_bars(story(*(row(f"W{n}", 100 - n) for n in range(40))), "Quiet Orbit", NOW)
    assert (len(many.rows), many.frame.subtitle[:20]) == (BARS, "Top 15 of 40 weapons")


def test_days_become_weeks_and_months_as_a_span_gets_longer() -> None:
    days = DETAIL.by_day
    word, columns = by_time(days, SPAN, NOW)
    assert (word, len(columns), columns[0].label, columns[-1].label) == ("day", 31, "10 Apr", "10 May")
    assert sum(column.value for column in columns) == 1814
    word, columns = by_time(days, replace(SPAN, since=NOW - timedelta(days=90)), NOW)
    assert (word, len(columns), columns[-1].value) == ("week", 13, 814)
    word, columns = by_time((DayKills(date(2024, 11, 30), 5), *days), WeaponSpan(None, None, "all time"), NOW)
    assert (word, len(columns), columns[0], columns[-1].label) == ("month", 19, columns[0], "May 2026")
    assert sum(column.value for column in columns) == 1819
    assert by_time((), SPAN, NOW) == ("day", ())


def test_one_weapons_chart_names_members_by_name_and_code() -> None:
    chart = weapon_sheet(SHEET, "Quiet Orbit", NOW, NOW)
    assert [(bar.name, bar.code) for bar in chart.players] == [("Tamsin", "#0001"), ("Moth", "#0002"), ("Quill", "")]
    assert [(part.name, part.kills) for part in chart.classes] == [
        ("Hunter", 1500),
        ("Titan", 300),
        ("Class not told", 14),
    ]
    assert chart.frame.title_code == "Rose: 1,814 kills by 3 members"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(names, st.integers(1, 10**7)), min_size=1, max_size=8),
    names,
    st.booleans(),
    st.sampled_from(WeaponSort),
)
def test_no_name_acts_in_an_answer_or_breaks_a_limit(
    weapons: list[tuple[str, int]], member: str, alone: bool, sort: WeaponSort
) -> None:
    rows = sorted((row(name, kills) for name, kills in weapons), key=lambda one: -one.kills)
    players = tuple(WeaponPlayer(n, name, kills, 0, 1) for n, (name, kills) in enumerate(weapons))
    told = story(*rows, member=member if alone else None, sort=sort)
    sheet = replace(SHEET, detail=replace(DETAIL, players=players, row=rows[0]), member=member if alone else None)
    for embed in (weapons_embed(told, around()), sheet_embed(sheet, around())):
        text = f"{embed.title}\n{embed.description}"
        assert len((embed.title or "").encode("utf-16-le")) // 2 <= TITLE_LIMIT
        assert len((embed.description or "").encode("utf-16-le")) // 2 <= PAGE_LIMIT
        assert not EVERYONE.search(text)
        assert not MENTION.search(text)
        assert not LINK.search(text)
        numbered = [
            unescape(line).replace("**", "") for line in lines(embed) if line[:2] in ("1.", "2.", "3.", "4.", "5.")
        ]
        assert all(len(line.split(" · ")[0]) <= LINE_LIMIT for line in numbered)


def test_names_are_made_safe_by_whoever_shows_them() -> None:
    told = story(ROSE._replace(weapon=replace(ROSE.weapon, name="*Rose*")), THORN)
    assert takeaway(told, safe_name).startswith(r"\*Rose\* leads")
    assert takeaway(told).startswith("*Rose* leads")


def test_the_scope_names_what_is_narrowed() -> None:
    assert scope(story(ROSE, type="Hand Cannon", tier=Tier.EXOTIC)) == (
        "Crucible · last 30 days · 600 kills with exotic hand cannons"
    )
