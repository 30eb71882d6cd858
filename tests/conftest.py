"""Fixtures: one embedded PostgreSQL a session, one freshly copied database a test."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from db.embedded import embedded
from db.migrate import migrate
from db.pool import Pool, open_pool
from tests.quick import quick_place

# The same examples each time: a run that fails, fails again. `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("suite")

_LONGEST = {
    "test_browser.py",
    "test_the_way.py",
    "test_commands.py",
    "test_parts.py",
    "test_matches_commands.py",
    "test_bad_input.py",
    "test_documents.py",
    "test_demo.py",
    "test_equal.py",
    "test_reports_failpoints.py",
    "test_delivery_crash.py",
    "test_stopping.py",
}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of recorded responses and published API documents, named by HAWTHORNE_SAMPLES."""
    named = os.environ.get("HAWTHORNE_SAMPLES")
    if not named or not Path(named).is_dir():
        pytest.skip("HAWTHORNE_SAMPLES names no folder of samples")
    return Path(named)


@pytest.fixture(scope="session")
def cluster_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hw-", dir=quick_place(), ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cluster(cluster_dir: Path) -> AsyncIterator[str]:
    """DSN of the session's server; its database `hawthorne` is migrated and serves as the template.

    The server is an embedded one, or that of TEST_DATABASE_URL: one that is thrown away, a superuser's login, and
    pytest's -n 0, since each of its processes would make the same databases.
    """
    external = os.environ.get("TEST_DATABASE_URL")
    async with _lent(external) if external else embedded(cluster_dir) as dsn:
        conn = await asyncpg.connect(dsn)
        await migrate(conn)
        await conn.close()
        yield dsn


@contextlib.asynccontextmanager
async def _lent(url: str) -> AsyncIterator[str]:
    """A new database `hawthorne` on that server, in a DSN of the embedded one's form. Fails when there is one."""
    parts = urlsplit(url)
    dsn = urlunsplit(parts._replace(path="/hawthorne", query=parts.query or "application_name=tests"))
    admin = await asyncpg.connect(dsn.replace("/hawthorne?", "/postgres?"))
    await admin.execute("create database hawthorne")
    try:
        yield dsn
    finally:
        await admin.execute("drop database hawthorne with (force)")
        await admin.close()


@pytest_asyncio.fixture(loop_scope="session")
async def empty_dsn(cluster: str) -> AsyncIterator[str]:
    """DSN of a new database without migrations."""
    async for dsn in _database(cluster, "create database {name}"):
        yield dsn


@pytest_asyncio.fixture(loop_scope="session")
async def dsn(cluster: str) -> AsyncIterator[str]:
    """DSN of a new, migrated database. Copied as files: a seventh of the time that it takes by way of the log."""
    async for dsn in _database(cluster, "create database {name} template hawthorne strategy file_copy"):
        yield dsn


async def _database(cluster: str, statement: str) -> AsyncIterator[str]:
    name = f"t{next(_numbers)}"
    admin = await asyncpg.connect(cluster.replace("/hawthorne?", "/postgres?"))
    await admin.execute(statement.format(name=name))
    try:
        yield cluster.replace("/hawthorne?", f"/{name}?")
    finally:
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


@pytest_asyncio.fixture(loop_scope="session")
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """A pool on a new, migrated database."""
    async with open_pool(dsn, name="test") as opened:
        yield opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: a worker that begins one at the end keeps the others waiting."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have to tell beside passing (`record_property("told", ...)`), whichever worker they ran in."""
    reports = [report for of in ("passed", "failed") for report in terminalreporter.getreports(of)]
    for told in [text for report in reports for name, text in report.user_properties if name == "told"]:
        terminalreporter.write_line(f"\n{told}")
