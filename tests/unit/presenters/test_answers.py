from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.clan import Clan, ClanState
from bot.domain.role import Role
from bot.domain.roster import HeldSeal, RosterMember, RosterSort
from bot.domain.status import BungieStatus, ChannelStatus, HeldBatch, LoopStatus, OutboxStatus, QueueStatus, Status
from bot.presenters.embeds.frame import PAGE_LIMIT, cut, fill
from bot.presenters.embeds.plain import OURS, fault_embed, help_embed
from bot.presenters.embeds.roster import PAGE_SIZE, RosterPage, roster_embed, row
from bot.presenters.embeds.status import status_embed
from bot.presenters.roster_view import RosterShow, by_presence, shown
from bot.presenters.status_words import takeaway
from tests.unit.presenters.hostile import names
from tests.unit.presenters.markdown import EVERYONE, LINK, MENTION

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
SEAL = HeldSeal(1, "Rivensbane", gilded=False, gilded_times=0)
CLAN = Clan(10, ClanState.TRACKED, "Quiet Orbit", "QO", "", 3, 1, NOW)
OFFLINE = RosterMember(
    1, 3, "Vesper#0042", Role.MEMBER, NOW - timedelta(days=400), False, None, None, None,
    NOW - timedelta(hours=2), 531, 12345, 999, (SEAL,) * 13, None, False, NOW,
)  # fmt: skip
ONLINE = replace(
    OFFLINE, membership_id=2, name="Rook#0001", online=True, activity="Trials of Osiris",
    activity_started_at=NOW - timedelta(minutes=14),
)  # fmt: skip
UNREAD = replace(OFFLINE, membership_id=3, name="New#1", last_played_at=None, power=None, seals=(), read_at=None)


def page(members: list[RosterMember], **keys: object) -> RosterPage:
    base = RosterPage(CLAN, members, len(members), 1, 1, RosterShow.ALL, None, "-# Roster now", NOW)
    return replace(base, **keys)  # type: ignore[arg-type]


def test_a_row_has_since_when_power_and_seals() -> None:
    assert row(OFFLINE, NOW) == "○ **Vesper#0042** · 2 h · 531 · ◆ 13"
    assert row(ONLINE, NOW) == "● **Rook#0001** · 14 min · 531 · ◆ 13"
    assert row(UNREAD, NOW) == "○ **New#1** · – · – · ◆ –"
    assert row(replace(UNREAD, private=True, read_at=NOW), NOW) == "○ **New#1** · – · – · ◆ 0 · private"


def test_those_online_stand_first_under_their_activity() -> None:
    embed = roster_embed(page(by_presence([OFFLINE, UNREAD, ONLINE])))
    assert embed.title == "Roster · 1 of 3 online"
    assert embed.author.name == "Quiet Orbit [QO]"
    assert embed.colour is not None
    assert embed.colour.value == 0x3FCE95
    assert (embed.description or "").split("\n") == [
        "**Trials of Osiris**",
        "● **Rook#0001** · 14 min · 531 · ◆ 13",
        "○ **Vesper#0042** · 2 h · 531 · ◆ 13",
        "○ **New#1** · – · – · ◆ –",
        "-# Roster now",
    ]


def test_nobody_online_is_grey() -> None:
    embed = roster_embed(page([OFFLINE], online=0))
    assert embed.colour is not None
    assert embed.colour.value == 0x67757A


def test_a_sorted_list_shows_what_it_is_sorted_by() -> None:
    lines = (roster_embed(page([ONLINE], sort=RosterSort.TRIUMPH_SCORE)).description or "").split("\n")
    assert lines[0] == "● **Rook#0001** · 14 min · 531 · ◆ 13 · 12,345"
    lines = (roster_embed(page([ONLINE], sort=RosterSort.ROLE)).description or "").split("\n")
    assert lines[0].endswith(" · member")


def test_all_pages_together_show_everyone_once() -> None:
    members = by_presence([replace(OFFLINE, membership_id=n, name=f"M{n}#1", online=n % 7 == 0) for n in range(1, 63)])
    first = page(members)
    assert first.pages == 7
    seen: list[str] = []
    for number in range(1, first.pages + 1):
        rows = re.findall(r"[●○] \*\*(.+?)\*\*", roster_embed(replace(first, page=number)).description or "")
        assert len(rows) <= PAGE_SIZE
        seen += rows
    assert seen == [member.name for member in members]


def test_an_empty_list_says_what_to_do() -> None:
    assert "Run `/roster` without `show`" in (roster_embed(page([], show=RosterShow.IDLE)).description or "")
    early = page([], clan=replace(CLAN, as_of=None))
    assert "has not come yet" in (roster_embed(early).description or "")


def test_presence_puts_the_fullest_activity_first_and_the_longest_gone_last() -> None:
    def someone(number: int, activity: str | None, minutes: int) -> RosterMember:
        then = NOW - timedelta(minutes=minutes)
        online = activity is not None
        return replace(
            OFFLINE,
            membership_id=number,
            online=online,
            activity=activity,
            activity_started_at=then,
            last_played_at=then,
        )

    members = [
        someone(1, "Orbit", 1),
        someone(2, None, 500),
        someone(3, "Raid", 9),
        someone(4, None, 5),
        someone(5, "Raid", 9),
        replace(someone(6, None, 5), last_played_at=None),
    ]
    assert [member.membership_id for member in by_presence(members)] == [3, 5, 1, 4, 2, 6]


