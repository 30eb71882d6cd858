from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.renderer import Renderer
from bot.sandbox.discord import cast
from tests.cogs.collecting import ACE, EYES, HELM, LAMENT, add_collections
from tests.cogs.guild import CLAN, Guild, buttons, embed_of, lines_of, select, with_public_url
from tests.discord_openapi import document_path, validate_request

EPHEMERAL = 64
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


def valid(at: Guild) -> bool:
    """Everything that was sent is as Discord's published description wants it; true where that is not at hand."""
    if document_path() is None:
        return True
    sent = [one for one in at.place.server.requests if one.json is not None]
    return [validate_request(one.method, one.path, one.json) for one in sent] == [[]] * len(sent)


async def test_a_clan_is_told_what_nobody_owns_with_a_chart_of_owners(stocked: Guild) -> None:
    message = await stocked.ask("exotics", private=True)
    assert message["flags"] & EPHEMERAL
    embed = embed_of(message)
    assert embed["title"] == "One exotic is owned by nobody"
    assert (embed["author"]["name"], embed["color"]) == ("Quiet Orbit [QO]", 0xDFBB4A)
    assert embed["image"]["width"] == 1600
    assert embed["image"]["description"] == (
        "One exotic is owned by nobody. Bar chart of 5 exotics, rarest first, by owners: "
        "Eyes of Tomorrow 0, The Lament 1, Helm of Saint-14 2, … Ace of Spades 10."
    )
    lines = lines_of(message)
    assert lines[0] == "4 weapons and 1 piece of armor · 10 of 23 collections known"
    assert lines[2:4] == ["**Owned by nobody**", "■ **Eyes of Tomorrow**"]
    assert lines[5:9] == [
        "**Held by fewer than ten**",
        "■ **The Lament** · 1 · Member2",
        "■ **Helm of Saint-14** · 2 · Member1, Member3",
        "■ **Sunshot** · 4 · Member1, Member2 and 2 more",
    ]
    assert lines[10] == (
        "13 members never showed their collections, so nothing of theirs is counted; "
        "1 member keeps them private now and counts as last seen."
    )
    assert lines[-1].startswith("-# Collections <t:")
    assert lines[-1].endswith(":R> · 23 members")
    assert valid(stocked)


async def test_show_narrows_a_clans_answer(stocked: Guild) -> None:
    missing = await stocked.ask("exotics", show="missing")
    assert embed_of(missing)["title"] == "4 of 5 exotics are lacked by someone"
    assert lines_of(missing)[2:4] == ["■ **Eyes of Tomorrow** · 10 lack it", "■ **The Lament** · 9 lack it"]
    owned = await stocked.ask("exotics", show="owned")
    assert embed_of(owned)["title"] == "4 of 5 exotics are owned by someone"
    assert lines_of(owned)[2] == "■ **Ace of Spades** · 10"
    few = await stocked.ask("exotics", show="rare")
    assert embed_of(few)["title"] == "4 exotics are held by fewer than ten"
    nobody = await stocked.run("exotics", show="nobody")
    assert lines_of(nobody)[2] == "■ **Eyes of Tomorrow**"
    assert "image" not in embed_of(nobody)


async def test_a_member_is_told_what_they_lack_by_slot_at_once(stocked: Guild) -> None:
    message = await stocked.run("exotics", member="member3")
    assert embed_of(message)["title"] == "Member3 lacks 2 of 5 exotics"
    lines = lines_of(message)
    assert lines[0] == "Has 3 of 5: 2 of 4 weapons, 1 of 1 piece of armor · 0 of 1 catalysts complete"
    assert lines[2] == "**Power** · 2 · Eyes of Tomorrow, The Lament"
    owned = await stocked.run("exotics", member="3", show="owned")
    assert lines_of(owned)[2:5] == [
        "**Kinetic** · 1 · Ace of Spades",
        "**Energy** · 1 · Sunshot",
        "**Helmets** · 1 · Helm of Saint-14",
    ]
    few = await stocked.run("exotics", member="2", show="rare")
    assert embed_of(few)["title"] == "Member2 owns 2 of what fewer than ten hold"
    assert lines_of(few)[2:4] == ["**Energy** · 1 · Sunshot", "**Power** · 1 · The Lament"]


async def test_who_hides_or_was_never_read_is_said_kindly(stocked: Guild) -> None:
    kept = lines_of(await stocked.run("exotics", member="9"))
    assert kept[2] == "**Energy** · 1 · Sunshot"
    assert any(line.startswith("Member9 keeps collections private now. Known until ") for line in kept)
    unread = await stocked.run("exotics", member="20")
    assert embed_of(unread)["title"] == "Member20 has never shown collections"
    assert lines_of(unread)[0] == (
        "They keep them private, or nobody has looked yet; what they own is counted for no one."
    )
    await stocked.pool.execute("insert into collection (membership_id, tried_at, private) values (20, now(), true)")
    hidden = lines_of(await stocked.run("exotics", member="20"))
    assert hidden[0] == "Member20 keeps collections private, so nothing of theirs is counted."


