"""What a job needs, opened once and passed by argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from bot.bungie.client import BungieClient
from bot.clock import Clock
from bot.config import Config


def unseen(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Services:
    """One per process: the writing pool, the one Bungie.net client, the clock and the configuration.

    `progress` is told how many steps of a pass are done, of how many: profiles, or files of the manifest.
    """

    pool: asyncpg.Pool[asyncpg.Record]
    bungie: BungieClient
    clock: Clock
    config: Config
    progress: Callable[[int, int], None] = unseen
