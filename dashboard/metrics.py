"""GET /metrics: how things stand, for Prometheus. Nobody's name is in it.

What the database knows is read when asked for; requests are counted in this process. Each application has a registry of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import cast

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from quart import Blueprint, Quart, Response, current_app, g, request

from bot import __version__
from bot.domain.outcome import Verdict
from bot.domain.queue import MatchLag
from bot.domain.status import LoopStatus, Status
from bot.errors import DatabaseAway
from dashboard import asking
from dashboard.site import now, reading
from db.queries.backlog import select_match_lag
from db.queries.status import select_status

metrics = Blueprint("metrics", __name__)

_KEY = "hawthorne_requests"
_BUNGIE = ("up", "throttled", "down")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


@dataclass(frozen=True, slots=True)
class Requests:
    """What this process answered."""

    registry: CollectorRegistry
    answered: Counter
    seconds: Histogram


def install(app: Quart) -> None:
    """Count the application's answers, and how long they took."""
    registry = CollectorRegistry()
    app.extensions[_KEY] = Requests(
        registry,
        Counter("hawthorne_http_requests", "Answers of the dashboard.", ("method", "status"), registry=registry),
        Histogram(
            "hawthorne_http_request_seconds", "Time to an answer of the dashboard.", buckets=_SECONDS, registry=registry
        ),
    )
    app.before_request(_begin)
    app.after_request(_count)


async def _begin() -> None:
    g.begun = perf_counter()


async def _count(response: Response) -> Response:
    requests = cast("Requests", current_app.extensions[_KEY])
    method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
    requests.answered.labels(method, str(response.status_code)).inc()
    if "begun" in g:
        requests.seconds.observe(perf_counter() - g.begun)
    return response


@metrics.get("/metrics")
async def index() -> Response:
    asking.given(request.args)
    registry = CollectorRegistry()
    registry.register(_Once(await _families()))
    requests = cast("Requests", current_app.extensions[_KEY])
    body = generate_latest(registry) + generate_latest(requests.registry)
    response = Response(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response


class _Once(Collector):
    """Families that were made beforehand."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


async def _families() -> Iterator[Metric]:
    """Where the database does not answer, that is what is told."""
    try:
        async with reading() as conn:
            status = await select_status(conn, now(), __version__)
            lag = await select_match_lag(conn, now())
    except DatabaseAway:
        return iter((_gauge("database_up", "Whether the database answers.", 0),))
    return families(status, lag, now())


def families(status: Status, lag: MatchLag, at: datetime) -> Iterator[Metric]:
    """Pure: the same figures as /status."""
    yield _gauge("database_up", "Whether the database answers.", 1)
    yield _labelled("build_info", "The version.", "version", {status.version: 1})
    parts = [part.name for part in status.parts]
    yield _labelled("parts", "Processes that run a part.", "part", {name: parts.count(name) for name in parts})
    yield from _loops(status.loops, at)
    bungie = status.bungie
    yield _labelled("bungie_state", "1 for the state that it is in.", "state", {s: s == bungie.state for s in _BUNGIE})
    yield _gauge("bungie_budget_used_ratio", "Share of the last 10 s' budget of requests, 0 to 1.", bungie.budget_used)
    queue = {"waiting": status.queue.waiting, "running": status.queue.running}
    queue |= {"failed": status.queue.failed, "gone": status.queue.gone}
    yield _labelled("reports", "Reports that are not stored, by state.", "state", queue)
    if lag.seconds is not None:
        yield _gauge("match_lag_seconds", "95 % of the last day's matches were stored this soon.", lag.seconds)
    yield from _posts(status)


def _loops(loops: Iterable[LoopStatus], at: datetime) -> Iterator[Metric]:
    rows = list(loops)
    yield _labelled("loop_interval_seconds", "Interval.", "loop", {loop.name: loop.interval_seconds for loop in rows})
    good = {loop.name: loop.good_at.timestamp() for loop in rows if loop.good_at}
    yield _labelled("loop_good_timestamp_seconds", "When a run last brought what it could.", "loop", good)
    lags = {loop.name: lag for loop in rows if (lag := loop.lag_seconds(at)) is not None}
    yield _labelled("loop_lag_seconds", "How much longer ago than its interval the last good run was.", "loop", lags)
    failed = {loop.name: loop.last_verdict == Verdict.FAILED for loop in rows}
    yield _labelled("loop_failed", "Whether the last run failed.", "loop", failed)


def _posts(status: Status) -> Iterator[Metric]:
    outbox = status.outbox
    posts = {"new": outbox.new, "sending": outbox.sending, "held": outbox.held, "dead": outbox.dead}
    yield _labelled("outbox_posts", "Posts that were not sent, by state.", "state", posts)
    yield _gauge("outbox_oldest_seconds", "Age of the oldest that waits.", outbox.oldest_seconds or 0)
    yield _gauge("held_leaves", "Leaves that wait for a decision.", sum(batch.count for batch in status.held))
    broken = sum(channel.state != "ok" for channel in status.channels)
    channels = {"ok": len(status.channels) - broken, "broken": broken}
    yield _labelled("channels", "Channels that posts go to, by state.", "state", channels)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"hawthorne_{name}", words, value=value)


def _labelled(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"hawthorne_{name}", words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
