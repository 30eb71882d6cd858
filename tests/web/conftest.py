"""The dashboard over a real database, read through the role that it reads with in production."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import jsonschema
import pytest
import pytest_asyncio
from quart.typing import TestClientProtocol as Client

from bot.clock import ManualClock
from bot.config import Config, Dashboard
from dashboard import create_app
from dashboard.api.openapi import document
from db.pool import Pool, open_pool
from tests.web import seed
from tests.web.seed import Writer

NOW = datetime(2026, 11, 28, 18, 45, tzinfo=UTC)
Open = Callable[..., Client]
_numbers = itertools.count(1)
__all__ = ["NOW", "Client", "Open", "Writer", "ask", "check", "text"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(cluster: str) -> str:
    """The name of a database with Quiet Orbit in it, which no one is connected to: tests that write copy it."""
    admin = await asyncpg.connect(_in(cluster, "postgres"))
    await admin.execute("create database seeded template hawthorne")
    async with open_pool(_in(cluster, "seeded"), name="seed") as pool:
        await seed.quiet_orbit(pool, NOW)
    await admin.close()
    return "seeded"


def _in(cluster: str, database: str) -> str:
    return cluster.replace("/hawthorne?", f"/{database}?")


@contextlib.asynccontextmanager
async def copy_of(cluster: str, template: str, name: str) -> AsyncIterator[str]:
    admin = await asyncpg.connect(_in(cluster, "postgres"))
    await admin.execute(f"create database {name} template {template}")
    try:
        yield _in(cluster, name)
    finally:
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


def reads(dsn: str) -> AbstractAsyncContextManager[Pool]:
    """As the web part opens it: it can't write."""
    return open_pool(dsn, name="web", role="hawthorne_read", read_only=True, timeout_seconds=3)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(cluster: str, seeded: str) -> AsyncIterator[Client]:
    """The dashboard over Quiet Orbit at NOW, shared by all tests that only read."""
    async with copy_of(cluster, seeded, "shared") as dsn, reads(dsn) as pool:
        yield create_app(pool, pool, Config(), ManualClock(NOW)).test_client()


@pytest_asyncio.fixture(loop_scope="session")
async def own_dsn(cluster: str, seeded: str) -> AsyncIterator[str]:
    """A copy of Quiet Orbit that the test may change."""
    async with copy_of(cluster, seeded, f"own{next(_numbers)}") as dsn:
        yield dsn


@pytest_asyncio.fixture(loop_scope="session")
async def writer(own_dsn: str) -> AsyncIterator[Writer]:
    """Changes what `site` shows."""
    async with open_pool(own_dsn, name="writer", max_size=1) as pool, pool.acquire() as conn:
        yield conn


@pytest_asyncio.fixture(loop_scope="session")
async def site(own_dsn: str) -> AsyncIterator[Client]:
    """The dashboard over what `writer` changes."""
    async with reads(own_dsn) as pool:
        yield create_app(pool, pool, Config(), ManualClock(NOW)).test_client()


@pytest_asyncio.fixture(loop_scope="session")
async def empty(dsn: str) -> AsyncIterator[Client]:
    """The dashboard before anything was configured or read."""
    async with reads(dsn) as pool:
        yield create_app(pool, pool, Config(), ManualClock(NOW)).test_client()


@pytest.fixture
def open_site(client: Client) -> Callable[..., Client]:
    """The shared world behind another [dashboard] section."""
    pool = client.app.extensions["hawthorne"].read_pool

    def opened(**section: Any) -> Client:
        return create_app(pool, pool, Config(dashboard=Dashboard(**section)), ManualClock(NOW)).test_client()

    return opened


def check(path: str, status: int, body: Any) -> None:
    """Hold one answer against /openapi.json: `path` as the document writes it."""
    described = document()["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    schema = {**described, "components": document()["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(body)


async def ask(client: Client, address: str, path: str, status: int = 200) -> Any:
    """A JSON answer of that status, valid against the document's `path`."""
    response = await client.get(address)
    assert response.status_code == status, await response.get_data(as_text=True)
    body = json.loads(await response.get_data())
    check(path, status, body)
    return body


async def text(client: Client, address: str, status: int = 200) -> str:
    """The body of an answer of that status."""
    response = await client.get(address)
    body = await response.get_data(as_text=True)
    assert response.status_code == status, body
    return body
