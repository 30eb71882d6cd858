"""The outbox's sender: rows become messages, each once, in spite of crashes and outages."""

from __future__ import annotations

import asyncio
import secrets

from bot.client import HawthorneBot
from bot.clock import Clock
from bot.delivery.sender import LOOK_SECONDS, Sender, listening
from bot.delivery.telling import Teller
from db.leader import DELIVERY_KEY, Leader
from db.pool import Pool
from db.queries import setting

__all__ = ["run"]

_INSTALL_KEY = "delivery.install"


async def run(bot: HawthorneBot, pool: Pool, clock: Clock, dsn: str, look_seconds: float = LOOK_SECONDS) -> None:
    """Send until cancelled; one process sends at a time among all on this database."""
    async with Leader(dsn, DELIVERY_KEY) as leader:
        while True:
            await leader.wait()
            await _lead(bot, pool, clock, leader, look_seconds)


async def _lead(bot: HawthorneBot, pool: Pool, clock: Clock, leader: Leader, look_seconds: float) -> None:
    """Send while this process leads; a request under way when it no longer does is left as one of unknown outcome."""
    async with pool.acquire() as conn:
        install = await setting.insert_setting(conn, _INSTALL_KEY, secrets.token_hex(4), clock.now())
    sender = Sender(Teller(bot, pool, clock, str(install)), look_seconds)
    work = asyncio.create_task(sender.run(), name="sender")
    lost = asyncio.create_task(leader.lost.wait(), name="sender-lost")
    with listening(bot, sender):
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            lost.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)
