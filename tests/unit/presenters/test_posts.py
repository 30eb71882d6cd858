from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.event import Event, EventKind
from bot.domain.outbox import Post, PostFacts, PostState
from bot.presenters.embeds import colours
from bot.presenters.embeds.digest import MAX_LINES, digest_embed
from bot.presenters.embeds.posts import corrected_embed, post_embed
from bot.presenters.text import plain_name
from tests.unit.presenters.hostile import names
from tests.unit.presenters.markdown import BIDI, EVERYONE, LINK, MENTION, unescape

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
CLANS = {10: "Quiet Orbit", 20: "Night Ledger"}
FACTS = PostFacts(clans=CLANS, members=62)
MARK = "https://discord.com/channels/1/2#7"


def event(kind: EventKind, who: str = "Petrel#7425", number: int = 1, /, **detail: Any) -> Event:
    return Event(number, kind, 10, 5, who, NOW - timedelta(minutes=3), NOW, detail)


def post(what: Event | None, number: int = 7, **keys: Any) -> Post:
    base = Post(number, 2, 10, "event", PostState.NEW, NOW - timedelta(minutes=2), what)
    return replace(base, **keys)


def told(what: Event, facts: PostFacts = FACTS, now: datetime = NOW) -> str | None:
    return post_embed(post(what), facts, now, MARK).description


JOINED = event(EventKind.JOINED)
LEFT = event(EventKind.LEFT, "Gale#2210", joined_at=(NOW - timedelta(days=490)).isoformat())
EARLIER = ((datetime(2023, 4, 2, tzinfo=UTC), datetime(2024, 1, 9, tzinfo=UTC)),)
LONG_AGO = NOW - timedelta(days=2)
AT = int(LONG_AGO.timestamp())


