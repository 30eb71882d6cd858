"""The lock between those who add matches to the sums, who share it, and those who turn the sums over."""

from __future__ import annotations

from db.pool import Connection

SUMS_LOCK = 0x4861_7773
PATIENCE_SECONDS = 1800.0
"""For a statement of who owns the sums: as the client's timeout, since the server's is off by then."""


async def own_sums(conn: Connection) -> None:
    """Nobody else adds to the sums until the transaction ends. Not where this transaction has a share already.

    Statements may take as long as years of matches need.
    """
    await conn.execute("select pg_advisory_xact_lock($1), set_config('statement_timeout', '0', true)", SUMS_LOCK)
