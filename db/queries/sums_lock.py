"""The lock between those who add matches to the sums, who share it, and those who turn the sums over."""

from __future__ import annotations

from db.pool import Connection

SUMS_LOCK = 0x4861_7773


async def own_sums(conn: Connection) -> None:
    """Nobody else adds to the sums until the transaction ends. Not where this transaction has a share already."""
    await conn.execute("select pg_advisory_xact_lock($1)", SUMS_LOCK)
