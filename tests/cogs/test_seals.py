from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.renderer import Renderer
from bot.sandbox.discord import cast
from tests.cogs.collecting import CONQUEROR, KINGSLAYER, OLD_CONQUEROR, add_collections
from tests.cogs.guild import CLAN, Guild, buttons, embed_of, lines_of, select, with_public_url
from tests.discord_openapi import document_path, validate_request

EPHEMERAL = 64
LILAC, GOLD = 0xB5A6E4, 0xF0C25C
PUBLIC = "https://quiet-orbit.example"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    async with Renderer() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def stocked(at: Guild, renderer: Renderer) -> Guild:
    """Quiet Orbit with collections, and a bot that draws."""
    await add_collections(at)
    assert at.bot is not None
    at.renderer = at.bot.renderer = renderer
    return at


async def test_a_clan_is_told_who_holds_what_with_a_chart(stocked: Guild) -> None:
    message = await stocked.ask("seals", private=True)
    assert message["flags"] & EPHEMERAL
    embed = embed_of(message)
    assert embed["title"] == "Member6 earned Conqueror last"
    assert (embed["author"]["name"], embed["color"]) == ("Quiet Orbit [QO]", LILAC)
    assert embed["image"]["description"] == (
        "Member6 earned Conqueror last. Bar chart of today's 2 seals, held by most first: Conqueror 8, Kingslayer 5."
    )
    lines = lines_of(message)
    assert lines[0] == "Each of today's 2 seals is held by someone"
    assert lines[2:4] == ["◆ **Conqueror** · 8, 2 gilded", "◆ **Kingslayer** · 5"]
    assert lines[5:9] == [
        "**Closest**",
        "Member2 · Conqueror · 2 of 3",
        "Member5 · Kingslayer · 3 of 4",
        "Member1 · Conqueror · 1 of 3",
    ]
    assert lines[10] == "-# 0 of 1 legacy seal held by someone"
    assert lines[12] == "13 members never showed their triumphs, so nothing of theirs is counted."
    assert lines[-1].startswith("-# Collections <t:")
    if document_path() is not None:
        sent = [one for one in stocked.place.server.requests if one.json is not None]
        assert [validate_request(one.method, one.path, one.json) for one in sent] == [[]] * len(sent)


async def test_a_member_is_told_what_they_hold_and_what_is_left_at_once(stocked: Guild) -> None:
    message = await stocked.run("seals", member="member4")
    embed = embed_of(message)
    assert (embed["title"], embed["color"]) == ("Member4 holds 1 seal", LILAC)
    lines = lines_of(message)
    assert lines[:1] == ["◆ **Conqueror**"]
    assert lines[2:5] == ["◇ **Kingslayer** · 2 of 4", "▫ Triumph 905 · 4 of 9", "▫ Triumph 906 · 4 of 9"]
    gilded = await stocked.run("seals", member="10")
    assert embed_of(gilded)["color"] == GOLD
    assert lines_of(gilded)[0] == "◆ **Conqueror** · gilded 3 times, this season"
    private = await stocked.run("seals", member="9")
    assert "Member9 keeps triumphs private now; this is what was known before." in lines_of(private)
    unread = await stocked.run("seals", member="20")
    assert embed_of(unread)["title"] == "Member20 has never shown triumphs"


async def test_one_seal_lists_holders_and_who_is_close(stocked: Guild) -> None:
    message = await stocked.run("seals", seal="kingslayer")
    assert embed_of(message)["title"] == "5 of 23 hold Kingslayer"
    lines = lines_of(message)
    assert lines[0] == "King's Fall · 4 triumphs"
    assert lines[2:4] == ["**Held by 5**", "Member10, Member6, Member7, Member8, Member9"]
    assert lines[5:9] == [
        "**One to three triumphs away**",
        "Member5 · 3 of 4 · Left: Triumph 906",
        "Member4 · 2 of 4 · Left: Triumph 905, Triumph 906",
        "Member3 · 1 of 4 · Left: Triumph 904, Triumph 905, Triumph 906",
    ]
    conqueror = await stocked.run("seals", seal=str(CONQUEROR))
    assert embed_of(conqueror)["color"] == GOLD
    assert lines_of(conqueror)[2:5] == ["**Gilded by 2**", "Member10 3 times ✦, Member9 twice ✦", "-# ✦ this season"]
    assert "**Held by 6 more**" in lines_of(conqueror)
    old = await stocked.run("seals", seal=str(OLD_CONQUEROR))
    assert embed_of(old)["title"] == "Nobody holds Conqueror (Conqueror of old, legacy)"