def test_the_parts_of_a_roster() -> None:
    idle = replace(OFFLINE, last_played_at=NOW - timedelta(days=30))
    new = replace(OFFLINE, joined_at=NOW - timedelta(days=30))
    assert shown(idle, RosterShow.IDLE, NOW)
    assert not shown(replace(idle, online=True), RosterShow.IDLE, NOW)
    assert not shown(UNREAD, RosterShow.IDLE, NOW)
    assert shown(new, RosterShow.NEW, NOW)
    assert not shown(OFFLINE, RosterShow.NEW, NOW)
    assert shown(ONLINE, RosterShow.ONLINE, NOW)
    assert not shown(OFFLINE, RosterShow.PRIVATE, NOW)
    assert shown(OFFLINE, RosterShow.ALL, NOW)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(names, names, st.booleans()), max_size=12), st.sampled_from([None, *RosterSort]))
def test_no_page_breaks_a_limit_or_lets_a_name_act(
    people: list[tuple[str, str, bool]], sort: RosterSort | None
) -> None:
    members = [
        replace(ONLINE if online else OFFLINE, membership_id=n, name=name, activity=activity if online else None)
        for n, (name, activity, online) in enumerate(people)
    ]
    embed = roster_embed(page(members, sort=sort))
    text = embed.description or ""
    assert len(text.encode("utf-16-le")) // 2 <= PAGE_LIMIT
    assert text.endswith("\n-# Roster now")
    assert not EVERYONE.search(text)
    assert not MENTION.search(text)
    assert not LINK.search(text)


@given(st.text(), st.integers(1, 50))
def test_cut_keeps_to_the_limit(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short.encode("utf-16-le", "surrogatepass")) // 2 <= limit
    assert short == text or short.endswith("…")


def test_fill_takes_what_fits() -> None:
    assert fill(["aa", "bb", "cc"], ", ", 9) == ("aa, bb", 1)


LOOP = LoopStatus("roster", 180, NOW, NOW, NOW - timedelta(seconds=60), "done", "", None, None)
STATUS = Status(
    "1.0", (), (LOOP,), BungieStatus("up", None, 0.25), QueueStatus(), OutboxStatus(), (), (), (CLAN,)
)  # fmt: skip


def test_status_says_in_one_sentence_whether_all_is_well() -> None:
    assert takeaway(STATUS, NOW) == ("All loops on time.", "")
    late = replace(LOOP, last_ok_at=NOW - timedelta(hours=1))
    one = takeaway(replace(STATUS, loops=(late,)), NOW)
    assert one == ("Roster is late.", " It goes on by itself; its last result says why.")
    both = takeaway(replace(STATUS, loops=(late, replace(late, name="match_reports"))), NOW)
    assert both == ("Roster and Match reports are late.", " They go on by themselves; their last results say why.")
    assert takeaway(replace(STATUS, loops=()), NOW)[0] == "No loop has run yet."
    down = BungieStatus("down", NOW, 0)
    since, rest = takeaway(replace(STATUS, bungie=down), NOW)
    assert since == f"Bungie.net is down since {NOW:%H:%M} UTC."
    assert "last good reading" in rest


def test_status_says_besides_what_is_refused_and_held() -> None:
    refused = ChannelStatus(77, "broken", NOW, None)
    held = HeldBatch(1, 10, 9, NOW)
    assert takeaway(replace(STATUS, channels=(refused,), held=(held,)), NOW) == (
        "All loops on time.",
        " 1 channel refused and 9 leaves held.",
    )


def test_status_says_why_bungie_is_down() -> None:
    down = BungieStatus("down", NOW, 0, "Bungie.net is down for maintenance (5 SystemDisabled).")
    text = status_embed(replace(STATUS, bungie=down), NOW, "-# x").description or ""
    assert text.startswith("**Bungie.net is down since")
    assert "net is down for maintenance (5 SystemDisabled)." in text


def test_status_lists_what_needs_a_hand() -> None:
    troubled = replace(
        STATUS,
        outbox=OutboxStatus(new=2, held=1),
        held=(HeldBatch(1, 10, 9, NOW),),
        channels=(ChannelStatus(77, "broken", NOW, "403 Missing Permissions"),),
        clans=(replace(CLAN, group_id=9, name="", state=ClanState.REFUSED, reason="That group is no clan."),),
    )
    text = status_embed(troubled, NOW, "-# x").description or ""
    assert "Posts: 2 waiting · 1 held" in text
    assert "⚠ <#77> refuses posts: 403 Missing Permissions" in text
    assert "⚠ 9 leaves held since" in text
    assert "⚠ Clan 9: That group is no clan." in text


def test_a_fault_gives_its_reference() -> None:
    embed = fault_embed(OURS, "7f3a-91c2")
    assert "`7f3a-91c2`" in (embed.description or "")
    assert (embed.description or "").endswith("-# ref 7f3a-91c2")
    assert embed.colour is not None
    assert embed.colour.value == 0xFF8A80


def test_help_lists_commands() -> None:
    assert "`/roster` · Who" in (help_embed([("roster", "Who")], "-# x").description or "")
