"""/metrics: what Prometheus reads, and that nobody's name is in it."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import ManualClock
from bot.config import Config
from dashboard import create_app
from db.pool import open_pool
from tests.web.conftest import NOW, Client, Writer, text

Samples = dict[tuple[str, str], float]


async def scrape(client: Client) -> Samples:
    """Values by name and the value of their last label."""
    found: Samples = {}
    for family in text_string_to_metric_families(await text(client, "/metrics")):
        for sample in family.samples:
            found[sample.name, next(reversed(sample.labels.values()), "")] = sample.value
    return found


async def test_it_says_what_status_says(site: Client, writer: Writer) -> None:
    await writer.execute("insert into bungie_breaker values ('groups', 'open', $1, 5, 'down', null)", NOW)
    await writer.execute("update loop set last_verdict = 'failed' where name = 'roster'")
    await writer.execute(
        """
        insert into match (instance_id, period, ends_at, mode, modes, mode_bits, state, found_by, found_at)
        values (77, $1, $1, 5, '{5}', 3, 'gone', 'live', $1), (78, $1, $1, 5, '{5}', 3, 'waiting', 'live', $1)
        """,
        NOW,
    )
    found = await scrape(site)
    assert found["hawthorne_database_up", ""] == 1
    assert found["hawthorne_bungie_state", "down"] == 1
    assert found["hawthorne_bungie_state", "up"] == 0
    assert (found["hawthorne_reports", "gone"], found["hawthorne_reports", "waiting"]) == (1, 1)
    assert (found["hawthorne_loop_failed", "roster"], found["hawthorne_loop_failed", "matches"]) == (1, 0)
    assert found["hawthorne_loop_interval_seconds", "matches"] == 300
    assert found["hawthorne_loop_good_timestamp_seconds", "matches"] == (NOW - timedelta(minutes=3)).timestamp()
    assert found["hawthorne_loop_lag_seconds", "matches"] == 0
    assert found["hawthorne_outbox_posts", "new"] == 0
    assert found["hawthorne_channels", "broken"] == 0


async def test_no_member_is_named(client: Client) -> None:
    page = await text(client, "/metrics")
    assert "Ferro" not in page
    assert "46116860180" not in page


async def test_requests_are_counted_by_each_application_for_itself(site: Client, client: Client) -> None:
    before = (await scrape(client))["hawthorne_http_requests_total", "404"] if await client.get("/nowhere") else 0
    await site.get("/nowhere")
    await site.get("/nowhere")
    found = await scrape(site)
    assert found["hawthorne_http_requests_total", "404"] == 2
    assert found["hawthorne_http_request_seconds_count", ""] == 2
    assert (await scrape(client))["hawthorne_http_requests_total", "404"] == before
    assert not [each for each in REGISTRY.collect() if each.name.startswith("hawthorne")]


async def test_without_a_database_it_says_so(own_dsn: str) -> None:
    async with open_pool(own_dsn, name="gone") as pool:
        site = create_app(pool, pool, Config(), ManualClock(NOW)).test_client()
    found = await scrape(site)
    assert found["hawthorne_database_up", ""] == 0
    assert ("hawthorne_reports", "gone") not in found
