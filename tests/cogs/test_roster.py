from __future__ import annotations

import re
from datetime import timedelta

from bot.sandbox.discord import cast
from cogs.roster_page import RosterAsked
from tests.cogs.guild import CLAN, OTHER_CLAN, Guild, buttons, embed_of, lines_of, select, with_public_url

EPHEMERAL = 64


async def pages(at: Guild, message: dict[str, object]) -> list[list[str]]:
    """The rows of every page, by pressing › to the end."""
    found = [lines_of(message)]
    while not buttons(message)["›"].get("disabled"):
        message = await at.press(message, buttons(message)["›"]["custom_id"])
        found.append(lines_of(message))
    return found


async def test_the_roster_opens_with_those_online(at: Guild) -> None:
    message = await at.run("roster")
    embed, lines = embed_of(message), lines_of(message)
    assert embed["title"] == "Roster · 3 of 23 online"
    assert embed["author"]["name"] == "Quiet Orbit [QO]"
    assert embed["color"] == 0x3FCE95
    assert lines[:5] == [
        "**Orbit**",
        "● **Member3#0003** · 13 min · 503 · ◆ 0",
        "● **Member7#0007** · 17 min · 507 · ◆ 0",
        "● **Member11#0011** · 21 min · 511 · ◆ 0",
        "○ **Member1#0001** · 1 h · 501 · ◆ 0",
    ]
    assert re.fullmatch(r"-# Roster <t:\d+:R> · 23 members", lines[-1])
    assert not message["flags"] & EPHEMERAL


async def test_all_pages_show_every_member_once(at: Guild) -> None:
    message = await at.run("roster")
    assert list(buttons(message)) == ["‹", "1/3", "›"]
    assert buttons(message)["‹"]["disabled"]
    rows = [line for page in await pages(at, message) for line in page if line[0] in "●○"]
    names = [re.match(r"[●○] \*\*(.+?)\*\*", row)[1] for row in rows]  # type: ignore[index]
    assert sorted(names) == sorted(f"Member{n}#{n:04}" for n in range(1, 24))
    assert names[-3:] == ["Member21#0021", "Member22#0022", "Member23#0023"]
    assert "○ **Member9#0009** · 9 h · 509 · ◆ 0 · private" in rows


async def test_the_select_sorts(at: Guild) -> None:
    message = await at.run("roster")
    assert [option["value"] for option in select(message)["options"] if option.get("default")] == ["presence"]
    message = await at.press(message, select(message)["custom_id"], "power")
    assert lines_of(message)[0] == "○ **Member23#0023** · 40 days · 523 · ◆ 0"
    assert [option["value"] for option in select(message)["options"] if option.get("default")] == ["power"]
    message = await at.press(message, buttons(message)["›"]["custom_id"])
    assert lines_of(message)[0].startswith("○ **Member13#0013**")


async def test_options_choose_clan_order_and_part(at: Guild) -> None:
    message = await at.run("roster", sort="joined_at")
    assert lines_of(message)[0].startswith("○ **Member5#0005**")
    await at.add_clan(OTHER_CLAN, "Night Ledger", "NL")
    await at.add_member(OTHER_CLAN, 99, "Other#0099", joined_at=at.clock.now() - timedelta(days=100))
    for wanted in (str(OTHER_CLAN), "night ledger", "NL", "nite ledgr"):
        assert embed_of(await at.run("roster", clan=wanted))["author"]["name"] == "Night Ledger [NL]"


async def test_parts_of_the_roster(at: Guild) -> None:
    expected = {
        "online": ["Member3#0003", "Member7#0007", "Member11#0011"],
        "new": ["Member5#0005"],
        "idle": ["Member21#0021", "Member22#0022", "Member23#0023"],
        "private": ["Member9#0009"],
    }
    for part, names in expected.items():
        message = await at.run("roster", show=part)
        assert [row.split("**")[1] for row in lines_of(message) if row[0] in "●○"] == names
        assert buttons(message) == {}


async def test_private_answers_only_to_me(at: Guild) -> None:
    message = await at.run("roster", private=True)
    assert message["flags"] & EPHEMERAL
    message = await at.press(message, buttons(message)["›"]["custom_id"])
    assert message["flags"] & EPHEMERAL


