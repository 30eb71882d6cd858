"""The lock between those who add matches to the sums and those who turn the sums over."""

from __future__ import annotations

from db.pool import Connection

_LOCK = 0x4861_7773


async def share_sums(conn: Connection) -> None:
    """Add to the sums beside others who do; held until the transaction ends. Waits for who owns them."""
    await conn.execute("select pg_advisory_xact_lock_shared($1)", _LOCK)


async def own_sums(conn: Connection) -> None:
    """Nobody else adds to the sums until the transaction ends. Never after `share_sums` in the same transaction."""
    await conn.execute("select pg_advisory_xact_lock($1)", _LOCK)
