"""Posts that told what turned out not to be so are edited to say it, and edited back when it is so after all."""

from __future__ import annotations

import structlog

from bot.delivery import wire
from bot.delivery.dress import address, dress
from bot.delivery.telling import Teller
from db.queries import channel as channels
from db.queries import delivery as queries

log = structlog.get_logger(__name__)


async def correct(teller: Teller) -> bool:
    """Edit each message that does not say what is so; whether all could be done, or are beyond mending.

    A channel where one could not is left alone until the next time.
    """
    async with teller.pool.acquire() as conn:
        messages = await queries.select_to_correct(conn)
    waiting: set[int] = set()
    for message in messages:
        channel_id = message["channel_id"]
        if channel_id not in waiting and not await _correct_one(teller, message["lead_id"], message["message_id"]):
            waiting.add(channel_id)
    return not waiting


async def _correct_one(teller: Teller, lead: int, message_id: int) -> bool:
    async with teller.pool.acquire() as conn:
        posts = await queries.select_told_together(conn, lead)
        facts = await queries.select_facts(conn, [post.id for post in posts])
    base = await address(teller.bot, teller.pool, posts[0])
    if isinstance(base, str):
        embed = dress(posts, facts, base, teller.clock.now())
        outcome = await wire.edit(teller.bot, posts[0].channel_id, message_id, embed)
    else:
        outcome = base
    if isinstance(outcome, wire.Accepted | wire.Absent | wire.Malformed):  # Absent: somebody deleted it
        withdrawn = [post.id for post in posts if post.withdrawn]
        async with teller.pool.acquire() as conn:
            await queries.update_corrected(conn, [post.id for post in posts], withdrawn, teller.clock.now())
        return True
    log.warning("correction_waits", outbox_id=lead, outcome=str(outcome))
    if isinstance(outcome, wire.Refused):  # counts like a post's: a broken channel is left alone
        async with teller.pool.acquire() as conn:
            await channels.update_channel_refuses(conn, posts[0].channel_id, outcome.reason, teller.clock.now())
    return False
