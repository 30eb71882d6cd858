"""Requests that a clan of 100 costs in an hour, counted by the planner that the roster loop runs."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from tests.bench.report import Report
from tests.unit.roster.make import NOON
from tests.unit.roster.test_requests import POLLS, a_day

_EVERYONE = 2040


async def measure(report: Report) -> None:
    clan = a_day()
    starts = [NOON + timedelta(hours=hour) for hour in range(1, 25)]
    most = max(sum(a <= at < b for at, _ in clan.requests) for a, b in pairwise(starts)) + POLLS
    report.line(
        "requests in the busiest hour of a day, clan of 100",
        str(most),
        ratio=f"{most / _EVERYONE:.2f} of polling everyone ({_EVERYONE:,})",
        goal="at most 300",
        met=most <= 300,
    )
