"""Migrations apply in order, once, and refuse what they can't trust."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from bot.errors import StartError
from db.migrate import all_migrations, migrate, pending


def test_numbers_are_unique_and_every_file_says_why() -> None:
    migrations = all_migrations()
    assert [m.number for m in migrations] == sorted({m.number for m in migrations})
    assert all(m.sql.startswith("-- ") for m in migrations)


async def test_two_at_once_apply_each_once(empty_dsn: str) -> None:
    conns = [await asyncpg.connect(empty_dsn) for _ in range(2)]
    done = await asyncio.gather(*(migrate(conn) for conn in conns))
    assert sorted(len(applied) for applied in done) == [0, len(all_migrations())]
    assert await pending(conns[0]) == ()
    for conn in conns:
        await conn.close()


async def test_an_edited_migration_is_refused_by_number(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("update schema_migration set checksum = 'x' where number = 1")
    with pytest.raises(StartError, match="0001 was edited"):
        await migrate(conn)
    await conn.close()


async def test_a_newer_database_is_refused(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("insert into schema_migration values (9999, 'x', 'x')")
    with pytest.raises(StartError, match="9999"):
        await migrate(conn)
    await conn.close()
