"""Connections: the embedded server or database.url, with patience at start, and pools for each use."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from bot.config import Config
from bot.errors import DatabaseUnreachable
from db.embedded import embedded

if TYPE_CHECKING:  # the classes can only be subscripted in the stubs
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

START_PATIENCE_SECONDS = 30.0
DATABASE_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
"""What a database that goes away raises; InternalClientError when it goes in the middle of a statement."""
_OLDEST = 15


@contextlib.asynccontextmanager
async def database(config: Config) -> AsyncIterator[str]:
    """The DSN of the database: database.url, or the embedded server's, which runs while the context is open."""
    if config.database.url:
        yield config.database.url.reveal()
        return
    async with embedded(Path(config.data_dir)) as dsn:
        yield dsn


@contextlib.asynccontextmanager
async def open_pool(
    dsn: str,
    *,
    name: str,
    role: str | None = None,
    read_only: bool = False,
    max_size: int = 10,
    timeout_seconds: float = 60.0,
) -> AsyncIterator[Pool]:
    """A pool with JSON decoded; `role` is set on every connection, `timeout_seconds` is its statement_timeout."""
    settings = {
        "application_name": f"hawthorne {name}",
        "statement_timeout": str(int(timeout_seconds * 1000)),
        "timezone": "UTC",
        "jit": "off",  # every statement is over before it would be compiled
    }
    if role:
        settings["role"] = role
    if read_only:
        settings["default_transaction_read_only"] = "on"
    pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=max_size,
        init=_prepare,
        server_settings=settings,
        command_timeout=timeout_seconds + 5,
    )
    try:
        yield pool
    finally:
        await _close(pool)


async def _close(pool: Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), 3.0)
    except TimeoutError:
        pool.terminate()


async def _prepare(conn: Connection) -> None:
    for kind in ("json", "jsonb"):
        await conn.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@contextlib.asynccontextmanager
async def one_moment(conn: Connection) -> AsyncIterator[None]:
    """All statements inside see the database of one moment; in the transaction of the caller where there is one."""
    if conn.is_in_transaction():
        yield
        return
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        yield


async def connect_patiently(dsn: str, patience: float = START_PATIENCE_SECONDS) -> Connection:
    """One connection, tried for `patience` seconds.

    Raises DatabaseUnreachable with what PostgreSQL said last, or when it is older than version 15.
    """
    deadline = asyncio.get_running_loop().time() + patience
    while True:
        try:
            conn = await asyncpg.connect(dsn, timeout=5, server_settings={"application_name": "hawthorne start"})
        except (*DATABASE_AWAY, ValueError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise DatabaseUnreachable(_unreachable(error)) from error
            await asyncio.sleep(0.5)
        else:
            return await _old_enough(conn)


async def _old_enough(conn: Connection) -> Connection:
    await _prepare(conn)
    version = conn.get_server_version()
    if version.major < _OLDEST:
        await conn.close()
        raise DatabaseUnreachable(f"PostgreSQL {version.major} is too old: {_OLDEST} or newer is needed.")
    return conn


def _unreachable(error: BaseException) -> str:
    said = str(error).strip().splitlines()
    return (
        f"The database does not answer ({said[0] if said else 'timed out'}): "
        "check database.url, or leave it empty to use the embedded PostgreSQL."
    )