@pytest.mark.parametrize(
    ("what", "facts", "words"),
    [
        (JOINED, FACTS, "**Petrel#7425** joined · 62 of 100"),
        (JOINED, replace(FACTS, power=460), "**Petrel#7425** joined · power 460 · 62 of 100"),
        (JOINED, replace(FACTS, several=True), "**Petrel#7425** joined **Quiet Orbit** · 62 of 100"),
        (
            JOINED,
            replace(FACTS, earlier=EARLIER),
            "**Petrel#7425** joined · 62 of 100\nwas here 2023-04 to 2024-01",
        ),
        (LEFT, FACTS, "**Gale#2210** left or was removed · 1 y 4 m here · 62 of 100"),
        (
            LEFT,
            replace(FACTS, last_played_at=LONG_AGO, earlier=EARLIER),
            f"**Gale#2210** left or was removed · 1 y 4 m here · last played <t:{AT}:R> · 62 of 100",
        ),
        (
            event(EventKind.LEFT, "Gale#2210", to_group_id="99", to_name="Far Away"),
            FACTS,
            "**Gale#2210** left or was removed · now in **Far Away** · 62 of 100",
        ),
        (
            event(EventKind.MANIFEST_UPDATED, version="2.26", news={"exotics": ["Ace", "Rose"], "seals": ["Wisp"]}),
            FACTS,
            "Destiny's definitions are now at version **2\\.26** · 2 new exotics: Ace, Rose · 1 new seal: Wisp",
        ),
        (
            event(EventKind.MANIFEST_UPDATED, version="2", news={"weapons": list("abcdefgh")}, added=9),
            FACTS,
            "Destiny's definitions are now at version **2** · 8 new weapons: a, b, c, d, e, f and 2 more",
        ),
        (
            event(EventKind.MANIFEST_UPDATED, version="2", added=1204, changed=0, removed=2, news={"exotics": []}),
            FACTS,
            "Destiny's definitions are now at version **2** · definitions: 1,204 added, 2 removed",
        ),
        (
            event(EventKind.RENAMED, "Sable#2472", **{"from": "Sable#2472", "to": "Sable-9#2472"}),
            FACTS,
            "**Sable-9#2472** was **Sable#2472** until today",
        ),
        (
            event(EventKind.ROLE_CHANGED, "Kelp#0310", **{"from": "member", "to": "admin"}),
            FACTS,
            "**Kelp#0310** is now an admin, was a member",
        ),
        (
            event(EventKind.CLAN_SWITCHED, "Kelp#0310", from_group_id="20", to_group_id="10"),
            FACTS,
            "**Kelp#0310** moved from **Night Ledger** to **Quiet Orbit** · 62 of 100",
        ),
        (
            event(EventKind.PLATFORM_MOVED, "Kelp#0310"),
            FACTS,
            "**Kelp#0310** moved to another platform and stays the same person here",
        ),
        (
            event(EventKind.CLAN_CHANGED, "Quiet Orbit", field="motto", **{"from": "Old", "to": "New"}),
            FACTS,
            "**Quiet Orbit** has a new motto: “New”, was “Old”",
        ),
        (
            event(EventKind.CLAN_CHANGED, "Quiet Orbit", field="name", **{"from": "Old", "to": "Quiet Orbit"}),
            FACTS,
            "The clan **Old** is now called **Quiet Orbit**",
        ),
        (
            event(EventKind.SEAL_EARNED, "Tamsin#1", record_hash=1, title="Conqueror"),
            FACTS,
            "**Tamsin#1** earned **Conqueror**",
        ),
        (
            event(EventKind.SEAL_GILDED, "Tamsin#1", record_hash=1, title="Conqueror", times=3),
            FACTS,
            "**Tamsin#1** gilded **Conqueror** · 3rd time",
        ),
        (
            event(EventKind.EXOTIC_ACQUIRED, "Ilex#1", collectible_hash=2, name="Vex Mythoclast"),
            FACTS,
            "**Ilex#1** found **Vex Mythoclast**",
        ),
        (
            event(EventKind.EXOTIC_ACQUIRED, "Ilex#1", collectible_hash=2, name="Vex Mythoclast"),
            PostFacts(holders=9, members=61),
            "**Ilex#1** found **Vex Mythoclast** · 9 of 61 now own it",
        ),
        (
            event(EventKind.EXOTIC_ACQUIRED, "Ilex#1", collectible_hash=2, name="Vex Mythoclast"),
            PostFacts(holders=1, members=61),
            "**Ilex#1** found **Vex Mythoclast** · 1 of 61 now owns it",
        ),
        (
            event(EventKind.SEAL_GILDED, "Tamsin#1", record_hash=1, title="Conqueror", times=1),
            PostFacts(holders=9, members=61),
            "**Tamsin#1** gilded **Conqueror** · 9th in the clan to gild it",
        ),
        (
            event(EventKind.SEAL_EARNED, "Tamsin#1", record_hash=1, title="Conqueror"),
            PostFacts(holders=1, members=61),
            "**Tamsin#1** earned **Conqueror** · first in the clan to earn it",
        ),
    ],
)
def test_the_words_of_each_kind(what: Event, facts: PostFacts, words: str) -> None:
    assert told(what, facts) == words


def test_every_kind_has_words_and_a_mark() -> None:
    for kind in EventKind:
        made = post_embed(post(event(kind)), FACTS, NOW, MARK)
        assert made.description
        assert made.url == MARK


def test_what_is_told_late_says_when() -> None:
    assert told(JOINED, now=NOW + timedelta(hours=2)) == (
        f"**Petrel#7425** joined · 62 of 100 · <t:{int(JOINED.occurred_at.timestamp())}:R>"
    )


@pytest.mark.parametrize(
    ("kind", "colour"),
    [
        (EventKind.JOINED, 0x3FCE95),
        (EventKind.LEFT, 0x67757A),
        (EventKind.CLAN_SWITCHED, 0x67757A),
        (EventKind.RENAMED, 0x67757A),
        (EventKind.ROLE_CHANGED, 0x67757A),
        (EventKind.SEAL_EARNED, 0xB5A6E4),
        (EventKind.SEAL_GILDED, 0xF0C25C),
        (EventKind.EXOTIC_ACQUIRED, 0xDFBB4A),
    ],
)
def test_the_colour_of_each_kind(kind: EventKind, colour: int) -> None:
    made = post_embed(post(event(kind)), FACTS, NOW, MARK)
    assert made.colour is not None
    assert made.colour.value == colour


