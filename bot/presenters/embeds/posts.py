"""A post as Discord shows it: one event, a notice, or a correction of what was told before."""

from __future__ import annotations

from datetime import datetime

import discord

from bot.domain.event import Event, EventKind
from bot.domain.outbox import Post, PostFacts
from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import embed
from bot.presenters.embeds.lines import CLAN_NAME_LIMIT, sentence, who
from bot.presenters.text import plural, safe_name

_COLOURS = {
    EventKind.JOINED: colours.ONLINE,
    EventKind.SEAL_EARNED: colours.SEAL,
    EventKind.SEAL_GILDED: colours.GILDED,
    EventKind.EXOTIC_ACQUIRED: colours.EXOTIC,
}
BUNGIE_IMAGES = "https://www.bungie.net"


def post_embed(post: Post, facts: PostFacts, now: datetime, mark: str) -> discord.Embed:
    """One post. `mark` is the address that ends in # and the row's id: by it the post is found again."""
    if post.event is None:
        return embed(_notice(post), colours.QUIET, url=mark)
    colour = _COLOURS.get(post.event.kind, colours.QUIET)
    made = embed(sentence(post.event, facts, now), colour, url=mark)
    if facts.icon and facts.icon.startswith("/"):
        made.set_thumbnail(url=BUNGIE_IMAGES + facts.icon)
    return made


def corrected_embed(post: Post, facts: PostFacts, now: datetime, mark: str) -> discord.Embed:
    """What a post becomes when its event turned out not to be so: struck out, with the truth beside it."""
    assert post.event is not None
    told = sentence(post.event, facts, now).replace("\n", " · ")
    return embed(f"~~{told}~~\n{correction(post.event)}", colours.QUIET, url=mark)


def correction(event: Event) -> str:
    """The truth about an event that was withdrawn."""
    if event.kind is EventKind.LEFT:
        return f"{who(event)} never left: Bungie.net's list was wrong for a while."
    return f"This did not happen to {who(event)}: Bungie.net's answer was wrong for a while."


def _notice(post: Post) -> str:
    name = f"**{safe_name(str(post.payload.get('name') or 'the clan'), CLAN_NAME_LIMIT)}**"
    if post.kind == "watching":
        return f"Watching {name}, {_members(post)}. Joins and leaves appear here within about {_minutes(post)}."
    if post.kind == "disbanded":
        return f"{name} was disbanded: Bungie.net has not known it for a day. Its history stays; nothing new is read."
    return f"{name}: {safe_name(str(post.payload.get('sentence') or post.kind), 500)}"


def _members(post: Post) -> str:
    count = post.payload.get("members", post.payload.get("member_count", 0))
    return plural(count if isinstance(count, int) else 0, "member")


def _minutes(post: Post) -> str:
    minutes = post.payload.get("minutes", 6)
    return plural(minutes if isinstance(minutes, int) else 6, "minute")
