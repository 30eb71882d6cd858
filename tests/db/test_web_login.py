"""The web's login reads what it may, and nothing more."""

from __future__ import annotations

from urllib.parse import urlsplit

import asyncpg
import pytest

from bot.errors import ConfigError, DatabaseUnreachable
from db.pool import connect_patiently, open_pool
from db.web_login import DESK_ROLE, READ_ROLE, check_web_login, ensure_web_login


async def test_it_reads_but_neither_writes_nor_sees_secrets(dsn: str) -> None:
    owner = await connect_patiently(dsn)
    web = await ensure_web_login(owner, dsn)
    assert web is not None
    assert await ensure_web_login(owner, dsn) == web
    async with open_pool(web, name="web", role=READ_ROLE, read_only=True, timeout_seconds=3) as pool:
        assert await pool.fetchval("select count(*) from clan") == 0
        assert await pool.fetchval("select count(*) from schema_migration") > 0
        for forbidden in ("select * from secret", "select * from web_session"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.fetch(forbidden)
        with pytest.raises(asyncpg.PostgresError):
            await pool.execute("insert into setting values ('a', '1', now())")
    await owner.close()


async def test_the_desk_writes_only_its_desk(dsn: str) -> None:
    owner = await connect_patiently(dsn)
    web = await ensure_web_login(owner, dsn)
    assert web is not None
    async with open_pool(web, name="desk", role=DESK_ROLE) as pool:
        await pool.execute("insert into web_session (id, created_at, seen_at) values ('s', now(), now())")
        await pool.execute("insert into desk_request (kind, session_id, asked_at) values ('x', 's', now())")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("update desk_request set kind = 'y'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch("select * from member")
    await owner.close()


async def test_tables_made_by_later_migrations_are_readable(dsn: str) -> None:
    owner = await connect_patiently(dsn)
    web = await ensure_web_login(owner, dsn)
    assert web is not None
    await owner.execute("create table later (a int)")
    async with open_pool(web, name="web", role=READ_ROLE, read_only=True) as pool:
        assert await pool.fetch("select * from later") == []
    await owner.close()


async def test_a_login_that_may_not_read_is_refused_at_start(dsn: str) -> None:
    owner = await connect_patiently(dsn)
    web = await ensure_web_login(owner, dsn)
    assert web is not None
    await check_web_login(web)
    login = urlsplit(web).username
    await owner.execute(f"revoke {DESK_ROLE} from {login}")
    with pytest.raises(ConfigError, match=r"database\.web_url.* hawthorne_desk"):
        await check_web_login(web)
    await owner.execute(f"alter role {login} nologin")
    with pytest.raises(DatabaseUnreachable, match=r"database\.web_url"):
        await check_web_login(web, 0.0)
    await owner.close()