def test_a_subject_without_a_name_is_called_unknown() -> None:
    assert told(event(EventKind.SEAL_EARNED, record_hash=77)) == "**Petrel#7425** earned **Unknown (77)**"
    named = replace(FACTS, subject="Conqueror")
    assert told(event(EventKind.SEAL_EARNED, record_hash=77), named) == "**Petrel#7425** earned **Conqueror**"


def test_watching() -> None:
    notice = post(None, kind="watching", payload={"name": "Quiet Orbit", "members": 98, "minutes": 6})
    made = post_embed(notice, FACTS, NOW, MARK)
    assert made.description == (
        "Watching **Quiet Orbit**, 98 members. Joins and leaves appear here within about 6 minutes."
    )
    assert made.colour is not None
    assert made.colour.value == colours.QUIET


def test_a_correction_strikes_out_what_was_told() -> None:
    made = corrected_embed(post(LEFT), FACTS, NOW, MARK)
    assert made.description == (
        "~~**Gale#2210** left or was removed · 1 y 4 m here · 62 of 100~~\n"
        "**Gale#2210** never left: Bungie.net's list was wrong for a while."
    )


def many(count: int, kind: EventKind = EventKind.LEFT) -> list[Post]:
    return [post(event(kind, f"Name{n}#{n:04}", n), number=n) for n in range(1, count + 1)]


def facts_of(posts: list[Post]) -> dict[int, PostFacts]:
    return {each.id: FACTS for each in posts}


def test_a_digest_names_everyone_of_a_purge() -> None:
    posts = many(30)
    made = digest_embed(posts, facts_of(posts), NOW, MARK)
    assert made.title == "30 changes since 11:58 UTC"
    assert made.description is not None
    assert made.description.startswith("**30** left or were removed: Name1#0001, Name2#0002, ")
    assert all(f"Name{n}#{n:04}" in made.description for n in range(1, 31))


def test_a_digest_has_a_line_a_kind() -> None:
    posts = [
        post(event(EventKind.JOINED, "Ada#1", 1), number=1),
        post(event(EventKind.LEFT, "Bo#1", 2), number=2),
        post(event(EventKind.JOINED, "Cy#1", 3), number=3),
        post(event(EventKind.RENAMED, "Di#1", 4, **{"from": "Di#1", "to": "Dee#1"}), number=4),
        post(event(EventKind.ROLE_CHANGED, "Em#1", 5, **{"from": "member", "to": "admin"}), number=5),
        post(event(EventKind.ROLE_CHANGED, "Fy#1", 6, **{"from": "admin", "to": "member"}), number=6),
    ]
    made = digest_embed(posts, facts_of(posts), NOW, MARK)
    assert made.title == "6 changes since 11:58 UTC"
    assert (made.description or "").split("\n") == [
        "**2** joined: Ada#1, Cy#1",
        "**Bo#1** left or was removed · 62 of 100",
        "**Dee#1** was **Di#1** until today",
        "**2** have a new role: Em#1 (now an admin), Fy#1 (now a member)",
    ]


def test_a_digest_tells_clans_apart() -> None:
    other = replace(event(EventKind.JOINED, "Bo#1", 3), group_id=20)
    posts = [*many(2, EventKind.JOINED), post(other, number=3), post(replace(other, name="Cy#1"), number=4)]
    several = {each.id: replace(FACTS, several=True) for each in posts}
    assert (digest_embed(posts, several, NOW, MARK).description or "").split("\n") == [
        "**2** joined **Quiet Orbit**: Name1#0001, Name2#0002",
        "**2** joined **Night Ledger**: Bo#1, Cy#1",
    ]


