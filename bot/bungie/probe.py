"""Single questions to Bungie.net for `doctor`: raw answers, no budget, no breaker, no database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import bot
from bot.bungie.answer import judge
from bot.bungie.transport import Transport
from bot.clock import Clock
from bot.config import Bungie

Tell = Callable[[str, str, int, bytes], None]
"""Told of each answer: host (www or stats), path, HTTP status, body."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A Response, undecoded, and how far this machine's clock is ahead of the answer's Date (None without one)."""

    raw: bytes
    ahead: timedelta | None


class Probe:
    """`async with Probe(...) as probe`: `ask` raises the BungieErrors of bot/errors.py."""

    def __init__(self, config: Bungie, clock: Clock, tell: Tell | None = None) -> None:
        self._hosts = {"www": config.url, "stats": config.stats_url}
        self._transport = Transport(config, bot.__version__)
        self._clock = clock
        self._tell = tell

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    async def ask(self, path: str, host: str = "www") -> Reply:
        """GET below /Platform."""
        asked = self._clock.now()
        answer = await self._transport.get(f"{self._hosts[host]}/Platform{path}")
        ahead = clock_ahead(answer.headers.get("Date"), asked, self._clock.now())
        if self._tell is not None:
            self._tell(host, path, answer.status, answer.body)
        return Reply(bytes(judge(answer.status, answer.headers, answer.body)), ahead)


def clock_ahead(date: str | None, asked: datetime, answered: datetime) -> timedelta | None:
    """How far our clock is ahead of a Date header (whole seconds); the server wrote it between asking and answer."""
    if date is None:
        return None
    with contextlib.suppress(ValueError):
        theirs = parsedate_to_datetime(date)
        return asked + (answered - asked) / 2 - theirs - timedelta(seconds=0.5)
    return None