async def test_one_exotic_lists_who_has_it_and_who_lacks_it(stocked: Guild) -> None:
    message = await stocked.run("exotics", exotic="lament")
    assert embed_of(message)["title"] == "Only Member2 owns The Lament"
    lines = lines_of(message)
    assert lines[0] == "Power weapon · Beyond Light · Lost Lament"
    assert lines[2:4] == ["**Owned by 1**", "Member2"]
    assert lines[5] == "**Lacked by 9**"
    assert lines[6] == "Member1, Member10, Member3, Member4, Member5, Member6, Member7, Member8, Member9"
    assert lines[8] == "**Not known of 13**"
    assert lines[11].startswith("Last found by Member2 <t:")
    ace = await stocked.run("exotics", exotic=str(ACE), member="member4")
    assert embed_of(ace)["title"] == "Member4 owns Ace of Spades"
    assert "Catalyst: 1 completed it, 9 have not" in lines_of(ace)
    nobodys = await stocked.run("exotics", exotic="Eyes of Tomorrow", member="20")
    assert embed_of(nobodys)["title"] == "Nobody can see whether Member20 owns Eyes of Tomorrow"
    helm = await stocked.run("exotics", exotic="Helm of Saint", clan=str(CLAN))
    assert lines_of(helm)[0] == "Titan helmet · Curse of Osiris"
    assert valid(stocked)


async def test_what_is_not_here_is_explained(stocked: Guild) -> None:
    message = await stocked.run("exotics", exotic="Gjallarhorn")
    assert message["flags"] & EPHEMERAL
    assert lines_of(message)[0].startswith("No exotic is like “Gjallarhorn”.")
    assert lines_of(await stocked.run("exotics", member="zzzz"))[0].startswith("Nobody in **Quiet Orbit**")
    assert "No clan here is like" in lines_of(await stocked.run("exotics", clan="nowhere", show="nobody"))[0]


async def test_exotics_are_offered_as_they_are_typed(stocked: Guild) -> None:
    offered = await stocked.complete("exotics", "exotic", "of")
    assert {choice["value"]: choice["name"] for choice in offered} == {
        str(ACE): "Ace of Spades",
        str(EYES): "Eyes of Tomorrow",
        str(HELM): "Helm of Saint-14",
    }
    assert len(await stocked.complete("exotics", "exotic", "")) == 5


async def test_controls_change_the_answer_in_place_for_the_asker_alone(stocked: Guild) -> None:
    message = await stocked.ask("exotics", user_id=cast.PLAIN_ID)
    chooser = select(message)["custom_id"]
    refused = await stocked.press(message, chooser, "nobody", user_id=cast.OTHER_PLAIN_ID)
    assert "belong to whoever asked" in lines_of(refused)[0]
    nobody = await stocked.press(message, chooser, "nobody", user_id=cast.PLAIN_ID)
    assert (nobody["id"], nobody.get("files", [])) == (message["id"], [])
    assert lines_of(nobody)[2] == "■ **Eyes of Tomorrow**"
    back = await stocked.choose(nobody, select(nobody)["custom_id"], "rare", user_id=cast.PLAIN_ID)
    assert len(back["files"]) == 1
    own = await stocked.run("exotics", member="3", user_id=cast.PLAIN_ID)
    assert [one["value"] for one in select(own)["options"] if one.get("default")] == ["missing"]
    whole = await stocked.choose(own, buttons(own)["Whole clan"]["custom_id"], user_id=cast.PLAIN_ID)
    assert embed_of(whole)["title"] == "One exotic is owned by nobody"
    assert "Whole clan" not in buttons(whole)
    assert valid(stocked)


async def test_controls_outlive_a_restart_and_lead_to_the_same_view(stocked: Guild) -> None:
    message = await stocked.run("exotics", member="3", show="owned")
    again = await with_public_url(stocked, PUBLIC)
    try:
        changed = await again.press(message, select(message)["custom_id"], "missing")
        assert buttons(changed)["Dashboard"]["url"] == f"{PUBLIC}/clans/{CLAN}/exotics?member=3&show=missing"
        assert lines_of(changed)[-1].endswith(f" · quiet-orbit.example/clans/{CLAN}/exotics")
        one = await again.run("exotics", exotic=str(LAMENT))
        assert buttons(one)["Dashboard"]["url"] == f"{PUBLIC}/clans/{CLAN}/exotics/{LAMENT}"
        await again.pool.execute("update stint set left_at = now() where membership_id = 3")
        await again.pool.execute("delete from clan_counted where membership_id = 3")
        gone = await again.press(changed, select(changed)["custom_id"], "owned")
        assert lines_of(gone)[0].startswith("They are not in this clan any more.")
    finally:
        await again.stop()


async def test_long_lists_are_cut_and_linked(stocked: Guild) -> None:
    await stocked.pool.execute(
        """insert into exotic (collectible_hash, name, kind, slot, position)
        select 600 + n, 'Weapon ' || n, 'weapon', 'kinetic', n from generate_series(1, 60) as n"""
    )
    again = await with_public_url(stocked, PUBLIC)
    try:
        own = await again.run("exotics", member="1")
        kinetic, power, more = lines_of(own)[2:5]
        assert kinetic.startswith("**Kinetic** · 60 · Weapon 1, Weapon 2, ")
        assert kinetic.endswith(", Weapon 22 …"), "all that the other slots leave of 24 names"
        assert power == "**Power** · 2 · Eyes of Tomorrow, The Lament", "a long slot leaves room for the others"
        assert more == f"[+ 38 more]({PUBLIC}/clans/{CLAN}/exotics?member=1)"
        whole: dict[str, Any] = embed_of(await again.run("exotics", show="nobody"))
        assert whole["title"] == "61 exotics are owned by nobody"
        assert "[+ 41 more]" in whole["description"]
    finally:
        await again.stop()


async def test_before_anything_was_read_it_says_so(at: Guild) -> None:
    message = await at.ask("exotics")
    assert embed_of(message)["title"] == "No exotic is known yet"
    assert lines_of(message)[-1].startswith("-# ⚠ Collections not read yet")
    unknown = await at.run("exotics", exotic="Ace of Spades")
    assert lines_of(unknown)[0].startswith("Exotics are not known yet")
