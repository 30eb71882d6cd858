"""`./hawthorne bench [NAME]...`: the measurements of the quality goals, as ratios within one run where they can be."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from tests.bench import (
    backfill,
    charts,
    decode,
    freshness,
    live,
    manifest,
    newcomer,
    pages,
    polling,
    queries,
    reports,
    start,
    store,
)
from tests.bench.report import Report

BENCHES: dict[str, Callable[[Report], Awaitable[None]]] = {
    "decode": decode.measure,
    "polling": polling.measure,
    "pages": pages.measure,
    "live": live.measure,
    "charts": charts.measure,
    "store": store.measure,
    "reports": reports.measure,
    "backfill": backfill.measure,
    "newcomer": newcomer.measure,
    "freshness": freshness.measure,
    "queries": queries.measure,
    "manifest": manifest.measure,
    "start": start.measure,
}


async def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"No bench named {unknown[0]}: {', '.join(BENCHES)}.")
        return 2
    report = Report()
    for name in names or list(BENCHES):
        report.section(name)
        await BENCHES[name](report)
    report.summary()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
