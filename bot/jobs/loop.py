"""What a loop is: a job's coroutine under a name, with the configuration key of its interval."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.config import Config
from bot.domain.outcome import Outcome
from bot.services import Services


@dataclass(frozen=True, slots=True)
class Loop:
    """`name` is the word of `sync` and /status; `interval_key` a key of the section schedule ("membership_seconds").

    One that `follows` starts a little after the others, since it works on what they have just stored.
    `run` makes one pass. It raises nothing on purpose: what escapes is stored as a failed run, and the loop goes on.
    """

    name: str
    interval_key: str
    run: Callable[[Services], Awaitable[Outcome]]
    follows: bool = False

    def interval_seconds(self, config: Config) -> int:
        """The configured seconds between two passes."""
        return int(getattr(config.schedule, self.interval_key))
