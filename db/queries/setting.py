"""Small facts that outlive a process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from db.pool import Connection


async def select_setting(conn: Connection, key: str) -> Any:
    """The stored value, None where there is none."""
    return await conn.fetchval("select value from setting where key = $1", key)


async def upsert_setting(conn: Connection, key: str, value: Any, now: datetime) -> None:
    await conn.execute(
        """
        insert into setting (key, value, changed_at) values ($1, $2, $3)
        on conflict (key) do update set value = excluded.value, changed_at = excluded.changed_at
        """,
        key,
        value,
        now,
    )


async def insert_setting(conn: Connection, key: str, value: Any, now: datetime) -> Any:
    """Store a value unless there is one; the stored value."""
    return await conn.fetchval(
        """
        insert into setting (key, value, changed_at) values ($1, $2, $3)
        on conflict (key) do update set key = excluded.key
        returning value
        """,
        key,
        value,
        now,
    )


async def delete_setting(conn: Connection, key: str) -> None:
    await conn.execute("delete from setting where key = $1", key)
