"""The names of the game's stats: beside the manifest's tables, and never in the way of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.errors import BungieError, KeyRefused
from bot.ingest.historical_stats import stats_of
from bot.services import Services
from db.queries import historical_stat as queries

log = structlog.get_logger(__name__)


async def learn_stats(services: Services) -> None:
    """Ask Bungie.net for all stats; where it does not tell, those that are known stay until the next switch."""
    try:
        definitions = await services.bungie.get_historical_stats()
    except KeyRefused:
        raise
    except BungieError as error:
        log.info("stats_not_told", error=str(error))
        return
    await store_stats(services, definitions)


async def learn_stats_once(services: Services) -> None:
    """As long as none is known: the request of the last switch failed."""
    async with services.pool.acquire() as conn:
        known = await queries.select_any_stat(conn)
    if not known and not services.bungie.breaker("history").open:
        await learn_stats(services)


async def store_stats(services: Services, definitions: Mapping[str, Any]) -> None:
    """Stats that are not told of any more stay: old answers use their keys."""
    stats = await asyncio.to_thread(stats_of, definitions)
    async with services.pool.acquire() as conn, conn.transaction():
        await queries.upsert_stats(conn, stats)
