"""/readyz: the database, its migrations, and the loops that this process leads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.config import Config
from bot.domain.status import LoopStatus
from dashboard import create_app
from dashboard.views.system import stuck
from tests.web.conftest import NOW, Client, Writer, ask, reads


def loop(finished: datetime | None, interval: int = 180) -> LoopStatus:
    return LoopStatus("roster", interval, None, finished, None, "failed", None, "no", None)


def before(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("finished", "leading", "ready"),
    [
        (before(10), before(9999), True),
        (before(540), before(9999), True),
        (before(541), before(9999), False),
        (before(9999), before(540), True),  # it has only just begun to lead
        (None, before(541), False),
        (None, before(540), True),
        (None, None, True),  # it leads nothing
        (before(9999), None, True),
    ],
)
def test_stuck_loops(finished: datetime | None, leading: datetime | None, ready: bool) -> None:
    assert (not stuck((loop(finished),), leading, NOW)) is ready


async def test_a_failed_run_is_a_run(own_dsn: str, writer: Writer) -> None:
    async with reads(own_dsn) as pool:
        app = create_app(pool, pool, Config(), ManualClock(NOW), leading_since=lambda: before(9999))
        site = app.test_client()
        await writer.execute("update loop set last_finished_at = $1, last_ok_at = null, last_verdict = 'failed'", NOW)
        assert (await ask(site, "/readyz", "/readyz")) == {"ready": True, "reasons": []}
        await writer.execute("update loop set last_finished_at = $1 where name = 'roster'", before(600))
        body = await ask(site, "/readyz", "/readyz", 503)
        assert body["reasons"] == ["The loop roster has not ended a run for 3 intervals."]


async def test_late_loops_of_another_process_leave_this_one_ready(site: Client, writer: Writer) -> None:
    await writer.execute("update loop set last_finished_at = $1", before(9999))
    await ask(site, "/readyz", "/readyz")


async def test_migrations_that_are_missing(site: Client, writer: Writer) -> None:
    await writer.execute("delete from schema_migration where number = (select max(number) from schema_migration)")
    body = await ask(site, "/readyz", "/readyz", 503)
    assert body["reasons"] == ["1 migration not applied yet."]


async def test_an_empty_database(empty_dsn: str) -> None:
    async with reads(empty_dsn) as pool:
        site = create_app(pool, pool, Config(), ManualClock(NOW)).test_client()
        assert (await ask(site, "/readyz", "/readyz", 503))["ready"] is False
        assert (await site.get("/")).status_code == 503
        assert (await site.get("/healthz")).status_code == 200
