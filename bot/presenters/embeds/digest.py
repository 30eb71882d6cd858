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
from bot.presenters.embeds.lines import clan, sentence
from bot.presenters.embeds.posts import correction
from bot.presenters.freshness import clock_text
from bot.presenters.text import number, plural, safe_name

MAX_LINES = 15
_NAMES_LIMIT = 1500
_TEXT_LIMIT = 3600
_ORDER = {kind: place for place, kind in enumerate(EventKind)}
_TOGETHER = {EventKind.JOINED: "joined", EventKind.LEFT: "left or were removed"}


def digest_embed(
    posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime, mark: str, more_url: str | None = None
) -> discord.Embed:
    """All these posts as one; `facts` by post id. Joins and leaves are told by their names alone, others a line each.

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


def _place(post: Post) -> tuple[int, int, int]:
    event = _event(post)
    return (_ORDER[event.kind], event.group_id or 0, post.id)


def _event(post: Post) -> Event:
    assert post.event is not None
    return post.event


def _lines(posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime) -> tuple[list[str], int]:
    """The lines that fit, and how many events did not."""
    lines: list[str] = []
    left_out = 0
    room = _TEXT_LIMIT
    for line, count in _candidates(posts, facts, now):
        if len(lines) == MAX_LINES or len(line) > room:
            left_out += count
            continue
        lines.append(line)
        room -= len(line) + 1
    return lines, left_out


def _candidates(posts: Sequence[Post], facts: Mapping[int, PostFacts], now: datetime) -> list[tuple[str, int]]:
    """(line, how many events it tells)."""
    found: list[tuple[str, int]] = []
    for (kind, _), group in groupby(posts, key=lambda post: (_event(post).kind, _event(post).group_id)):
        same = list(group)
        if kind in _TOGETHER and len(same) > 1:
            found.append((_together(kind, same, facts[same[0].id]), len(same)))
        else:
            found += [(sentence(_event(post), facts[post.id], now).replace("\n", " · "), 1) for post in same]
    return found


def _together(kind: EventKind, posts: Sequence[Post], facts: PostFacts) -> str:
    names, hidden = fill((safe_name(_event(post).name) for post in posts), ", ", _NAMES_LIMIT)
    where = (
        f" {'' if kind is EventKind.JOINED else 'from '}{clan(_event(posts[0]).group_id, facts)}"
        if facts.several
        else ""
    )
    rest = f", and {number(hidden)} more" if hidden else ""
    return f"**{number(len(posts))}** {_TOGETHER[kind]}{where}: {names}{rest}"