def test_a_digest_of_more_than_fits_counts_the_rest() -> None:
    posts = [
        post(event(EventKind.CLAN_CHANGED, "Clan", n, field="motto", **{"from": "a", "to": str(n)}), number=n)
        for n in range(1, 41)
    ]
    lines = (digest_embed(posts, facts_of(posts), NOW, MARK, "https://a.example/e").description or "").split("\n")
    assert len(lines) == MAX_LINES + 1
    assert lines[-1] == "[+ 25 more](https://a.example/e)"


def test_a_digest_of_very_many_counts_those_it_has_no_room_for() -> None:
    posts = many(400)
    text = digest_embed(posts, facts_of(posts), NOW, MARK).description or ""
    named = len(re.findall(r"Name\d+#", text))
    assert 100 < named < 400
    assert text.endswith(f"+ {400 - named} more")


def test_a_digest_leaves_out_what_was_withdrawn_and_says_so() -> None:
    posts = many(7)
    posts[2] = replace(posts[2], withdrawn=True)
    made = digest_embed(posts, facts_of(posts), NOW, MARK)
    assert made.title == "6 changes since 11:58 UTC"
    assert made.description is not None
    assert made.description.endswith(
        "-# Corrected: **Name3#0003** never left: Bungie.net's list was wrong for a while."
    )


details = st.dictionaries(
    st.sampled_from(
        ("from", "to", "title", "name", "field", "to_name", "to_group_id", "version", "joined_at", "times")
    ),
    st.one_of(names, st.integers(0, 10**6), st.sampled_from(("name", "motto", "10", "2026-01-01T00:00:00+00:00"))),
)


@st.composite
def hostile_posts(draw: st.DrawFn) -> tuple[Post, PostFacts]:
    detail = draw(details)
    if not str(detail.get("to_group_id", "10")).isdecimal():
        detail["to_group_id"] = "10"
    news = {kinds: draw(st.lists(names, max_size=9)) for kinds in ("exotics", "weapons")}
    what = replace(event(draw(st.sampled_from(EventKind)), draw(names)), detail=detail | {"news": news})
    facts = PostFacts(
        clans={10: draw(names)},
        several=draw(st.booleans()),
        members=draw(st.one_of(st.none(), st.integers(0, 100))),
        power=draw(st.one_of(st.none(), st.integers(0, 9999))),
        earlier=EARLIER * draw(st.integers(0, 9)),
        subject=draw(st.one_of(st.none(), names)),
    )
    return post(what), facts


OWN_STAMP = re.compile(r"<t:\d+:[Rtfd]>")


def harmless(text: str) -> None:
    assert not MENTION.search(OWN_STAMP.sub("", text))
    assert not EVERYONE.search(text)
    assert not LINK.search(text)
    assert not set(text) & BIDI


@settings(max_examples=250, deadline=None)
@given(hostile_posts(), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_no_post_breaks_a_limit_or_lets_a_name_act(made: tuple[Post, PostFacts], age: timedelta) -> None:
    for embed in (post_embed(*made, NOW + age, MARK), corrected_embed(*made, NOW + age, MARK)):
        assert 0 < len(embed.description or "") <= 4096
        harmless(embed.description or "")
        assert len((embed.description or "").split("\n")) <= 3


@settings(max_examples=40, deadline=None)
@given(st.lists(hostile_posts(), min_size=1, max_size=40))
def test_no_digest_breaks_a_limit(made: list[tuple[Post, PostFacts]]) -> None:
    posts = [replace(each, id=n, event=each.event) for n, (each, _) in enumerate(made)]
    embed = digest_embed(posts, {n: facts for n, (_, facts) in enumerate(made)}, NOW, MARK)
    text = embed.description or ""
    assert len(text.encode("utf-16-le")) // 2 <= 4096
    assert len(text.split("\n")) <= MAX_LINES + 1
    harmless(text)


@settings(max_examples=200, deadline=None)
@given(names)
def test_the_name_in_a_post_reads_as_it_is(name: str) -> None:
    text = told(event(EventKind.JOINED, name)) or ""
    bold = re.match(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)", text)  # as Discord reads bold text
    assert bold
    assert unescape(bold[1]) == plain_name(name)
    assert text[bold.end() :] == " joined · 62 of 100"
