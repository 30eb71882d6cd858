"""What came of a message is stored, and how long its channel rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import failpoints
from bot.delivery import wire
from db.pool import Pool
from db.queries import channel as channels
from db.queries import delivery as queries

log = structlog.get_logger(__name__)

LONGEST_REST = 15  # seconds: a nonce is good for two minutes, and should be tried several times in them


@dataclass(frozen=True, slots=True)
class Pause:
    """Leave the channel alone until then. `failed`: for an error, so that the next pause is longer.

    `everywhere`: leave all channels alone.
    """

    until: datetime | None
    failed: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to tell the rows led by `lead`, after `failures` in a row in its channel.

    `known`: if it was refused it has not arrived; else an earlier try may have.
    """

    lead: int
    channel_id: int
    failures: int
    known: bool

    def rest(self, now: datetime) -> Pause:
        """A pause after a failure, longer each time."""
        return Pause(now + timedelta(seconds=min(2**self.failures, LONGEST_REST)), failed=True)


async def settle(pool: Pool, attempt: Attempt, outcome: wire.Outcome, now: datetime) -> Pause | None:
    """Store the outcome. None: go on with the channel's next step at once."""
    match outcome:
        case wire.Accepted(message_id):
            await _accepted(pool, attempt, message_id, now)
            return None
        case wire.Absent():
            await _not_there(pool, attempt)
            return None
        case wire.Malformed(reason):
            await _malformed(pool, attempt, reason)
            return None
        case wire.Refused(reason):
            await _refused(pool, attempt, reason, now)
            return attempt.rest(now)
        case wire.Unknown(reason):
            await _unknown(pool, attempt, reason)
            return attempt.rest(now)
        case wire.Later(reason, seconds, everywhere):
            await _later(pool, attempt, reason)
            return Pause(now + timedelta(seconds=seconds), everywhere=everywhere)


async def _accepted(pool: Pool, attempt: Attempt, message_id: int, now: datetime) -> None:
    failpoints.reach("accepted_by_discord")
    async with pool.acquire() as conn, conn.transaction():
        await queries.update_sent(conn, attempt.lead, message_id, now)
        await channels.update_channel_accepts(conn, attempt.channel_id)
    failpoints.reach("sent_committed")


async def _not_there(pool: Pool, attempt: Attempt) -> None:
    async with pool.acquire() as conn:
        await queries.update_not_arrived(conn, attempt.lead, None)


async def _malformed(pool: Pool, attempt: Attempt, reason: str) -> None:
    log.error("post_refused_as_malformed", outbox_id=attempt.lead, channel_id=attempt.channel_id, reason=reason)
    async with pool.acquire() as conn:
        await queries.update_dead(conn, attempt.lead, reason)


async def _refused(pool: Pool, attempt: Attempt, reason: str, now: datetime) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await (queries.update_not_arrived if attempt.known else queries.update_error)(conn, attempt.lead, reason)
        broken = await channels.update_channel_refuses(conn, attempt.channel_id, reason, now)
    log.warning("channel_refuses", channel_id=attempt.channel_id, reason=reason, broken=broken)


async def _unknown(pool: Pool, attempt: Attempt, reason: str) -> None:
    log.warning("post_outcome_unknown", outbox_id=attempt.lead, channel_id=attempt.channel_id, reason=reason)
    async with pool.acquire() as conn:
        await queries.update_error(conn, attempt.lead, reason)


async def _later(pool: Pool, attempt: Attempt, reason: str) -> None:
    log.warning("delivery_waits", channel_id=attempt.channel_id, reason=reason)
    async with pool.acquire() as conn:
        await (queries.update_not_arrived if attempt.known else queries.update_error)(conn, attempt.lead, reason)
