"""Account stats: which characters a member ever had. Deleted ones have a history, too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import structlog

from bot.domain.history import Account
from bot.errors import BungieError, NotThere, Private
from bot.jobs.matches.walking import AT_ONCE
from bot.services import Services
from db.pool import DATABASE_AWAY
from db.queries import history as queries

log = structlog.get_logger(__name__)


async def read_accounts(services: Services) -> int:
    """Read the accounts that are due; how many could not be read, which stay due."""
    async with services.pool.acquire() as conn:
        due = await queries.select_accounts_due(conn, services.clock.now())
    waiting = iter(due)
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(_work(services, waiting)) for _ in range(AT_ONCE)]
    return len(due) - sum(worker.result() for worker in workers)


async def _work(services: Services, waiting: Iterator[Account]) -> int:
    read = 0
    for account in waiting:
        if not services.bungie.breaker("history").open and await _read(services, account):
            read += 1
    return read


async def _read(services: Services, account: Account) -> bool:
    """Whether there is an answer: one that names nobody, as of private and unknown accounts, is one, too."""
    now = services.clock.now()
    try:
        characters = await services.bungie.get_account_characters(account.membership_type, account.membership_id)
    except (Private, NotThere):
        characters = ()
    except BungieError:
        return False
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("account_unreadable", membership_id=account.membership_id)
        return False
    async with services.pool.acquire() as conn, conn.transaction():
        await queries.upsert_account_characters(conn, account.membership_id, characters, now)
        await queries.update_account_read(conn, account.membership_id, now)
    return True
