"""Many changes in one post: a purge, a busy evening, what piled up during an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

import discord

from bot.domain.event import Event, EventKind
from bot.domain.outbox import Post, PostFacts
from bot.presenters.embeds import colours
from bot.presenters.embeds.frame import embed, fill
from bot.presenters.embeds.lines import clan, goal, origin, role, sentence, subject
from bot.presenters.embeds.posts import correction
from bot.presenters.freshness import clock_text
from bot.presenters.text import number, plural, safe_name

MAX_LINES = 15
_NAMES_LIMIT = 2400
_TEXT_LIMIT = 3700
_ORDER = {kind: place for place, kind in enumerate(EventKind)}


def digest_embed(
    posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime, mark: str, more_url: str | None = None
) -> discord.Embed:
    """All these posts as one; `facts` by post id. Changes of one kind share a line that names everyone.

    Withdrawn ones are left out and corrected below. `more_url`: the page that lists what did not fit.
    """
    told = sorted((post for post in posts if not post.withdrawn and post.event), key=_place)
    lines, left_out = _lines(told, facts, now)
    if left_out:
        more = f"+ {number(left_out)} more"
        lines.append(f"[{more}]({more_url})" if more_url else more)
    lines += [f"-# Corrected: {correction(post.event)}" for post in posts if post.withdrawn and post.event][:MAX_LINES]
    since = min(post.created_at for post in posts)
    title = f"{plural(len(told), 'change')} since {clock_text(since, now)}"
    return embed("\n".join(lines) or "Nothing of this happened.", colours.QUIET, title=title, url=mark)


def _place(post: Post) -> tuple[int, int, int, int]:
    event = event_of(post)
    return (_ORDER[event.kind], event.group_id or 0, event.other_group_id or 0, post.id)


def event_of(post: Post) -> Event:
    """The event of a post that is known to tell one."""
    assert post.event is not None
    return post.event


def _lines(posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime) -> tuple[list[str], int]:
    """The lines that fit, and how many events did not."""
    lines: list[str] = []
    left_out = 0
    room = _TEXT_LIMIT
    for line, told, hidden in _candidates(posts, facts, now):
        if len(lines) == MAX_LINES or len(line) > room:
            left_out += told + hidden
            continue
        lines.append(line)
        left_out += hidden
        room -= len(line) + 1
    return lines, left_out


def _candidates(posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime) -> list[tuple[str, int, int]]:
    """(line, how many events it tells, how many more of its kind did not fit into it)."""
    found: list[tuple[str, int, int]] = []
    for heading, group in groupby(posts, key=lambda post: _heading(event_of(post), facts[post.id])):
        same = list(group)
        if heading and len(same) > 1:
            found.append(_together(heading, same, facts))
        else:
            found += [(sentence(event_of(post), facts[post.id], now).replace("\n", " · "), 1, 0) for post in same]
    return found


def _heading(event: Event, facts: PostFacts) -> str:
    """What several changes of this kind have in common; empty where each is a line of its own."""
    here = clan(event.group_id, facts) if facts.several and event.group_id else ""
    if event.kind is EventKind.CLAN_SWITCHED:
        return f"moved from {origin(event, facts)} to {goal(event, facts)}"
    words = {
        EventKind.JOINED: ("joined", ""),
        EventKind.LEFT: ("left or were removed", "from"),
        EventKind.RENAMED: ("have a new name", "in"),
        EventKind.ROLE_CHANGED: ("have a new role", "in"),
        EventKind.PLATFORM_MOVED: ("moved to another platform", "in"),
        EventKind.SEAL_EARNED: ("earned a seal", "in"),
        EventKind.SEAL_GILDED: ("gilded a seal", "in"),
        EventKind.EXOTIC_ACQUIRED: ("found an exotic", "in"),
    }.get(event.kind)
    return " ".join(filter(None, (*words, here) if here else words[:1])) if words else ""


def _together(heading: str, posts: Sequence[Post], facts: Mapping[int, PostFacts]) -> tuple[str, int, int]:
    items = [_item(event_of(post), facts[post.id]) for post in posts]
    names, hidden = fill(items, ", ", _NAMES_LIMIT)
    return f"**{number(len(posts))}** {heading}: {names}", len(posts) - hidden, hidden


def _item(event: Event, facts: PostFacts) -> str:
    """One of several: the name, and what sets it apart from the others."""
    name = safe_name(event.name)
    if event.kind is EventKind.RENAMED:
        return (
            f"{safe_name(str(event.detail.get('to') or event.name))} (was {safe_name(str(event.detail.get('from')))})"
        )
    if event.kind is EventKind.ROLE_CHANGED:
        return f"{name} (now {role(event.detail.get('to'))})"
    if event.kind in (EventKind.SEAL_EARNED, EventKind.SEAL_GILDED, EventKind.EXOTIC_ACQUIRED):
        return f"{name} ({subject(event, facts)})"
    return name