async def test_only_whoever_asked_turns_pages(at: Guild) -> None:
    message = await at.run("roster")
    answer = await at.press(message, buttons(message)["›"]["custom_id"], user_id=cast.PLAIN_ID)
    assert answer["flags"] & EPHEMERAL
    assert "Run `/roster` for a list of your own" in lines_of(answer)[0]
    (shown,) = [one for one in await at.place.messages(message["channel_id"]) if one["id"] == message["id"]]
    assert list(buttons(shown)) == ["‹", "1/3", "›"]


async def test_buttons_outlive_a_restart_and_lead_to_the_dashboard(at: Guild) -> None:
    message = await at.run("roster")
    again = await with_public_url(at, "https://clan.example")
    try:
        message = await again.press(message, buttons(message)["›"]["custom_id"])
        assert list(buttons(message)) == ["‹", "2/3", "›", "Dashboard"]
        assert buttons(message)["Dashboard"]["url"] == f"https://clan.example/clans/{CLAN}/roster"
        assert lines_of(message)[-1].endswith(f" · 23 members · clan.example/clans/{CLAN}/roster")
    finally:
        await again.stop()


async def test_a_single_page_has_its_link_and_its_orders(at: Guild) -> None:
    await at.pool.execute("update stint set left_at = now() where membership_id > 8")
    again = await with_public_url(at, "https://clan.example")
    try:
        message = await again.run("roster")
        assert list(buttons(message)) == ["Dashboard"]
        message = await again.press(message, select(message)["custom_id"], "power")
        assert list(buttons(message)) == ["Dashboard"]
    finally:
        await again.stop()


async def test_a_page_that_is_no_more_is_the_last_one(at: Guild) -> None:
    message = await at.run("roster")
    message = await at.press(message, buttons(message)["›"]["custom_id"])
    await at.pool.execute("update stint set left_at = now() where membership_id > 12")
    message = await at.press(message, buttons(message)["›"]["custom_id"])
    assert list(buttons(message)) == ["‹", "2/2", "›"]


async def test_a_clan_without_a_reading_says_so(empty: Guild) -> None:
    await empty.add_clan(CLAN, "Quiet Orbit", read=False)
    assert "has not come yet" in lines_of(await empty.run("roster"))[0]


async def test_no_clan_says_what_to_do(empty: Guild) -> None:
    message = await empty.run("roster")
    assert "No clan is tracked yet" in lines_of(message)[0]
    assert "clans\\.ids" in lines_of(message)[0] or "clans.ids" in lines_of(message)[0]
    assert message["flags"] & EPHEMERAL


async def test_an_unknown_clan_is_answered_with_the_known_ones(at: Guild) -> None:
    (line,) = lines_of(await at.run("roster", clan="@everyone <zzz>"))
    assert line == "No clan here is like “@\u200beveryone \\<zzz\\>”. Pick one of these: Quiet Orbit."


async def test_old_data_says_so(at: Guild) -> None:
    await at.pool.execute("update clan set accepted_at = now() - interval '5 hours'")
    assert lines_of(await at.run("roster"))[-1].startswith("-# ⚠ Roster 5 h old: no reading has succeeded since <t:")


async def test_a_roster_that_is_still_read_says_so(at: Guild) -> None:
    await at.pool.execute("update profile set read_at = null where membership_id <= 4")
    assert lines_of(await at.run("roster"))[-1].endswith(" · 19 of 23 profiles read")


async def test_autocomplete_offers_clans(at: Guild) -> None:
    await at.add_clan(OTHER_CLAN, "Night Ledger", "NL")
    both = [{"name": "Night Ledger", "value": str(OTHER_CLAN)}, {"name": "Quiet Orbit", "value": str(CLAN)}]
    assert await at.complete("roster", "clan", "") == both
    assert await at.complete("roster", "clan", "quiet") == [both[1]]
    assert await at.complete("roster", "clan", "8812") == both
    assert await at.complete("roster", "clan", "zzzz") == []
    await at.pool.execute("alter table clan rename to elsewhere")
    assert await at.complete("roster", "clan", "") == []


def test_the_ids_of_buttons_fit() -> None:
    longest = RosterAsked.template("p")
    assert len("r:pf:9223372036854775807:triumph_score_active:private:9999:99999999999999999999") <= 100
    assert re.fullmatch(longest, "r:pf:9223372036854775807:triumph_score_active:private:9999:99999999999999999999")
