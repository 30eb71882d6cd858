"""What to do next in one channel. Pure: rows and the present in, one step out.

Order holds per channel; only a row that waits for a name or for its hour steps aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain.event import EventKind
from bot.domain.outbox import Post, PostFacts

SETTLE = timedelta(seconds=10)  # a channel's first row waits so long for others
MANY = 5  # more unsent rows than these become one digest
OLD = timedelta(hours=24)
NAME_PATIENCE = timedelta(minutes=30)
NONCE_WINDOW = timedelta(minutes=2)  # Discord remembers a nonce for "a few minutes"

_NAMED = {EventKind.SEAL_EARNED, EventKind.SEAL_GILDED, EventKind.EXOTIC_ACQUIRED}


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to do before `until`; None: until there are new rows."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Send these rows as one message, the first of them leading; `digest` even if there is but one."""

    posts: tuple[Post, ...]
    digest: bool


@dataclass(frozen=True, slots=True)
class TellAgain:
    """These may have reached Discord moments ago: the same nonce again can't make a second message."""

    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """These may have reached Discord too long ago for a nonce: look for them in the channel first."""

    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """These turned out not to be so before anyone saw them."""

    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """These wait for the manifest to learn the name of what they tell."""

    posts: tuple[Post, ...]


Step = Nothing | Tell | TellAgain | Search | Drop | Hold


def next_step(posts: Sequence[Post], facts: dict[int, PostFacts], now: datetime) -> Step:
    """The next step for a channel's unsent rows, in the order of their ids."""
    tried = [post for post in posts if post.first_try_at is not None]
    if tried:
        return _resolve(tried, now)
    withdrawn = tuple(post for post in posts if post.withdrawn)
    if withdrawn:
        return Drop(withdrawn)
    unnamed = tuple(post for post in posts if not _is_later(post, now) and waits_for_name(post, facts[post.id], now))
    if unnamed:
        return Hold(unnamed)
    return _tell([post for post in posts if not _is_later(post, now)], posts, now)


def is_digest(posts: Sequence[Post], now: datetime) -> bool:
    """Whether rows that were sent together were sent as a digest: the same answer at each try."""
    return len(posts) > 1 or posts[0].digest_of is not None or posts[0].created_at <= now - OLD


def waits_for_name(post: Post, facts: PostFacts, now: datetime) -> bool:
    """Whether the manifest does not know yet what this is about, for at most half an hour."""
    if post.event is None or post.event.kind not in _NAMED or now - post.created_at >= NAME_PATIENCE:
        return False
    told = str(post.event.detail.get("title") or post.event.detail.get("name") or "")
    return facts.subject is None and (not told or told.startswith("Unknown"))


def _is_later(post: Post, now: datetime) -> bool:
    return post.not_before is not None and post.not_before > now


def _resolve(tried: Sequence[Post], now: datetime) -> Step:
    """One message at a time can be unresolved in a channel; its rows are the leading one and those sent with it."""
    first = tried[0]
    lead = first.sent_with or first.id
    group = tuple(post for post in tried if (post.sent_with or post.id) == lead)
    assert first.first_try_at is not None
    window_ends = first.first_try_at + NONCE_WINDOW
    if not first.first_try_at <= now < window_ends:  # earlier: the clock was set back, and may be far beyond the end
        return Search(group)
    if all(post.withdrawn for post in group):
        return Nothing(window_ends)  # sending it again would tell what is not so
    return TellAgain(group)


def _tell(ready: Sequence[Post], posts: Sequence[Post], now: datetime) -> Step:
    if not ready:
        return Nothing(min((post.not_before for post in posts if post.not_before), default=None))
    settled = min(post.created_at for post in ready) + SETTLE
    if now < settled:
        return Nothing(settled)
    if ready[0].event is None:
        return Tell((ready[0],), digest=False)
    return _tell_events(tuple(takewhile(lambda post: post.event is not None, ready)), now)


def _tell_events(run: tuple[Post, ...], now: datetime) -> Tell:
    first = run[0]
    if len(run) > MANY:
        return Tell(run, digest=True)
    if first.created_at <= now - OLD:
        return Tell(tuple(post for post in run if post.created_at <= now - OLD), digest=True)
    if first.digest_of is not None:
        return Tell(tuple(post for post in run if post.digest_of == first.digest_of), digest=True)
    return Tell((first,), digest=False)
