"""Say every few seconds that this process lives: /status lists the parts that run."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

from bot import __version__
from bot.runtime.context import Context
from db.pool import DATABASE_AWAY
from db.queries.loop import delete_processes, upsert_process

BEAT_SECONDS = 5.0
_FORGET = timedelta(hours=1)


async def beat(context: Context) -> None:
    """Keep this process's row fresh until cancelled, then take it away."""
    try:
        while True:
            with contextlib.suppress(*DATABASE_AWAY):
                await _once(context)
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        with contextlib.suppress(*DATABASE_AWAY):
            async with asyncio.timeout(1.0), context.pool.acquire() as conn:
                await delete_processes(conn, context.process_id, context.clock.now() - _FORGET)


async def _once(context: Context) -> None:
    leads = context.leader is not None and context.leader.leads
    async with context.pool.acquire() as conn:
        await upsert_process(
            conn,
            context.process_id,
            sorted(context.parts),
            __version__,
            context.started_at,
            context.clock.now(),
            leads,
        )
