"""What a job needs, opened once and passed by argument."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from bot.bungie.client import BungieClient
from bot.clock import Clock
from bot.config import Config


@dataclass(frozen=True, slots=True)
class Services:
    """One per process: the writing pool, the one Bungie.net client, the clock and the configuration."""

    pool: asyncpg.Pool[asyncpg.Record]
    bungie: BungieClient
    clock: Clock
    config: Config