async def test_one_seal_of_one_member_triumph_by_triumph(stocked: Guild) -> None:
    lacks = await stocked.run("seals", member="3", seal="kingslayer")
    assert embed_of(lacks)["title"] == "Member3 does not hold Kingslayer yet"
    assert lines_of(lacks)[:3] == ["1 of 4 triumphs done", "", "**Left**"]
    assert lines_of(lacks)[3] == "▫ Triumph 904 · 3 of 9"
    holds = await stocked.run("seals", member="6", seal=str(KINGSLAYER))
    assert embed_of(holds)["title"] == "Member6 holds Kingslayer"
    assert lines_of(holds)[0].startswith("Earned <t:")
    before = await stocked.run("seals", member="7", seal=str(KINGSLAYER))
    assert lines_of(before)[0] == "Held since before anyone looked."


async def test_seals_are_offered_and_told_apart(stocked: Guild) -> None:
    offered = await stocked.complete("seals", "seal", "conq")
    assert offered == [
        {"name": "Conqueror", "value": str(CONQUEROR)},
        {"name": "Conqueror (Conqueror of old, legacy)", "value": str(OLD_CONQUEROR)},
    ]
    wrong = await stocked.run("seals", seal="zzzz")
    assert wrong["flags"] & EPHEMERAL
    assert lines_of(wrong)[0] == "No seal is like “zzzz”. Pick one from the list that `seal` offers."
    close = await stocked.run("seals", seal="konkeror")
    assert lines_of(close)[0].startswith("No seal is like “konkeror”. Close to it: Conqueror, ")


async def test_a_select_leads_to_one_seal_and_back_for_the_asker_alone(stocked: Guild) -> None:
    message = await stocked.ask("seals", user_id=cast.PLAIN_ID)
    assert [one["label"] for one in select(message)["options"]] == ["All seals", "Conqueror", "Kingslayer"]
    chooser = select(message)["custom_id"]
    refused = await stocked.press(message, chooser, str(KINGSLAYER), user_id=cast.OTHER_PLAIN_ID)
    assert "belong to whoever asked" in lines_of(refused)[0]
    one = await stocked.press(message, chooser, str(KINGSLAYER), user_id=cast.PLAIN_ID)
    assert (one["id"], one.get("files", [])) == (message["id"], [])
    assert embed_of(one)["title"] == "5 of 23 hold Kingslayer"
    back = await stocked.choose(one, select(one)["custom_id"], "all", user_id=cast.PLAIN_ID)
    assert embed_of(back)["title"] == "Member6 earned Conqueror last"
    assert len(back["files"]) == 1


async def test_links_lead_to_the_same_view(stocked: Guild) -> None:
    again = await with_public_url(stocked, PUBLIC)
    try:
        own = await again.run("seals", member="4")
        assert buttons(own)["Dashboard"]["url"] == f"{PUBLIC}/members/4/titles"
        one = await again.run("seals", seal="kingslayer")
        assert buttons(one)["Dashboard"]["url"] == f"{PUBLIC}/clans/{CLAN}/seals/{KINGSLAYER}"
    finally:
        await again.stop()


async def test_before_anything_was_read_it_says_so(at: Guild) -> None:
    message = await at.ask("seals")
    assert embed_of(message)["title"] == "No seal is known yet"
    assert lines_of(message)[-1].startswith("-# ⚠ Collections not read yet")
